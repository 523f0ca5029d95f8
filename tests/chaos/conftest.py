"""What the runs of this folder stand on."""

import pytest

from support.needed import apache_kafka
from tandem.local.wanted import APACHE


@pytest.fixture
def real_kafka() -> str:
    """Real Kafka can be started here."""
    apache_kafka()
    return APACHE
