"""What of Teams passes between an Outlook event and its record (M27)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from reconciler.core import absorb, landing, online
from reconciler.core.decide import decide
from reconciler.core.decision import Decision
from reconciler.core.link import Link, State
from reconciler.core.online import LONGEST_LINK, NO_TEAMS, NO_WAY_BACK, OTHER_PROVIDER, TOO_LONG
from reconciler.core.rules import Direction, Rules
from reconciler.core.side import Side, Verb
from support.links import NOON, espo_seen, event, gone, link, outlook_seen, present

TEAMS_LINK = "https://teams.microsoft.com/l/meetup-join/1"
SECOND = timedelta(seconds=1)
WRITE = UUID(int=2)
BOTH = Rules()


def plain(**changes: Any) -> Any:
    return event(**{"online": False, "join_url": "", **changes})


def asked(**agreed: Any) -> Link:
    """Teams has just been asked for in the record of an event that both sides know."""
    before = plain(**agreed)
    wanted = before.model_copy(update={"online": True})
    return link(present(before), present(wanted, agreed=before, at=NOON + SECOND))


def linked(join_url: str, *, held: str = "") -> Link:
    """A join link has just come to an event whose record holds another one, or none."""
    before = plain(join_url=held, online=True)
    outlook = present(before.model_copy(update={"join_url": join_url}), agreed=plain(online=True), at=NOON + SECOND)
    return link(outlook, present(before))


def written(decision: Decision) -> list[tuple[str, dict[str, Any]]]:
    return [(wish.side, wish.patch.model_dump(exclude_none=True) if wish.patch else {}) for wish in decision.wishes]


def flying(one: Link, rules: Rules = BOTH) -> Link:
    (wish,) = decide(one, rules).wishes
    return landing.took_off(one, wish, WRITE, NOON + SECOND)


@pytest.mark.scenario("V-01")
def test_a_new_record_that_asks_for_teams_is_made_online_in_the_one_creation() -> None:
    (wish,) = decide(link(Side(), present(plain(online=True))), BOTH).wishes
    assert wish.verb is Verb.CREATE
    assert wish.event is not None
    assert wish.event.online is True


@pytest.mark.scenario("V-01")
def test_the_link_that_outlook_answers_a_creation_with_is_written_into_the_record() -> None:
    flight = flying(link(Side(), present(plain(online=True))))
    made = landing.done(flight, "outlook", outlook_seen(plain(online=True, join_url=TEAMS_LINK)), NOON + SECOND)
    assert written(decide(made, BOTH)) == [("espo", {"join_url": TEAMS_LINK})]


@pytest.mark.scenario("V-01")
@pytest.mark.parametrize("direction", Direction)
def test_an_event_that_is_synced_becomes_the_teams_event_in_any_direction(direction: Direction) -> None:
    assert written(decide(asked(), Rules(direction=direction))) == [("outlook", {"online": True})]


def test_what_else_changed_is_written_first_and_going_online_follows_alone() -> None:
    before = plain()
    both = link(present(before), present(plain(online=True, title="New"), agreed=before, at=NOON + SECOND))
    assert written(decide(both, BOTH)) == [("outlook", {"title": "New"})]
    done = landing.done(flying(both), "outlook", outlook_seen(plain(title="New"), at=NOON + SECOND), NOON + SECOND)
    assert NO_TEAMS not in decide(done, BOTH).reason
    assert written(decide(done, BOTH)) == [("outlook", {"online": True})]


def test_a_link_crosses_as_soon_as_the_event_has_gone_online() -> None:
    there = landing.went_online(flying(asked()), TEAMS_LINK)
    assert written(decide(there, BOTH)) == [("espo", {"join_url": TEAMS_LINK})]


@pytest.mark.parametrize("direction", Direction)
def test_a_link_is_stored_in_the_record_in_any_direction(direction: Direction) -> None:
    assert written(decide(linked(TEAMS_LINK), Rules(direction=direction))) == [("espo", {"join_url": TEAMS_LINK})]


@pytest.mark.scenario("V-06")
def test_the_link_of_a_teams_event_made_in_outlook_comes_with_the_record() -> None:
    born = link(present(plain(online=True, join_url=TEAMS_LINK)), Side(), origin="outlook")
    (wish,) = decide(born, BOTH).wishes
    assert wish.event is not None
    assert wish.event.join_url == TEAMS_LINK


def test_a_link_that_espocrm_has_no_room_for_does_not_stop_the_record_from_being_made() -> None:
    endless = TEAMS_LINK + "x" * LONGEST_LINK
    (wish,) = decide(link(present(plain(join_url=endless)), Side(), origin="outlook"), BOTH).wishes
    assert wish.event is not None
    assert wish.event.join_url == ""


@pytest.mark.parametrize("held", ["", "https://teams.microsoft.com/l/old", "https://gov.teams.microsoft.us/l/old"])
def test_no_link_or_an_older_one_of_teams_gives_way(held: str) -> None:
    assert written(decide(linked(TEAMS_LINK, held=held), BOTH)) == [("espo", {"join_url": TEAMS_LINK})]


@pytest.mark.scenario("V-07")
@pytest.mark.parametrize("held", ["https://zoom.example/j/1", "https://teams.microsoft.com.evil.example/", "nonsense"])
def test_another_providers_link_stays_and_the_owner_is_told(held: str) -> None:
    decision = decide(linked(TEAMS_LINK, held=held), BOTH)
    assert not decision.wishes
    assert OTHER_PROVIDER in decision.reason


def test_a_link_that_just_fits_espocrms_field_is_written() -> None:
    longest = TEAMS_LINK.ljust(LONGEST_LINK, "x")
    assert written(decide(linked(longest), BOTH)) == [("espo", {"join_url": longest})]


@pytest.mark.parametrize("name", ["outlook", "espo"])
@pytest.mark.parametrize("content", [None, plain(join_url=None)], ids=["nothing is known", "no link can be"])
def test_where_a_side_has_no_place_for_a_link_none_is_told(name: Any, content: Any) -> None:
    one = linked(TEAMS_LINK)
    assert not online.may_be_told(one.with_side(name, one.side(name).model_copy(update={"seen": content})))


def test_a_link_that_espocrm_has_no_room_for_stops_nothing_else_and_the_owner_is_told() -> None:
    decision = decide(linked(TEAMS_LINK + "x" * LONGEST_LINK), BOTH)
    assert not decision.wishes
    assert TOO_LONG in decision.reason


def test_a_record_that_cannot_store_a_link_is_not_given_one() -> None:
    one = linked(TEAMS_LINK)
    record = plain(online=True, join_url=None)
    assert not decide(one.with_side("espo", present(record)), BOTH).wishes


@pytest.mark.scenario("V-04")
def test_teams_switched_off_in_espocrm_stays_in_outlook_and_the_owner_is_told_once() -> None:
    before = plain(online=True, join_url=TEAMS_LINK)
    off = present(before.model_copy(update={"online": False}), agreed=before, at=NOON + SECOND)
    switched_off = link(present(before), off)
    decision = decide(switched_off, BOTH)
    assert not decision.wishes
    assert NO_WAY_BACK in decision.reason
    settled = absorb.settle(switched_off, decision)
    assert decide(settled, BOTH).reason == decision.reason


def test_the_link_of_an_event_that_ceased_to_be_online_is_taken_back() -> None:
    before = plain(online=True, join_url=TEAMS_LINK)
    ceased = present(plain(), agreed=before, at=NOON + SECOND)
    assert written(decide(link(ceased, present(before)), BOTH)) == [("espo", {"join_url": ""})]


def test_a_link_that_outlook_does_not_tell_for_a_moment_is_kept() -> None:
    before = plain(online=True, join_url=TEAMS_LINK)
    silent = present(before.model_copy(update={"join_url": ""}), agreed=before, at=NOON + SECOND)
    assert not decide(link(silent, present(before)), BOTH).wishes


@pytest.mark.scenario("V-05")
def test_an_event_that_outlook_made_without_teams_is_in_step_and_the_owner_is_told_why() -> None:
    flight = flying(link(Side(), present(plain(online=True))))
    made = landing.done(flight, "outlook", outlook_seen(plain()), NOON + SECOND)
    decision = decide(made, BOTH)
    assert decision.state is State.IN_SYNC
    assert not decision.wishes
    assert NO_TEAMS in decision.reason


def test_an_event_that_was_made_before_anybody_asked_for_teams_is_not_said_to_lack_it() -> None:
    made = landing.done(flying(link(Side(), present(plain()))), "outlook", outlook_seen(plain()), NOON)
    asked_since = absorb.seen(made, espo_seen(plain(online=True), at=NOON + SECOND))
    assert NO_TEAMS not in decide(asked_since, BOTH).reason


@pytest.mark.scenario("V-05")
def test_an_event_that_cannot_go_online_stays_in_step_for_the_rest() -> None:
    refused = landing.refused(flying(asked()), "outlook", "no licence", NOON)
    decision = decide(refused, BOTH)
    assert decision.state is State.IN_SYNC
    assert "no licence" in decision.reason
    renamed = absorb.seen(refused, espo_seen(plain(online=True, title="New"), at=NOON + 2 * SECOND))
    assert written(decide(renamed, BOTH)) == [("outlook", {"title": "New"})]


def test_the_reason_is_forgotten_once_somebody_has_made_the_event_a_teams_meeting() -> None:
    refused = landing.refused(flying(asked()), "outlook", "no licence", NOON)
    online_now = outlook_seen(plain(online=True, join_url=TEAMS_LINK), at=NOON + 2 * SECOND)
    assert absorb.seen(refused, online_now).offline == ""


@pytest.mark.scenario("V-01")
def test_a_teams_event_whose_link_has_not_come_is_read_again_later_and_later_and_not_for_ever() -> None:
    waiting = link(present(plain(online=True)), present(plain(online=True)))
    now, pauses = NOON, []
    for _ in range(20):
        waiting = online.awaiting(waiting, now)
        if waiting.outlook.relook_at is None:
            break
        pauses.append((waiting.outlook.relook_at - now).total_seconds())
        now = waiting.outlook.relook_at
        waiting = absorb.looked_again(waiting, "outlook")
    assert pauses[:3] == [2, 5, 15]
    assert pauses == sorted(pauses)
    assert len(pauses) < 10


def test_a_link_that_has_come_is_not_waited_for() -> None:
    there = link(present(plain(online=True, join_url=TEAMS_LINK)), present(plain(online=True)))
    assert online.awaiting(there, NOON) is there
    assert online.awaiting(there.model_copy(update={"awaited": 3}), NOON).awaited == 0


def test_a_link_is_not_waited_for_where_the_record_is_gone() -> None:
    there = link(present(plain(online=True)), gone().model_copy(update={"seen": plain(online=True)}))
    assert online.awaiting(there, NOON) == there
