"""Why an event is skipped is kept while the event is there and its account is connected: what is remembered has a bound."""

from datetime import timedelta

from contracts.changes import EspoGone, EspoSkipped, OutlookGone, OutlookSkipped
from contracts.writes import CreateOutlookEvent
from reconciler.handlers.connect import disconnect
from reconciler.store.migrate import steps
from support.links import event
from support.pairs import born_in_espo, later
from support.reconciling import Reconciling, in_espo, now

SERIES = OutlookSkipped(account="ann", outlook_id="s1", reason="recurring")


async def test_with_the_event(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(SERIES)
    await reconciling.hear(OutlookGone(account="ann", outlook_id="s1", confirmed=False, read_at=now()))
    assert await reconciling.count("skips") == 0


async def test_with_the_record(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(EspoSkipped(account="ann", entity="Meeting", espo_id="m1", reason="no_start"))
    await reconciling.hear(EspoGone(entity="Meeting", espo_id="m1", confirmed=True, read_at=now()))
    assert await reconciling.count("skips") == 0


async def test_not_on_a_mere_word_that_the_record_is_gone(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(EspoSkipped(account="ann", entity="Meeting", espo_id="m1", reason="no_start"))
    await reconciling.hear(EspoGone(entity="Meeting", espo_id="m1", confirmed=False, read_at=now()))
    assert await reconciling.count("skips") == 1


async def test_with_the_connection(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(SERIES)
    async with reconciling.database.unit() as unit:
        await disconnect(unit, "ann")
    assert await reconciling.count("skips") == 0


async def test_when_what_was_pulled_is_erased(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(SERIES)
    await reconciling.connect("ann", direction="none", erase_pulled=True)
    assert await reconciling.count("skips") == 0


async def test_when_the_records_new_owner_connects(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    await reconciling.hear(in_espo("m1", event(), account="ben", at=later()))
    assert await reconciling.database.pool.fetchval("SELECT reason FROM skips") == "its new owner does not sync"
    await reconciling.connect("ben")
    (create,) = await reconciling.hear(in_espo("m1", event(), account="ben", at=later(9)))
    assert isinstance(create, CreateOutlookEvent)
    assert await reconciling.count("skips") == 0


async def test_after_more_than_a_year_in_which_nothing_was_read_of_it(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(SERIES, SERIES.model_copy(update={"outlook_id": "s2"}))
    long_ago = now() - timedelta(days=401)
    await reconciling.database.pool.execute("UPDATE skips SET at = $1 WHERE item = 's1'", long_ago)
    await reconciling.keep_house()
    assert await reconciling.database.pool.fetchval("SELECT item FROM skips") == "s2"


async def test_an_account_of_before_gets_its_calendars_listed_for_removals_by_the_upgrade(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await reconciling.database.pool.execute("DELETE FROM feeds WHERE kind = 'listing'")
    await reconciling.database.pool.execute("DROP INDEX links_restless; DROP INDEX skips_at")
    await reconciling.database.pool.execute(dict(steps())["0007_pre_bounds.sql"])
    await reconciling.connect("ann")
    feeds = await reconciling.database.pool.fetch("SELECT feed, next_look_at FROM feeds WHERE kind = 'listing'")
    assert [feed["feed"] for feed in feeds] == ["listing/ann/"]
    assert feeds[0]["next_look_at"] < now() + timedelta(hours=6)
