"""What is over, what others organize, and what the first day of the sync and the journal mean."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from contracts.changes import OutlookSkipped
from contracts.events import Attendee, Event, PersonKind, Timed
from contracts.looks import LookAtCalendar
from contracts.writes import CreateEspoRecord, CreateOutlookEvent, DeleteOutlookEvent, UpdateEspoRecord
from reconciler.api import Api
from reconciler.handlers.connect import disconnect
from support.links import ANN, NOON, UPCOMING, event
from support.pairs import born_in_espo, born_in_outlook, later
from support.reconciling import Reconciling, deferred, in_espo, in_outlook, now

BEN = Attendee(address="ben@contoso.test", name="Ben", kind=PersonKind.USER)
OUTSIDE: dict[str, Any] = {"is_organizer": False, "organizer": "boss@client.test", "ical_uid": "u"}
BETWEEN = UPCOMING - timedelta(days=1)
OVER = Timed(start=now() - timedelta(days=2, hours=1), end=now() - timedelta(days=2))


@pytest.mark.scenario("A-05")
async def test_an_outside_organizer_is_among_the_people_of_the_record(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_outlook("o1", event(people=(ANN,)), **OUTSIDE))
    assert isinstance(create, CreateEspoRecord)
    assert "boss@client.test" in {person.address for person in create.event.people or ()}


@pytest.mark.scenario("A-23")
async def test_nobody_is_invited_to_what_is_over(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    sent = await reconciling.hear(in_espo("m1", event(span=OVER, people=(BEN,))))
    assert [write for write in sent if isinstance(write, CreateOutlookEvent) and write.event.people] == []


@pytest.mark.scenario("G-08")
async def test_what_is_over_is_not_moved_to_a_new_owner(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await born_in_espo(reconciling, content=event(span=OVER))
    assert await reconciling.hear(in_espo("m1", event(span=OVER), account="ben", at=later())) == []


@pytest.mark.scenario("G-09")
async def test_a_meeting_organized_outside_stays_where_it_is_when_its_record_changes_hands(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await born_in_outlook(reconciling, **OUTSIDE)
    sent = await reconciling.hear(in_espo("m1", event(), account="ben", at=later()))
    assert [write for write in sent if isinstance(write, CreateOutlookEvent | DeleteOutlookEvent)] == []


async def who_has_left(reconciling: Reconciling, span: Timed | None = None, **seen: Any) -> Event:
    """A meeting of Ann's with Ben, who syncs too; then she leaves. Gives its content."""
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    content = event(people=(ANN, BEN), **({"span": span} if span else {}))
    await born_in_outlook(reconciling, content=content, **seen)
    async with reconciling.database.unit() as unit:
        assert await disconnect(unit, "ann")
    return content


@pytest.mark.parametrize("what", [OUTSIDE, {"span": OVER}], ids=["organized outside", "over"])
async def test_nobody_is_invited_anew_by_who_takes_over_the_records_of_somebody_who_has_left(
    reconciling: Reconciling, what: dict[str, Any]
) -> None:
    content = await who_has_left(reconciling, **what)
    given = in_espo("m1", content, account="ben", at=later())
    assert await reconciling.hear(given) == []
    assert await reconciling.hear(in_espo("m1", content, account="ben", at=later(60))) == []
    assert await reconciling.count("links") == 1


async def test_what_is_moved_into_the_future_by_who_takes_it_over_from_somebody_who_has_left_reaches_his_calendar(
    reconciling: Reconciling,
) -> None:
    content = await who_has_left(reconciling, span=OVER)
    assert await reconciling.hear(in_espo("m1", content, account="ben", at=later())) == []
    (create,) = await reconciling.hear(in_espo("m1", event(people=(ANN, BEN)), account="ben", at=later(60)))
    assert isinstance(create, CreateOutlookEvent)
    assert create.account == "ben"


@pytest.mark.scenario("E-05")
async def test_an_edit_of_a_meeting_organized_outside_is_not_written_to_the_guests_copy_and_says_why(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, **OUTSIDE)
    moved = Timed(start=NOON + timedelta(hours=2), end=NOON + timedelta(hours=3))
    assert await reconciling.hear(in_espo("m1", event(span=moved), at=later())) == []
    reason = await reconciling.database.pool.fetchval("SELECT body ->> 'reason' FROM links")
    assert "organiz" in reason


async def test_an_event_that_becomes_a_series_is_explained_under_its_espocrm_id(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    await reconciling.hear(OutlookSkipped(account="ann", outlook_id="o1", reason="recurring"))
    app = Starlette(routes=Api(reconciling.database, reconciling.settings).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reconciler") as http:
        assert "recurring" in (await http.get("/why/m1")).text


@pytest.mark.scenario("W-08")
async def test_an_earlier_first_day_reads_the_calendar_from_that_day(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", since="2026-06-01")
    (first,) = [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar)]
    await reconciling.connect("ann", since="2026-01-01")
    looks = [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar)]
    assert [look.window_start < first.window_start for look in looks] == [True]


@pytest.mark.scenario("W-08")
async def test_an_earlier_first_day_brings_in_what_is_between_and_nothing_twice(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", since="2036-03-03")
    await born_in_outlook(reconciling, 1)
    between = in_outlook("o2", event(span=Timed(start=BETWEEN, end=BETWEEN + timedelta(hours=1))))
    assert await reconciling.hear(between) == []

    await reconciling.connect("ann", since="2036-03-01")

    (create,) = await reconciling.hear(in_outlook("o1", event()), between)
    assert isinstance(create, CreateEspoRecord)
    assert create.event.span == between.event.span


@pytest.mark.scenario("W-08")
async def test_a_later_first_day_leaves_what_is_there_already(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", since="2036-03-01")
    await born_in_outlook(reconciling, 1)
    await born_in_espo(reconciling, 2)

    await reconciling.connect("ann", since="2036-03-04")

    everything = [in_outlook("o1", event()), in_outlook("o2", event()), in_espo("m1", event()), in_espo("m2", event())]
    assert await reconciling.hear(*everything) == []
    (update,) = await reconciling.hear(in_outlook("o1", event(title="Edited"), at=later()))
    assert isinstance(update, UpdateEspoRecord)


@pytest.mark.scenario("W-18")
async def test_a_first_day_further_back_than_graph_can_show_is_refused(reconciling: Reconciling) -> None:
    app = Starlette(routes=Api(reconciling.database, reconciling.settings).routes())
    wish = {"name": "Ann", "mailbox": "ann@contoso.test", "settings": {"since": "2015-01-01"}}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reconciler") as http:
        answer = await http.put("/accounts/ann", json=wish)
    assert answer.status_code == 422
    assert "since" in answer.text


@pytest.mark.scenario("Z-12")
async def test_the_first_day_of_the_sync_is_a_day_in_the_users_zone(reconciling: Reconciling) -> None:
    ann = await reconciling.connect("ann", since="2026-06-01")
    await reconciling.save(ann.model_copy(update={"zone": "Pacific/Auckland"}))
    nine_in_the_morning = now().replace(year=2026, month=5, day=31, hour=21, minute=0, second=0, microsecond=0)
    span = Timed(start=nine_in_the_morning, end=nine_in_the_morning + timedelta(hours=1))
    assert [type(write) for write in await reconciling.hear(in_outlook("o1", event(span=span)))] == [CreateEspoRecord]


async def test_a_write_that_waits_is_pending(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_espo("m1", event()))
    await reconciling.hear(deferred(create, 3600))
    app = Starlette(routes=Api(reconciling.database, reconciling.settings).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reconciler") as http:
        pending = (await http.get("/pending")).json()
    assert pending["in_flight"] + pending["due"] > 0
