"""While one mailbox is imported, so many of its events are written at a time that those of others find their way between them."""

from contracts.changes import OutlookSeen
from contracts.outcomes import Done
from contracts.writes import CreateEspoRecord
from reconciler.core.line import AT_ONCE
from reconciler.handlers.connect import disconnect
from support.links import event
from support.reconciling import Reconciling, deferred, done, in_espo, in_outlook


def past(events: int) -> list[OutlookSeen]:
    return [in_outlook(f"o{number}", event(title=f"Event {number}")) for number in range(events)]


def made(write: CreateEspoRecord, number: int) -> Done:
    return done(write, in_espo(f"m{number}", write.event, account=write.account))


async def next_called(reconciling: Reconciling) -> list[CreateEspoRecord]:
    return [sent for sent in await reconciling.tick() if isinstance(sent, CreateEspoRecord)]


async def test_no_more_of_an_import_are_on_their_way_than_one_calendar_may_have(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")

    assert len(await reconciling.hear(*past(AT_ONCE + 5))) == AT_ONCE


async def test_others_do_not_wait_in_that_line(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await reconciling.hear(*past(AT_ONCE + 5))

    (write,) = await reconciling.hear(in_outlook("b1", event(title="Ben's"), account="ben"))

    assert write.account == "ben"


async def test_as_many_go_as_have_arrived_and_all_arrive_in_the_end(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    first = await reconciling.hear(*past(AT_ONCE + 5))
    assert await next_called(reconciling) == []

    await reconciling.hear(*(made(write, number) for number, write in enumerate(first[:3])))
    called = await next_called(reconciling)
    await reconciling.hear(*(made(write, 1000 + number) for number, write in enumerate(called)))
    rest = await next_called(reconciling)

    assert (len(called), len(rest)) == (3, 2)
    titles = {write.event.title for write in (*first, *called, *rest)}
    assert titles == {f"Event {number}" for number in range(AT_ONCE + 5)}


async def test_what_is_put_off_makes_room_too(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    first, *_ = await reconciling.hear(*past(AT_ONCE + 1))

    await reconciling.hear(deferred(first, 3600))

    assert len(await next_called(reconciling)) == 1


async def test_who_is_disconnected_is_not_called(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    first, *_ = await reconciling.hear(*past(AT_ONCE + 1))
    async with reconciling.database.unit() as unit:
        await disconnect(unit, "ann")

    await reconciling.hear(made(first, 1))

    assert await next_called(reconciling) == []
