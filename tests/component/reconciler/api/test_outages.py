"""Where the database does not answer, neither does the interface pretend to."""

import httpx
import pytest

from support.reconciling import Reconciling


@pytest.mark.parametrize("path", ["/accounts", "/pending", "/dead-letters", "/settings-changes"])
async def test_an_outage_of_the_database_is_told_as_one_that_passes(
    reconciling: Reconciling, api: httpx.AsyncClient, path: str
) -> None:
    await reconciling.database.close()
    answer = await api.get(path)
    assert (answer.status_code, answer.json()) == (
        503,
        {"error": "the database is out of reach, or gave up; try again"},
    )
