"""A refusal of Graph whose body cannot be read is what its status says."""

from datetime import UTC, datetime

import pytest

from graph.asking.failures import Asked, failure
from graph.errors import DeniedError

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b'{"error":{"code":"\xd0"}}', b"[" * 100_000], ids=["none", "a page", "no UTF-8", "nested"]
)
def test_a_refusal_that_says_nothing_readable_is_what_its_status_says(body: bytes) -> None:
    refused = failure(403, {}, body, Asked(safe=True, of_mailbox=True), NOW)
    assert type(refused) is DeniedError
