"""What no later try can mend is not taken for an outage: a message is parked with its reason, a mistake of ours is an error."""

import asyncpg
import httpx
import pytest
from starlette.applications import Starlette

from bus.errors import Permanent
from reconciler.api import Api
from reconciler.schedule import Schedule
from support.links import event
from support.reconciling import Reconciling, in_outlook


@pytest.mark.scenario("Q-12")
async def test_a_message_with_a_value_that_the_database_cannot_keep_is_parked(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    with pytest.raises(Permanent, match="the database cannot keep a value of it"):
        await reconciling.hear(in_outlook("o1", event(title="zero \0 byte")))
    assert await reconciling.count("links") == 0


@pytest.mark.scenario("Q-12")
async def test_a_value_that_does_not_fit_its_column_is_no_outage_either(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    with pytest.raises(Permanent):
        async with reconciling.database.unit() as unit:
            await unit.rows("journal_entry", 2**63)


async def test_sql_that_the_schema_does_not_know_is_an_error_of_the_interface(reconciling: Reconciling) -> None:
    await reconciling.database.pool.execute("ALTER TABLE accounts RENAME COLUMN zone TO somewhere_else")
    app = Starlette(routes=Api(reconciling.database, reconciling.settings).routes())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://reconciler") as api:
        assert (await api.get("/accounts")).status_code == 500


async def test_sql_that_the_schema_does_not_know_ends_the_schedule_and_so_the_process(reconciling: Reconciling) -> None:
    await reconciling.database.pool.execute("ALTER TABLE feeds RENAME COLUMN next_look_at TO some_time")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await Schedule(reconciling.database, 1).run()
