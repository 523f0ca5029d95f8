"""What exactly a link remembers after each kind of news: whole links are compared, so nothing changes on the side."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.events import Event
from contracts.writes import Patch, PeopleChange
from reconciler.core import absorb, landing, meetings
from reconciler.core.decide import decide
from reconciler.core.decision import Wish
from reconciler.core.link import Link, Word
from reconciler.core.rules import Rules
from reconciler.core.side import FLIGHT_TIMEOUT, Flight, Presence, Side, SideName, Verb, other
from support.links import ANN, CARL, NOON, espo_seen, event, gone, link, outlook_seen, present

SECOND = timedelta(seconds=1)
WRITE = UUID(int=2)
SIDES = ("outlook", "espo")
LENA = CARL.model_copy(update={"address": "lena@lead.test"})


def pair(**more: Any) -> Link:
    return link(present(event(), item="o1"), present(event(), item="m1"), **more)


def flight(verb: Verb = Verb.UPDATE, **more: Any) -> Flight:
    usual: dict[str, Any] = {"fields": ("title",), "source": event(), "issued_at": NOON}
    return Flight(write_id=WRITE, verb=verb, **{**usual, **more})


def changed(one: Link, name: SideName, **changes: Any) -> Link:
    return one.with_side(name, one.side(name).model_copy(update=changes))


@pytest.mark.parametrize("name", SIDES)
def test_a_doubt_concerns_the_side_that_it_is_about(name: SideName) -> None:
    doubted = absorb.doubted(pair(), name, NOON)
    assert doubted == changed(pair(), name, relook_at=NOON)
    assert absorb.looked_again(doubted, name) == pair()


@pytest.mark.parametrize("name", SIDES)
def test_a_confirmed_removal_says_when_it_was_confirmed(name: SideName) -> None:
    expected = changed(pair(), name, presence=Presence.GONE, read_at=NOON + SECOND)
    assert absorb.gone(pair(), name, NOON + SECOND) == expected


def test_a_removal_that_a_write_ran_into_ends_the_write() -> None:
    flying = changed(pair(), "espo", flight=flight(), attempts=2)
    gone_now = landing.vanished(flying, "espo", NOON + SECOND)
    assert gone_now == changed(pair(), "espo", presence=Presence.GONE, read_at=NOON + SECOND)


def test_an_edit_that_a_write_ran_into_ends_the_write_and_is_what_is_known() -> None:
    flying = changed(pair(), "outlook", flight=flight(), attempts=2, rest_until=NOON)
    fresh = outlook_seen(event(title="Theirs"), at=NOON + SECOND)
    known = landing.conflicted(flying, "outlook", fresh)
    assert (known.outlook.flight, known.outlook.attempts, known.outlook.rest_until) == (None, 0, None)
    assert known.outlook.seen == event(title="Theirs")
    assert known.espo == pair().espo


@pytest.mark.parametrize("under_way", [True, False])
def test_what_was_asked_for_stays_in_mind_where_what_a_write_ran_into_is_in_doubt(under_way: bool) -> None:
    asked = tuple(flight(patch=Patch(title=title)) for title in "ABC")
    one = changed(pair(), "espo", asked_before=asked[:1], asked=asked[1], flight=asked[2] if under_way else None)
    same_second = espo_seen(event(title="Edited"), read_at=NOON + timedelta(milliseconds=500))

    after = landing.conflicted(one, "espo", same_second).espo

    assert (*after.asked_before, after.asked) == (asked if under_way else asked[:2])


def test_a_guest_whom_another_write_brought_across_meanwhile_is_agreed_on_where_he_was_brought() -> None:
    bringing_ann = flight(fields=("people",), source=event(people=(ANN,)), patch=Patch(people=PeopleChange(add=(ANN,))))
    one = changed(pair(), "outlook", agreed=event(people=(CARL,)))
    one = changed(one, "espo", agreed=event(people=(CARL, LENA)), flight=bringing_ann)

    after = landing.done(one, "espo", espo_seen(event(people=(CARL, LENA, ANN))), NOON)

    assert after.outlook.agreed is not None
    assert after.outlook.agreed.people == (ANN, CARL)


@pytest.mark.parametrize(("attempted", "attempts"), [(True, 3), (False, 2)])
def test_only_a_side_that_was_asked_counts_an_attempt(attempted: bool, attempts: int) -> None:
    waiting = landing.deferred(changed(pair(), "espo", flight=flight(), attempts=2), "espo", NOON, attempted=attempted)
    assert waiting == changed(pair(), "espo", rest_until=NOON, attempts=attempts, asked=flight())
    meeting = meetings.deferred(pair(meeting={"attempts": 2}), NOON, attempted=attempted).meeting
    assert (meeting.attempts, meeting.rest_until) == (attempts, NOON)


def test_whoever_does_not_say_so_was_asked() -> None:
    assert landing.deferred(pair(), "espo", NOON).espo.attempts == 1
    assert meetings.deferred(pair(), NOON).meeting.attempts == 1


def test_a_landed_write_forgets_its_rests_and_attempts() -> None:
    flying = changed(pair(), "espo", flight=flight(), attempts=2, rest_until=NOON)
    side = landing.done(flying, "espo", espo_seen(event(), at=NOON + SECOND), NOON + SECOND).espo
    assert (side.flight, side.attempts, side.rest_until) == (None, 0, None)


@pytest.mark.parametrize(("name", "epoch"), [("outlook", 1), ("espo", 0)])
def test_after_a_removal_in_outlook_the_event_would_be_made_under_another_key(name: SideName, epoch: int) -> None:
    before = changed(pair(), other(name), presence=Presence.GONE)
    removed = landing.done(changed(before, name, flight=flight(Verb.DELETE)), name, None, NOON + SECOND)
    gone = {"presence": Presence.GONE, "read_at": NOON + SECOND, "removed_by_us": True}
    assert removed == changed(before.model_copy(update={"epoch": epoch}), name, **gone)


def test_a_removal_that_was_undone_while_it_was_carried_out_makes_the_other_side_anew() -> None:
    flying = changed(pair(), "espo", flight=flight(Verb.DELETE))
    assert landing.done(flying, "espo", None, NOON + SECOND).espo.presence is Presence.ABSENT


def test_what_was_stored_is_as_new_as_the_end_of_the_write() -> None:
    flying = changed(pair(), "espo", flight=flight())
    stored = espo_seen(event(title="2"), at=NOON + SECOND, read_at=NOON)
    assert landing.done(flying, "espo", stored, NOON + 3 * SECOND).espo.read_at == NOON + 3 * SECOND


def test_a_side_that_was_read_since_is_not_overwritten_by_what_a_write_stored() -> None:
    flying = changed(pair(), "espo", flight=flight(), modified_at=NOON + 2 * SECOND, seen=event(title="Newer"))
    landed = landing.done(flying, "espo", espo_seen(event(title="2"), at=NOON + SECOND), NOON + SECOND)
    assert landed.espo.seen == event(title="Newer")
    assert landed.espo.agreed == event(title="2")


def test_a_side_that_was_read_at_the_same_version_takes_what_the_write_stored() -> None:
    flying = changed(pair(), "espo", flight=flight(), seen=event(title="Read before"))
    assert landing.done(flying, "espo", espo_seen(event(title="2")), NOON).espo.seen == event(title="2")


@pytest.mark.parametrize("fields", [("join_url",), ("title",)])
def test_the_link_that_a_record_was_given_is_remembered_as_given(fields: Any) -> None:
    flying = changed(pair(), "espo", flight=flight(fields=fields, wished=event(join_url="https://teams.example/1")))
    told = landing.done(flying, "espo", espo_seen(event()), NOON).meeting.told
    assert told == ("https://teams.example/1" if fields == ("join_url",) else "")


def test_a_link_that_was_taken_back_is_remembered_as_none() -> None:
    wished = flight(fields=("join_url",), wished=event(join_url=None))
    flying = changed(pair(meeting={"told": "x"}), "espo", flight=wished)
    assert landing.done(flying, "espo", espo_seen(event()), NOON).meeting.told == ""


def test_an_event_that_went_online_is_known_to_be() -> None:
    before = event(online=False, join_url="")
    flying = link(present(before, item="o1"), present(event(online=True), agreed=before, item="m1"))
    flying = changed(flying, "outlook", flight=flight(fields=("online",), source=event(online=True)))
    there = landing.went_online(flying, "https://teams.example/1")
    assert there.outlook.seen == event(online=True, join_url="https://teams.example/1")
    assert there.outlook.agreed == event(online=True, join_url="")
    assert there.espo.agreed == event(online=True, join_url="")


def test_a_word_that_an_event_went_online_does_no_harm_where_nothing_was_asked() -> None:
    quiet = link(present(event(online=False)), present(event(online=False)))
    there = landing.went_online(quiet, "")
    assert there.outlook.seen is not None
    assert there.outlook.seen.online is True
    assert there.espo == quiet.espo


@pytest.mark.parametrize(("seconds", "kept"), [(-1, True), (0, False)])
def test_a_write_is_given_up_when_its_time_is_over(seconds: int, kept: bool) -> None:
    flying = changed(pair(), "espo", flight=flight())
    then = landing.rested(flying, NOON + FLIGHT_TIMEOUT + seconds * SECOND)
    assert (then.espo.flight is not None) is kept


@pytest.mark.parametrize(
    ("source", "removal", "since"),
    [
        (present(event(), at=NOON + SECOND), Word.NONE, NOON + SECOND),
        (gone().model_copy(update={"modified_at": NOON + SECOND}), Word.NONE, NOON),
        (present(event(), at=NOON + SECOND), Word.APPROVED, None),
    ],
)
def test_a_write_counts_from_when_its_source_changed(source: Side, removal: Word, since: object) -> None:
    one = link(present(event()), source, removal=removal)
    flying = landing.took_off(one, Wish("outlook", Verb.UPDATE, fields=("title",)), WRITE, NOON + 9 * SECOND)
    assert flying.outlook.flight is not None
    assert flying.outlook.flight.since == since
    assert flying.outlook.flight.source == source.seen


@pytest.mark.parametrize(
    ("since", "began", "latency"),
    [
        (None, NOON, None),
        (NOON, None, None),
        (NOON, NOON, 5 * SECOND),
        (NOON - SECOND, NOON, 6 * SECOND),
        (NOON - 2 * SECOND, NOON, None),
        (NOON + 9 * SECOND, NOON, 0 * SECOND),
    ],
)
def test_how_long_a_write_took_is_told_only_where_it_means_something(since: Any, began: Any, latency: Any) -> None:
    assert flight(since=since).latency(NOON + 5 * SECOND, began) == latency


def test_a_read_tells_everything_that_is_found_by() -> None:
    seen = outlook_seen(event(title="New"), at=NOON + SECOND).model_copy(
        update={"outlook_id": "o9", "ical_uid": "u", "calendar": "c", "is_organizer": False}
    )
    known = absorb.seen(pair(), seen)
    assert (known.ical_uid, known.calendar, known.guest) == ("u", "c", True)
    side = known.outlook
    assert (side.id, side.version, side.modified_at) == ("o9", seen.version, NOON + SECOND)
    assert (side.read_at, side.seen) == (NOON + SECOND, event(title="New"))


def test_a_record_tells_its_id_and_is_as_new_as_the_newest_read() -> None:
    seen = espo_seen(event(), at=NOON, read_at=NOON - SECOND).model_copy(update={"espo_id": "m9"})
    assert absorb.seen(pair(), seen).espo.read_at == NOON
    assert absorb.seen(pair(), seen).espo.id == "m9"


@pytest.mark.parametrize(("account", "owner", "to_hand_over"), [("ann", "", False), ("ben", "ben", True)])
def test_in_whose_name_a_record_stands_is_what_it_says(account: str, owner: str, to_hand_over: bool) -> None:
    seen = espo_seen(event(), at=NOON + SECOND).model_copy(update={"account": account})
    known = absorb.seen(pair(owner="cleo", to_hand_over=True), seen)
    assert (known.owner, known.to_hand_over) == (owner, to_hand_over)


def test_nothing_is_to_be_handed_over_that_was_not_before() -> None:
    seen = espo_seen(event(), at=NOON + SECOND).model_copy(update={"account": "ben"})
    assert absorb.seen(pair(), seen).to_hand_over is False


@pytest.mark.parametrize(("online", "offline"), [(True, ""), (False, "no licence")])
def test_why_an_event_is_not_online_is_known_until_it_is(online: bool, offline: str) -> None:
    seen = outlook_seen(event(online=online), at=NOON + SECOND)
    assert absorb.seen(pair(offline="no licence"), seen).offline == offline


def test_news_of_a_record_lets_teams_be_asked_again_and_its_echo_does_not() -> None:
    refused = pair(meeting={"refused": "no licence"})
    assert absorb.seen(refused, espo_seen(event(), at=NOON + SECOND)).meeting.refused == "no licence"
    assert absorb.seen(refused, espo_seen(event(title="New"), at=NOON + SECOND)).meeting.refused is None


def test_news_of_outlook_leaves_what_teams_refused() -> None:
    refused = pair(meeting={"refused": "no licence"})
    assert absorb.seen(refused, outlook_seen(event(title="New"), at=NOON + SECOND)).meeting.refused == "no licence"


@pytest.mark.parametrize("name", SIDES)
def test_news_of_a_side_lets_the_other_be_asked_again_and_not_itself(name: SideName) -> None:
    other: SideName = "espo" if name == "outlook" else "outlook"
    make: Any = outlook_seen if name == "outlook" else espo_seen
    stuck = changed(pair(), other, refused="no", refused_at=NOON)
    assert absorb.seen(stuck, make(event(), at=NOON + SECOND)).side(other).refused == "no"
    fresh = absorb.seen(stuck, make(event(title="New"), at=NOON + SECOND))
    assert fresh.side(other).refused is None
    assert fresh.side(other).id == stuck.side(other).id


def test_a_refusal_that_ended_leaves_no_trace() -> None:
    stuck = changed(pair(), "outlook", refused="no", refused_at=NOON)
    side = absorb.seen(stuck, outlook_seen(event(), at=NOON + SECOND)).outlook
    assert (side.refused, side.refused_at) == (None, None)
    assert side.seen == event()


@pytest.mark.parametrize(("read", "believed"), [(0, False), (1, True)])
def test_what_was_removed_comes_back_only_by_a_later_read(read: int, believed: bool) -> None:
    removed = absorb.gone(pair(), "outlook", NOON)
    again = absorb.seen(removed, outlook_seen(event(), at=NOON, read_at=NOON + read * SECOND))
    assert (again.outlook.presence is Presence.PRESENT) is believed


def test_a_read_exactly_a_second_later_is_believed() -> None:
    later = absorb.seen(pair(), espo_seen(event(title="New"), at=NOON, read_at=NOON + SECOND))
    assert later.espo.seen == event(title="New")
    doubtful = absorb.seen(pair(), espo_seen(event(title="New"), at=NOON, read_at=NOON + SECOND / 2))
    assert doubtful.espo.relook_at == NOON + SECOND


def test_a_record_that_is_to_go_is_not_read_any_more_but_its_event_is() -> None:
    one = pair(exposed=True)
    assert absorb.seen(one, espo_seen(event(title="New"), at=NOON + SECOND)) == one
    assert absorb.seen(one, outlook_seen(event(title="New"), at=NOON + SECOND)).outlook.seen == event(title="New")


def test_an_observation_is_known_where_it_says_what_is_there() -> None:
    assert absorb.is_known(pair(), espo_seen(event()))
    assert not absorb.is_known(pair(), outlook_seen(event(title="New")))
    assert not absorb.is_known(
        link(gone().model_copy(update={"seen": event()}), present(event())), outlook_seen(event())
    )


def test_what_is_settled_is_agreed_on_as_each_side_says_it() -> None:
    said: tuple[Event, Event] = event(title="A"), event(title="B")
    one = link(present(said[0], agreed=event()), present(said[1], agreed=event()))
    decision = decide(one, Rules(direction="none"))
    rest = absorb.settle(one, decision)
    assert (rest.outlook.agreed, rest.espo.agreed) == said
    assert (rest.state, rest.reason) == (decision.state, decision.reason)
