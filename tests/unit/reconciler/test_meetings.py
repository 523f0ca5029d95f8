"""A Teams meeting of the record's own: for who wants one and has no event in Outlook to be it (M27)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.events import Timed
from reconciler.core import absorb, landing, meetings
from reconciler.core.decide import decide
from reconciler.core.link import Link, Meeting, State
from reconciler.core.rules import Direction, Rules
from reconciler.core.side import FLIGHT_TIMEOUT, Side, Verb
from support.links import NOON, espo_seen, event, gone, link, outlook_seen, present

NONE = Rules(direction=Direction.NONE)
TO_ESPO = Rules(direction=Direction.OUTLOOK_TO_ESPO)
BOTH = Rules()
URL = "https://teams.microsoft.com/l/meetup-join/1"
OTHER_URL = "https://teams.microsoft.com/l/meetup-join/2"
SECOND = timedelta(seconds=1)
LATER = Timed(start=NOON + timedelta(days=1), end=NOON + timedelta(days=1, hours=1))
WRITE = UUID(int=3)


def record(**changes: Any) -> Any:
    return event(**{"online": True, "join_url": "", **changes})


def alone(**changes: Any) -> Link:
    """A record that is not in Outlook."""
    return link(Side(), present(record(**changes)))


def with_meeting(**changes: Any) -> Link:
    """A record whose own meeting stands, its link stored."""
    there = record(join_url=URL)
    meeting = Meeting(id="MSp1", join_url=URL, title=there.title, span=there.span, told=URL)
    return link(Side(), present(there.model_copy(update=changes)), meeting=meeting)


def wished(one: Link, rules: Rules = NONE) -> Verb | None:
    decision = decide(one, rules)
    return decision.meeting.verb if decision.meeting else None


def flying(one: Link, rules: Rules = NONE) -> Link:
    decision = decide(one, rules)
    assert decision.meeting is not None
    return meetings.took_off(absorb.settle(one, decision), decision.meeting, WRITE, NOON)


def told(one: Link, rules: Rules = NONE) -> list[str | None]:
    return [wish.patch.join_url for wish in decide(one, rules).wishes if wish.patch]


@pytest.mark.parametrize("rules", [NONE, TO_ESPO], ids=["none", "to EspoCRM"])
def test_a_record_that_does_not_go_to_outlook_gets_a_meeting_of_its_own(rules: Rules) -> None:
    assert wished(alone(), rules) is Verb.CREATE


@pytest.mark.parametrize("rules", [BOTH, Rules(direction=Direction.ESPO_TO_OUTLOOK)], ids=["both", "to Outlook"])
def test_a_record_that_goes_to_outlook_gets_none_because_its_event_is_the_meeting(rules: Rules) -> None:
    assert wished(alone(), rules) is None


@pytest.mark.parametrize("changes", [{"online": False}, {"online": None}, {"cancelled": True}], ids=str)
def test_a_record_that_wants_no_meeting_gets_none(changes: dict[str, Any]) -> None:
    assert wished(alone(**changes)) is None


def test_nothing_else_of_it_is_synced() -> None:
    assert decide(alone(), NONE).wishes == ()


def test_while_the_request_is_under_way_no_second_one_is_made() -> None:
    flight = flying(alone())
    assert wished(flight) is None
    assert decide(flight, NONE).state is State.PENDING


def test_a_request_whose_outcome_never_came_is_made_again() -> None:
    assert wished(landing.rested(flying(alone()), NOON + FLIGHT_TIMEOUT)) is Verb.CREATE
    assert wished(landing.rested(flying(alone()), NOON + FLIGHT_TIMEOUT - SECOND)) is None


def test_the_link_goes_into_the_record_and_then_all_is_at_rest() -> None:
    made = meetings.ready(flying(alone()), "MSp1", URL)
    decision = decide(made, NONE)
    (wish,) = decision.wishes
    assert told(made) == [URL]
    written = landing.done(landing.took_off(made, wish, WRITE, NOON), "espo", espo_seen(record(join_url=URL)), NOON)
    at_rest = decide(written, NONE)
    assert (at_rest.wishes, at_rest.meeting, at_rest.state) == ((), None, State.IN_SYNC)


def test_a_link_that_espocrm_words_its_own_way_is_written_once() -> None:
    made = meetings.ready(flying(alone()), "MSp1", URL)
    (wish,) = decide(made, NONE).wishes
    stored = espo_seen(record(join_url=f"{URL}/"))
    assert told(landing.done(landing.took_off(made, wish, WRITE, NOON), "espo", stored, NOON)) == []


@pytest.mark.scenario("V-07")
def test_another_providers_link_is_not_replaced() -> None:
    assert told(meetings.ready(flying(alone(join_url="https://zoom.example/j/1")), "MSp1", URL)) == []


def test_a_record_that_cannot_store_a_link_is_not_given_one() -> None:
    assert told(meetings.ready(flying(alone(join_url=None)), "MSp1", URL)) == []


@pytest.mark.scenario("V-03")
@pytest.mark.parametrize("changes", [{"span": LATER}, {"title": "Kick-off II"}], ids=["moved", "renamed"])
def test_the_meeting_follows_the_record_and_keeps_its_link(changes: dict[str, Any]) -> None:
    moved = with_meeting(**changes)
    assert wished(moved) is Verb.UPDATE
    settled = meetings.ready(flying(moved), "MSp1", "")
    assert settled.meeting.join_url == URL
    assert (wished(settled), told(settled)) == (None, [])


def test_a_record_that_moved_on_while_the_request_was_under_way_is_followed_again() -> None:
    flight = flying(with_meeting(span=LATER))
    renamed = absorb.seen(flight, espo_seen(record(join_url=URL, span=LATER, title="New"), at=NOON + SECOND))
    assert wished(meetings.ready(renamed, "MSp1", URL)) is Verb.UPDATE


@pytest.mark.parametrize("moved_away", [False, True], ids=["removed", "another owner's"])
def test_the_meeting_of_a_record_that_is_gone_is_removed(moved_away: bool) -> None:
    ended = absorb.gone(with_meeting(), "espo", NOON).model_copy(update={"moved_away": moved_away})
    assert wished(ended) is Verb.DELETE
    removed = meetings.ready(flying(ended), None, "")
    assert (wished(removed), decide(removed, NONE).state) == (None, State.ENDED)


@pytest.mark.scenario("V-04")
def test_teams_switched_off_removes_the_meeting_and_takes_its_link_back() -> None:
    off = with_meeting(online=False)
    assert wished(off) is Verb.DELETE
    removed = meetings.ready(flying(off), None, "")
    assert (wished(removed), told(removed)) == (None, [""])


def test_a_link_that_somebody_else_put_there_is_not_taken_back() -> None:
    off = with_meeting(online=False, join_url="https://zoom.example/j/1")
    assert told(meetings.ready(flying(off), None, "")) == []


def test_a_field_that_an_administrator_took_away_removes_no_meeting() -> None:
    assert wished(with_meeting(online=None)) is None


def test_a_meeting_stays_until_the_event_in_outlook_has_a_link_of_its_own() -> None:
    waiting = with_meeting()
    assert wished(waiting, BOTH) is None
    offline = absorb.seen(waiting, outlook_seen(record(online=False)))
    assert wished(offline, BOTH) is None
    assert wished(absorb.seen(waiting, outlook_seen(record(join_url=OTHER_URL))), BOTH) is Verb.DELETE


def test_what_a_person_removed_in_outlook_is_not_replaced_by_a_meeting() -> None:
    assert wished(link(gone(), present(record()))) is None


def test_a_meeting_that_somebody_removed_in_teams_is_made_again_once_the_record_changes() -> None:
    lost = meetings.gone(flying(with_meeting(span=LATER)))
    assert wished(lost) is Verb.CREATE
    assert told(meetings.ready(flying(lost), "MSp2", OTHER_URL)) == [OTHER_URL]


def test_a_link_that_reached_the_record_without_our_hearing_of_it_is_taken_back_with_its_meeting() -> None:
    made = meetings.ready(flying(alone()), "MSp1", URL)
    (wish,) = decide(made, NONE).wishes
    unheard = landing.rested(landing.took_off(made, wish, WRITE, NOON), NOON + FLIGHT_TIMEOUT)
    off = absorb.seen(unheard, espo_seen(record(online=False, join_url=URL), at=NOON + SECOND))
    assert told(meetings.ready(flying(off), None, "")) == [""]


@pytest.mark.parametrize(
    "closed",
    [lambda one: meetings.ready(one, "MSp1", URL), lambda one: meetings.refused(one, "no licence")],
    ids=["carried out", "refused"],
)
def test_once_teams_has_answered_the_pauses_begin_anew(closed: Callable[[Link], Link]) -> None:
    tried = landing.rested(meetings.deferred(flying(alone()), NOON + SECOND), NOON + SECOND)
    assert tried.meeting.attempts == 1
    assert closed(flying(tried)).meeting.attempts == 0


@pytest.mark.scenario("V-05")
def test_a_refused_meeting_is_not_asked_for_again_until_the_record_says_something_else() -> None:
    refused = meetings.refused(flying(alone()), "no licence")
    decision = decide(refused, NONE)
    assert (decision.meeting, decision.state, decision.reason) == (None, State.REFUSED, "no licence")
    edited = absorb.seen(refused, espo_seen(record(title="New"), at=NOON + SECOND))
    assert wished(edited) is Verb.CREATE


def test_a_deferred_request_rests_until_its_time_has_come() -> None:
    until = NOON + timedelta(minutes=1)
    resting = meetings.deferred(flying(alone()), until)
    assert (wished(resting), resting.due_at) == (None, until)
    assert wished(landing.rested(resting, until)) is Verb.CREATE


def test_a_meeting_under_way_counts_as_a_write_under_way() -> None:
    assert flying(alone()).flights == 1
