"""An event that becomes private leaves EspoCRM and our memory, and comes back once, as far as the settings let it (M18)."""

from typing import Any

import pytest

from contracts.changes import OutlookSeen, OutlookSkipped
from contracts.events import Attendee, Event, PersonKind, Private
from contracts.looks import LookAtCalendar, LookAtEvent
from contracts.outcomes import Conflicted, Vanished
from contracts.writes import CreateEspoRecord, DeleteEspoRecord, UpdateEspoRecord, UpdateOutlookEvent
from support.links import event
from support.pairs import born_in_espo, born_in_outlook, gone_from_espo, gone_from_outlook, later
from support.reconciling import Reconciling, done, in_espo, in_outlook, now

CANARY = "cardiologist-4711"
GUEST = Attendee(address=f"{CANARY}@clinic.test", kind=PersonKind.CONTACT)
SECRET = event(title=CANARY, location=CANARY, description=CANARY, people=(GUEST,))


def made_private(number: int = 1, seconds: float = 5, reason: Any = "private") -> OutlookSkipped:
    moment = later(seconds)
    return OutlookSkipped(account="ann", outlook_id=f"o{number}", reason=reason, modified_at=moment, read_at=moment)


def as_busy_time(content: Event = SECRET, seconds: float = 5) -> OutlookSeen:
    return in_outlook("o1", content.as_busy_time(), at=later(seconds), busy_only=True)


async def remembered(reconciling: Reconciling) -> str:
    """Everything that the database holds, as text."""
    tables = await reconciling.database.pool.fetch(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
    )
    words = []
    for table in tables:
        rows = await reconciling.database.pool.fetch(f'SELECT t::text FROM "{table["table_name"]}" t')  # noqa: S608
        words += [row["t"] for row in rows]
    return "\n".join(words)


async def states(reconciling: Reconciling) -> list[tuple[str, str]]:
    rows = await reconciling.database.pool.fetch("SELECT state, body ->> 'reason' AS reason FROM links ORDER BY state")
    return [(row["state"], row["reason"]) for row in rows]


@pytest.mark.scenario("P-02")
async def test_an_event_that_becomes_private_is_taken_out_of_espocrm_and_out_of_our_memory(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=SECRET)
    (delete,) = await reconciling.hear(made_private())
    assert isinstance(delete, DeleteEspoRecord)
    assert (delete.espo_id, delete.erase) == ("m1", True)
    assert CANARY not in await remembered(reconciling)
    assert await reconciling.hear(done(delete, None)) == []
    assert [state for state, _ in await states(reconciling)] == ["detached", "ended"]


@pytest.mark.scenario("P-02")
async def test_values_that_lost_a_conflict_are_forgotten_with_the_rest(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    (update,) = await reconciling.hear(in_outlook("o1", event(title=CANARY), at=later(1)))
    renamed = in_espo("m1", event(title="Renamed"), at=later(60))
    ended = {"write_id": update.write_id, "link_id": update.link_id, "account": "ann", "finished_at": now()}
    await reconciling.hear(Conflicted(**ended, fresh=renamed))
    lost = "SELECT count(*) FROM journal WHERE details #>> '{lost,title}' = $1"
    assert await reconciling.database.pool.fetchval(lost, CANARY) == 1
    await reconciling.hear(made_private())
    assert CANARY not in await remembered(reconciling)


@pytest.mark.scenario("P-03")
async def test_an_event_that_is_private_no_longer_comes_back_once(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=SECRET)
    (delete,) = await reconciling.hear(made_private())
    await reconciling.hear(done(delete, None))
    (create,) = await reconciling.hear(in_outlook("o1", SECRET, at=later(20)))
    assert isinstance(create, CreateEspoRecord)
    assert await reconciling.hear(done(create, in_espo("m2", create.event, at=later(21), created_by_us=True))) == []
    assert await reconciling.hear(in_outlook("o1", SECRET, at=later(20))) == []
    assert sorted(await states(reconciling))[1][0] == "in sync"


@pytest.mark.scenario("P-02", "M-01")
async def test_a_late_sight_of_the_record_that_was_taken_out_is_nothing_new(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=SECRET)
    stale = in_espo("m1", SECRET, created_by_us=True)
    (delete,) = await reconciling.hear(made_private())
    assert await reconciling.hear(stale, done(delete, None), stale) == []
    assert CANARY not in await remembered(reconciling)


@pytest.mark.scenario("P-02")
async def test_an_event_that_becomes_private_while_its_record_is_being_made_is_taken_out_once_it_is_there(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_outlook("o1", SECRET))
    assert await reconciling.hear(made_private()) == []
    assert CANARY not in await remembered(reconciling)
    (delete,) = await reconciling.hear(done(create, in_espo("m1", SECRET, created_by_us=True)))
    assert isinstance(delete, DeleteEspoRecord)
    assert CANARY not in await remembered(reconciling)


@pytest.mark.scenario("P-02")
async def test_an_outcome_that_was_on_its_way_brings_nothing_back(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    (update,) = await reconciling.hear(in_espo("m1", event(title="Renamed"), at=later(1)))
    before = in_outlook("o1", event(title="Renamed", description=CANARY, cancelled=None), at=later(2))
    assert await reconciling.hear(made_private(seconds=5), done(update, before)) == []
    assert CANARY not in await remembered(reconciling)
    assert [state for state, _ in await states(reconciling)] == ["detached"]


@pytest.mark.scenario("P-02")
async def test_a_record_born_in_espocrm_stays_there_as_it_is_and_goes_its_own_way(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    noted = event(description=CANARY, cancelled=None)
    await reconciling.hear(in_outlook("o1", noted, at=later(1)))
    assert CANARY in await remembered(reconciling)
    assert await reconciling.hear(made_private()) == []
    assert CANARY not in await remembered(reconciling)
    assert await reconciling.hear(in_espo("m1", event(title="Renamed"), at=later(10))) == []
    ((state, reason),) = await states(reconciling)
    assert state == "detached"
    assert "private" in reason


@pytest.mark.scenario("P-03")
async def test_a_record_born_in_espocrm_is_in_step_again_when_its_event_is_private_no_longer(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    await reconciling.hear(made_private())
    assert await reconciling.hear(in_espo("m1", event(location="Room 2"), at=later(10))) == []
    sent = await reconciling.hear(in_outlook("o1", event(title="Moved on", cancelled=None), at=later(8)))
    (to_outlook,) = [write for write in sent if isinstance(write, UpdateOutlookEvent)]
    (to_espo,) = [write for write in sent if isinstance(write, UpdateEspoRecord)]
    assert (to_outlook.patch.location, to_espo.patch.title) == ("Room 2", "Moved on")
    assert await reconciling.count("links") == 1


@pytest.mark.scenario("P-02")
async def test_many_events_that_become_private_at_once_are_not_held(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    for number in range(30):
        await born_in_outlook(reconciling, number)
    deletes = await reconciling.hear(*(made_private(number) for number in range(30)))
    assert len([write for write in deletes if isinstance(write, DeleteEspoRecord)]) == 30


@pytest.mark.scenario("P-02")
async def test_a_private_event_that_its_owner_removed_in_espocrm_as_well_is_not_missed_there(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=SECRET)
    (delete,) = await reconciling.hear(made_private())
    vanished = Vanished(write_id=delete.write_id, link_id=delete.link_id, account="ann", finished_at=later(6))
    assert await reconciling.hear(gone_from_espo(), vanished) == []
    assert [state for state, _ in await states(reconciling)] == ["detached", "ended"]


@pytest.mark.scenario("P-02")
async def test_a_private_event_that_is_removed_in_outlook_is_a_story_that_ended(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=SECRET)
    (delete,) = await reconciling.hear(made_private())
    await reconciling.hear(done(delete, None))
    assert await reconciling.hear(gone_from_outlook()) == []
    assert {state for state, _ in await states(reconciling)} == {"ended"}


@pytest.mark.scenario("P-01")
async def test_a_private_event_comes_in_as_busy_time_where_the_setting_says_so(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", private="busy")
    (create,) = await reconciling.hear(as_busy_time())
    assert isinstance(create, CreateEspoRecord)
    assert (create.event.title, create.event.location, create.event.description) == ("Busy", None, None)
    assert (create.event.span, create.event.people) == (SECRET.span, ())
    landed = event(title="Busy", location="", description="")
    assert await reconciling.hear(done(create, in_espo("m1", landed, created_by_us=True))) == []
    assert await states(reconciling) == [
        ("in sync", "both sides say the same; private in Outlook: only its time is synced")
    ]


async def busy(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", private="busy")
    (create,) = await reconciling.hear(as_busy_time(seconds=0))
    landed = event(title="Busy", location="", description="")
    await reconciling.hear(done(create, in_espo("m1", landed, created_by_us=True)))


@pytest.mark.scenario("P-01")
async def test_what_is_written_into_a_busy_record_never_reaches_the_private_event(reconciling: Reconciling) -> None:
    await busy(reconciling)
    people = (Attendee(address="ben@contoso.test", kind=PersonKind.USER),)
    edited = event(title="Ann is away", location="At home", description="Do not disturb", people=people)
    assert await reconciling.hear(in_espo("m1", edited, at=later(5))) == []
    assert (await states(reconciling))[0][0] == "in sync"


@pytest.mark.scenario("P-01")
async def test_busy_time_moves_both_ways(reconciling: Reconciling) -> None:
    await busy(reconciling)
    moved = event(title="Busy", location="", description="", span=event().span.model_copy(update={"end": later(1e9)}))
    (update,) = await reconciling.hear(in_espo("m1", moved, at=later(5)))
    assert isinstance(update, UpdateOutlookEvent)
    assert update.patch.fields == ("span",)
    assert update.private is Private.BUSY


@pytest.mark.scenario("P-02")
async def test_an_event_that_becomes_private_is_replaced_by_busy_time_where_the_setting_says_so(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann", private="busy")
    await born_in_outlook(reconciling, content=SECRET)
    (delete,) = await reconciling.hear(as_busy_time())
    assert isinstance(delete, DeleteEspoRecord)
    assert (delete.espo_id, delete.erase) == ("m1", True)
    assert CANARY not in await remembered(reconciling)
    (create,) = await reconciling.hear(done(delete, None))
    assert isinstance(create, CreateEspoRecord)
    assert create.event.title == "Busy"


@pytest.mark.scenario("P-02")
async def test_a_record_born_in_espocrm_keeps_its_words_and_follows_only_the_time_of_its_private_event(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann", private="busy")
    await born_in_espo(reconciling)
    assert await reconciling.hear(as_busy_time(event())) == []
    moved = event(span=event().span.model_copy(update={"end": later(1e9)}))
    (update,) = await reconciling.hear(as_busy_time(moved, seconds=8))
    assert isinstance(update, UpdateEspoRecord)
    assert update.patch.fields == ("span",)


@pytest.mark.scenario("P-03")
async def test_busy_time_that_is_private_no_longer_gets_its_words(reconciling: Reconciling) -> None:
    await busy(reconciling)
    (update,) = await reconciling.hear(in_outlook("o1", SECRET, at=later(5)))
    assert isinstance(update, UpdateEspoRecord)
    assert (update.espo_id, update.patch.title, update.patch.description) == ("m1", CANARY, CANARY)
    assert update.patch.people is not None
    assert [person.address for person in update.patch.people.add] == [GUEST.address]


@pytest.mark.scenario("P-01")
@pytest.mark.parametrize(("before", "after"), [("skip", "full"), ("skip", "busy"), ("full", "skip"), ("busy", "full")])
async def test_another_setting_has_the_calendars_read_anew_and_writes_nothing_by_itself(
    reconciling: Reconciling, before: str, after: str
) -> None:
    await reconciling.connect("ann", private=before)
    (first,) = [look for look in await reconciling.tick() if isinstance(look, LookAtCalendar)]
    assert first.private is Private(before)
    await born_in_outlook(reconciling)
    await reconciling.connect("ann", private=after)
    (again,) = [
        sent for sent in await reconciling.tick() if not isinstance(sent, LookAtEvent) and "calendar" in sent.kind
    ]
    assert (again.private, again.cursor) == (Private(after), None)


@pytest.mark.scenario("P-01")
async def test_a_setting_that_stays_leaves_the_cursor_where_it_is(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", private="busy")
    await reconciling.tick()
    await reconciling.connect("ann", private="busy", contacts_and_leads=True)
    assert [sent for sent in await reconciling.tick() if isinstance(sent, LookAtCalendar)] == []


@pytest.mark.scenario("P-01", "P-03")
async def test_a_private_event_that_was_skipped_comes_in_when_the_setting_takes_it_in_full(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(made_private())
    assert await reconciling.count("skips") == 1
    await reconciling.connect("ann", private="full")
    await reconciling.take_sent()
    (create,) = await reconciling.hear(in_outlook("o1", SECRET, at=later()))
    assert isinstance(create, CreateEspoRecord)
    assert await reconciling.count("skips") == 0


@pytest.mark.scenario("P-06")
async def test_an_event_that_loses_its_category_keeps_its_record_which_follows_no_longer(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann", categories=["CRM"])
    await born_in_outlook(reconciling)
    assert await reconciling.hear(made_private(reason="category")) == []
    ((state, reason),) = await states(reconciling)
    assert state == "detached"
    assert "categories" in reason
    assert await reconciling.hear(in_espo("m1", event(location="Room 2"), at=later(10))) == []
    (update,) = await reconciling.hear(in_outlook("o1", event(), at=later(20)))
    assert isinstance(update, UpdateOutlookEvent)
    assert update.patch.fields == ("location",)


@pytest.mark.scenario("D-13")
async def test_an_event_that_is_looked_at_again_is_told_as_the_settings_say(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", private="busy", categories=["CRM"])
    await born_in_outlook(reconciling)
    (look,) = await reconciling.hear(gone_from_outlook(confirmed=False))
    assert isinstance(look, LookAtEvent)
    assert (look.private, look.categories) == (Private.BUSY, ("CRM",))


async def test_a_message_of_an_older_connector_hides_an_event_too(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=SECRET)
    old = OutlookSkipped(account="ann", outlook_id="o1", reason="private")
    assert [type(write) for write in await reconciling.hear(old)] == [DeleteEspoRecord]
    assert CANARY not in await remembered(reconciling)


async def test_news_of_privacy_that_is_older_than_what_is_known_changes_nothing(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    moment = now()
    await born_in_outlook(reconciling, content=SECRET)
    old = OutlookSkipped(
        account="ann", outlook_id="o1", reason="private", modified_at=moment.replace(year=2020), read_at=moment
    )
    assert await reconciling.hear(old) == []


def private_copy(seconds: float = 5) -> OutlookSeen:
    """What Ann lets be known of her copy of Ben's meeting: neither its words nor who organizes it."""
    return in_outlook("o1", event().as_busy_time(), at=later(seconds), busy_only=True, is_organizer=False, ical_uid="u")


@pytest.mark.scenario("P-01", "B-05")
async def test_a_guests_private_copy_of_a_colleagues_meeting_is_no_event_of_its_own(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", private="busy")
    await reconciling.connect("ben")
    await born_in_outlook(reconciling, 2, account="ben", ical_uid="u")
    assert await reconciling.hear(private_copy()) == []
    assert await reconciling.count("links") == 1


@pytest.mark.scenario("P-01", "B-05")
async def test_a_guests_private_copy_that_comes_first_becomes_the_colleagues_meeting(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", private="busy")
    await reconciling.connect("ben")
    (create,) = await reconciling.hear(private_copy(seconds=0))
    landed = event(title="Busy", location="", description="")
    await reconciling.hear(done(create, in_espo("m1", landed, created_by_us=True)))
    sent = await reconciling.hear(in_outlook("o2", event(), account="ben", at=later(5), ical_uid="u"))
    assert [type(write) for write in sent] == [UpdateEspoRecord]
    assert (sent[0].espo_id, sent[0].patch.title) == ("m1", event().title)
    assert await reconciling.count("links") == 1
