"""docs/metrics.md and the code say the same: no metric is missing from either, and every label has a bound."""

import pytest

from observability.exposed import SERVICES, metrics_of
from observability.listed import BOUNDED, LISTED


@pytest.mark.parametrize("service", SERVICES)
def test_every_metric_that_a_service_exposes_is_listed_as_it_is(service: str) -> None:
    exposed = metrics_of(service)
    assert {name: LISTED.get(name) for name in exposed} == exposed


def test_every_metric_that_is_listed_is_exposed_by_a_service() -> None:
    assert set(LISTED) <= {name for service in SERVICES for name in metrics_of(service)}


def test_every_label_has_a_bound() -> None:
    assert {label for metric in LISTED.values() for label in metric.labels} == set(BOUNDED)
