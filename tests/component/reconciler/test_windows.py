"""The window in which a calendar is read goes on with time, so that no event is ever too far ahead to be told."""

from datetime import timedelta
from typing import Any

import pytest

from contracts.changes import CursorAdvanced, CursorLost
from contracts.looks import LookAtCalendar
from reconciler.core.window import AHEAD, LONGEST
from reconciler.handlers.resync import resync
from support.links import event
from support.reconciling import Reconciling, done, in_espo, in_outlook, now


def calendars(sent: list[Any]) -> list[LookAtCalendar]:
    return [look for look in sent if isinstance(look, LookAtCalendar)]


async def read(reconciling: Reconciling, account: str = "ann", **rules: Any) -> None:
    """Connect somebody, and have the calendar read."""
    await reconciling.connect(account, **rules)
    for look in calendars(await reconciling.tick()):
        await reconciling.hear(CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="link"))


async def let_pass(reconciling: Reconciling, days: int) -> None:
    await reconciling.database.pool.execute(
        "UPDATE feeds SET window_end = window_end - make_interval(days => $1), next_look_at = now() WHERE kind = 'calendar'",
        days,
    )


async def test_a_calendar_is_read_anew_in_a_later_window_before_the_days_ahead_run_out(
    reconciling: Reconciling,
) -> None:
    await read(reconciling)
    await let_pass(reconciling, 140)
    await reconciling.keep_house()
    (look,) = calendars(await reconciling.tick())
    assert look.cursor is None
    assert look.window_end > now() + AHEAD - timedelta(minutes=5)


async def test_a_window_that_reaches_far_enough_is_kept(reconciling: Reconciling) -> None:
    await read(reconciling)
    await let_pass(reconciling, 130)
    await reconciling.keep_house()
    (look,) = calendars(await reconciling.tick())
    assert look.cursor == "link"


@pytest.mark.parametrize("by", ["settings", "hand", "microsoft"])
async def test_what_is_read_from_its_beginning_is_read_in_a_window_of_today(reconciling: Reconciling, by: str) -> None:
    await read(reconciling)
    await let_pass(reconciling, 600)
    (look,) = calendars(await reconciling.tick())
    if by == "settings":
        await reconciling.connect("ann", private="busy")
    if by == "hand":
        async with reconciling.database.unit() as unit:
            await resync(unit, "ann", "olga")
    if by == "microsoft":
        await reconciling.hear(CursorLost(feed=look.feed, look_id=look.look_id))
    (anew,) = calendars([*await reconciling.take_sent(), *await reconciling.tick()])
    assert anew.cursor is None
    assert anew.window_end > now() + AHEAD - timedelta(minutes=5)


async def test_many_who_connected_on_the_same_day_are_not_read_anew_all_at_once(reconciling: Reconciling) -> None:
    await read(reconciling, other_calendars=[str(number) for number in range(30)])
    await let_pass(reconciling, 200)
    counts = []
    for _minute in range(3):
        await reconciling.keep_house()
        counts.append(sum(look.cursor is None for look in calendars(await reconciling.tick())))
    assert counts == [20, 11, 0]


async def test_a_calendar_that_is_read_anew_is_compared_and_not_taken_for_a_first_reading(
    reconciling: Reconciling,
) -> None:
    await read(reconciling)
    (create,) = await reconciling.hear(in_espo("m1", event()))
    await reconciling.hear(done(create, in_outlook("o1", event())))
    await let_pass(reconciling, 200)
    await reconciling.keep_house()
    (look,) = calendars(await reconciling.tick())
    # What is known is known; what lies outside the window is not told, and nobody takes it for removed.
    answer = CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor="later link")
    assert await reconciling.hear(in_outlook("o1", event()), answer) == []
    (create,) = await reconciling.hear(in_espo("m2", event(title="Made at once")))
    assert create.event.title == "Made at once"


async def test_a_sync_that_began_years_ago_does_not_ask_for_more_than_graph_can_show(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", since="2015-01-01")
    (look,) = calendars(await reconciling.tick())
    assert look.window_end - look.window_start == LONGEST
    await reconciling.connect("ann", since="2015-01-01", remove_in_outlook=True)
    assert calendars(await reconciling.tick()) == []  # the same first day as before


async def test_a_mailbox_that_cannot_be_read_now_is_left_alone(reconciling: Reconciling) -> None:
    await read(reconciling)
    await let_pass(reconciling, 200)
    await reconciling.database.pool.execute(
        "UPDATE feeds SET failures = 1, next_look_at = now() + interval '1 hour' WHERE kind = 'calendar'"
    )
    await reconciling.keep_house()
    assert calendars(await reconciling.tick()) == []
