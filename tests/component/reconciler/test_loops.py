"""Something that answers each of our writes with a change of its own does not keep us writing (L-04)."""

import pytest

from contracts.writes import UpdateEspoRecord
from reconciler.core.budget import CROWDED, MANY, RESTLESS, WRITES
from support.links import event
from support.pairs import born_in_outlook, later
from support.reconciling import Reconciling, done, in_espo, in_outlook, now


@pytest.mark.scenario("L-04", "U-06")
async def test_a_tool_that_renames_the_event_after_each_of_our_writes_is_cut_off_and_explained(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    written = 0
    for turn in range(2 * WRITES):
        mirrored = event(title=f"Mirrored {turn}")
        for write in await reconciling.hear(in_outlook("o1", mirrored, at=later(10 * turn))):
            assert isinstance(write, UpdateEspoRecord)
            written += 1
            await reconciling.hear(done(write, in_espo("m1", mirrored, at=later(10 * turn + 5))))
    assert written <= WRITES
    state, reason = await reconciling.database.pool.fetchrow("SELECT state, body ->> 'reason' FROM links")
    assert (state, "keeps changing it back" in reason) == ("pending", True)
    told = await reconciling.database.pool.fetchval("SELECT count(*) FROM journal WHERE reason = $1", reason)
    assert told == 1


@pytest.mark.scenario("L-04")
async def test_other_events_of_the_same_calendar_go_on(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    for turn in range(2 * WRITES):
        mirrored = event(title=f"Mirrored {turn}")
        for write in await reconciling.hear(in_outlook("o1", mirrored, at=later(10 * turn))):
            await reconciling.hear(done(write, in_espo("m1", mirrored, at=later(10 * turn + 5))))
    await born_in_outlook(reconciling, 2)
    assert await reconciling.count("links") == 2


@pytest.mark.scenario("L-04")
async def test_while_a_hundred_events_of_a_mailbox_are_mirrored_they_rest_sooner_and_the_others_go_on(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, 1)
    await born_in_outlook(reconciling, 2)
    busy = f"jsonb_build_object('spending', jsonb_build_object('since', '{now().isoformat()}', 'writes', {RESTLESS}))"
    await reconciling.database.pool.execute(
        f"""
        INSERT INTO links (id, account, entity, transaction_id, state, in_flight, ends_at, body)
        SELECT gen_random_uuid(), 'ann', 'Meeting', '', 'in sync', 0, now(), {busy} FROM generate_series(1, {MANY})
        """  # noqa: S608 - a test's own words
    )
    await reconciling.database.pool.execute(f"UPDATE links SET body = body || {busy} WHERE outlook_id = 'o1'")  # noqa: S608
    assert await reconciling.hear(in_outlook("o1", event(title="Mirrored"), at=later())) == []
    reason = await reconciling.database.pool.fetchval("SELECT body ->> 'reason' FROM links WHERE outlook_id = 'o1'")
    assert reason == CROWDED
    (update,) = await reconciling.hear(in_outlook("o2", event(title="By a person"), at=later()))
    assert isinstance(update, UpdateEspoRecord)
