"""A write whose answer never came may have been carried out all the same (M31)."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from contracts.events import Reply
from contracts.outcomes import Done
from reconciler.core import absorb, landing, privacy
from reconciler.core.decide import decide
from reconciler.core.decision import Wish
from reconciler.core.flights import ended_by, told_by
from reconciler.core.link import Link, State
from reconciler.core.people import agreed_after
from reconciler.core.rules import Rules, Winner
from reconciler.core.side import FLIGHT_TIMEOUT, Presence, Side, SideName, Verb
from support.links import ANN, CARL, LINK_ID, NOON, UPCOMING, espo_seen, event, gone, link, outlook_seen, present

SECOND = timedelta(seconds=1)
FIRST, SECOND_TRY = UUID(int=11), UUID(int=12)


def sent(waiting: Link, rules: Rules | None = None, write_id: UUID = FIRST) -> tuple[Link, Wish]:
    """The only write that is wished for is under way."""
    (wish,) = decide(waiting, rules or Rules()).wishes
    return landing.took_off(waiting, wish, write_id, NOON), wish


def put_off(flying: Link, name: SideName) -> Link:
    """The answer was lost, and the time to rest is over."""
    waiting = landing.deferred(flying, name, NOON + SECOND)
    return landing.rested(waiting, NOON + 2 * SECOND)


def unanswered(flying: Link, _: SideName) -> Link:
    """The answer did not come in time."""
    return landing.rested(flying, NOON + FLIGHT_TIMEOUT)


def test_a_creation_is_asked_for_again_in_the_same_words_whatever_the_source_says_by_now() -> None:
    flying, first = sent(link(Side(), present(event())))
    waiting = absorb.seen(put_off(flying, "outlook"), espo_seen(event(title="Renamed"), at=NOON + SECOND))
    assert sent(waiting)[1].event == first.event


def test_what_the_source_said_since_is_written_once_the_creation_is_found() -> None:
    flying, _ = sent(link(Side(), present(event())))
    waiting = absorb.seen(put_off(flying, "outlook"), espo_seen(event(title="Renamed"), at=NOON + SECOND))
    again, _ = sent(waiting, write_id=SECOND_TRY)
    found = landing.done(again, "outlook", outlook_seen(event(), at=NOON), NOON + 3 * SECOND, found=True)
    (wish,) = decide(found, Rules(winner=Winner.OUTLOOK)).wishes
    assert wish.patch is not None
    assert (wish.side, wish.patch.title) == ("outlook", "Renamed")


def test_an_event_of_ours_that_is_seen_while_its_creation_rests_closes_that_creation() -> None:
    flying, _ = sent(link(Side(), present(event())))
    seen = landing.done(put_off(flying, "outlook"), "outlook", outlook_seen(event()), NOON + SECOND, found=True)
    assert decide(seen, Rules()).state is State.IN_SYNC


def test_the_answer_to_the_first_of_two_creations_closes_both() -> None:
    flying, _ = sent(link(Side(), present(event())))
    overdue = landing.rested(flying, NOON + FLIGHT_TIMEOUT)
    again, _ = sent(overdue, write_id=SECOND_TRY)
    late = Done(write_id=FIRST, link_id=LINK_ID, account="ann", finished_at=NOON, stored=outlook_seen(event()))
    assert ended_by(again, late) is not None
    closed = landing.done(again, "outlook", outlook_seen(event()), NOON)
    assert decide(closed, Rules()).state is State.IN_SYNC


def test_the_answer_to_an_update_that_was_given_up_is_only_an_observation() -> None:
    flying, _ = sent(link(present(event()), present(event(title="2"), agreed=event())))
    overdue = landing.rested(flying, NOON + FLIGHT_TIMEOUT)
    late = Done(write_id=FIRST, link_id=LINK_ID, account="ann", finished_at=NOON, stored=outlook_seen(event()))
    assert ended_by(overdue, late) is None


def test_what_a_person_writes_after_a_conflict_is_an_edit_although_we_had_asked_for_the_same() -> None:
    flying, _ = sent(link(present(event()), present(event(title="2"), agreed=event())))
    again, _ = sent(put_off(flying, "outlook"), write_id=SECOND_TRY)
    met = landing.conflicted(again, "outlook", outlook_seen(event(title="Theirs"), at=NOON + SECOND))
    followed = absorb.seen(met, espo_seen(event(title="3"), at=NOON + 2 * SECOND))
    by_hand = absorb.seen(followed, outlook_seen(event(title="2"), at=NOON + 3 * SECOND))
    (conflict,) = decide(by_hand, Rules()).conflicts
    assert (conflict.won, conflict.lost) == ("outlook", "3")


def test_an_answer_that_comes_late_and_tells_of_a_look_alike_is_no_news_of_this_event() -> None:
    pair = link(present(event(), item="o1"), present(event(), item="m1"))
    alike = espo_seen(event()).model_copy(update={"espo_id": "m2"})
    late = Done(write_id=FIRST, link_id=LINK_ID, account="ann", finished_at=NOON, stored=alike)
    assert told_by(pair, late) is None
    ours = late.model_copy(update={"stored": alike.model_copy(update={"espo_id": "m1"})})
    assert told_by(pair, ours) == ours.stored


def test_a_record_that_may_have_been_made_for_an_event_that_is_gone_is_looked_for_and_removed() -> None:
    flying, first = sent(link(present(event()), Side(), origin="outlook"))
    removed = absorb.gone(put_off(flying, "espo"), "outlook", NOON + 3 * SECOND)
    again, wish = sent(removed, write_id=SECOND_TRY)
    assert wish.event == first.event
    made = landing.done(again, "espo", espo_seen(event()), NOON + 4 * SECOND)
    (removal,) = decide(made, Rules()).wishes
    assert (removal.side, removal.verb) == ("espo", Verb.DELETE)


@pytest.mark.parametrize("winner", list(Winner))
def test_our_own_update_is_nobodys_edit_although_its_answer_was_lost(winner: Winner) -> None:
    rules = Rules(winner=winner)
    flying, _ = sent(link(present(event()), present(event(title="2"), agreed=event())), rules)
    waiting = absorb.seen(put_off(flying, "outlook"), espo_seen(event(title="3"), at=NOON + SECOND))
    carried_out = absorb.seen(waiting, outlook_seen(event(title="2"), at=NOON + 2 * SECOND))
    wish = decide(carried_out, rules).wishes[0]
    assert wish.patch is not None
    assert (wish.side, wish.patch.title) == ("outlook", "3")


@pytest.mark.parametrize("winner", Winner)
@pytest.mark.parametrize("give_up", [put_off, unanswered])
def test_our_own_update_is_nobodys_edit_although_it_was_seen_while_its_answer_was_still_awaited(
    give_up: Callable[[Link, SideName], Link], winner: Winner
) -> None:
    flying, _ = sent(link(present(event()), present(event(title="2"), agreed=event())))
    followed = absorb.seen(flying, espo_seen(event(title="3"), at=NOON + SECOND))
    seen = absorb.seen(followed, outlook_seen(event(title="2"), at=NOON + 2 * SECOND))
    decision = decide(give_up(seen, "outlook"), Rules(winner=winner))
    assert decision.conflicts == ()
    assert [(wish.side, wish.patch and wish.patch.title) for wish in decision.wishes] == [("outlook", "3")]


def test_our_own_update_is_nobodys_edit_although_it_stands_in_the_way_of_the_next() -> None:
    rules = Rules(winner=Winner.OUTLOOK)
    flying, _ = sent(link(present(event()), present(event(title="2"), agreed=event())), rules)
    waiting = absorb.seen(put_off(flying, "outlook"), espo_seen(event(title="3"), at=NOON + SECOND))
    again, _ = sent(waiting, rules, SECOND_TRY)
    met = landing.conflicted(again, "outlook", outlook_seen(event(title="2"), at=NOON + 2 * SECOND))
    wish = decide(met, rules).wishes[0]
    assert wish.patch is not None
    assert (wish.side, wish.patch.title) == ("outlook", "3")


def test_an_edit_made_after_a_lost_update_is_an_edit() -> None:
    flying, _ = sent(link(present(event()), present(event(title="2"), agreed=event())))
    edited = absorb.seen(put_off(flying, "outlook"), outlook_seen(event(title="By a person"), at=NOON + 2 * SECOND))
    (wish,) = decide(edited, Rules(winner=Winner.OUTLOOK)).wishes
    assert wish.side == "espo"


def test_what_somebody_edited_before_an_update_was_read_back_is_an_edit() -> None:
    flying, _ = sent(link(present(event(location="Room 32"), agreed=event()), present(event()), origin="outlook"))
    read_back = espo_seen(event(location="Room 40"), at=NOON + SECOND)
    (wish,) = decide(landing.done(flying, "espo", read_back, NOON + SECOND, found=True), Rules()).wishes
    assert wish.patch is not None
    assert (wish.side, wish.patch.location) == ("outlook", "Room 40")


def test_an_update_that_was_read_back_as_it_was_asked_for_leaves_nothing_to_do() -> None:
    flying, _ = sent(link(present(event(location="Room 32"), agreed=event()), present(event()), origin="outlook"))
    read_back = espo_seen(event(location="Room  32 "), at=NOON + SECOND)
    assert decide(landing.done(flying, "espo", read_back, NOON + SECOND, found=True), Rules()).wishes == ()


@pytest.mark.parametrize(
    ("changed", "read", "known"),
    [(1, 3, True), (1, 2, False), (1, 1, False), (2, 1, True), (0, 3, False)],
    ids=["read after", "read as it ended", "read before", "changed after, by the clock of who read", "changed before"],
)
def test_an_answer_that_is_heard_late_takes_nothing_back_that_was_read_after_it(
    changed: int, read: int, known: bool
) -> None:
    flying, _ = sent(link(present(event(title="2"), agreed=event()), present(event()), origin="outlook"))
    theirs = espo_seen(event(title="2", location="Theirs"), at=NOON + changed * SECOND, read_at=NOON + read * SECOND)
    told = absorb.seen(flying, theirs)
    answer = espo_seen(event(title="2"), at=NOON + SECOND)
    ended = landing.done(told, "espo", answer, NOON + 2 * SECOND)
    assert ended.espo.seen == (theirs if known else answer).event


@pytest.mark.parametrize(("changed", "known"), [(1, False), (2, True)])
def test_where_nobody_noted_when_the_side_was_read_only_the_time_of_change_counts(changed: int, known: bool) -> None:
    flying, _ = sent(link(present(event(title="2"), agreed=event()), present(event()), origin="outlook"))
    theirs = absorb.seen(flying, espo_seen(event(location="Theirs"), at=NOON + changed * SECOND))
    told = theirs.with_side("espo", theirs.espo.model_copy(update={"read_at": None}))
    ended = landing.done(told, "espo", espo_seen(event(title="2"), at=NOON + SECOND), NOON + 2 * SECOND)
    assert (ended.espo.seen == event(location="Theirs")) is known


def test_what_storing_a_lost_creation_rounded_is_nobodys_edit() -> None:
    span = event().span.model_copy(update={"start": UPCOMING + timedelta(microseconds=7)})
    flying, _ = sent(link(present(event(span=span)), Side(), origin="outlook"))
    found = landing.done(flying, "espo", espo_seen(event(description=" Agenda ")), NOON + SECOND, found=True)
    assert decide(found, Rules()).wishes == ()


def test_a_lost_write_of_an_event_that_became_private_is_not_remembered() -> None:
    renamed = present(event(title="secret"), agreed=event())
    flying, _ = sent(link(renamed, present(event()), origin="outlook"))
    waiting = put_off(flying, "espo")
    busy = outlook_seen(event().as_busy_time(), at=NOON + SECOND).model_copy(update={"busy_only": True})
    hidden = absorb.seen(waiting, busy)
    assert "secret" in waiting.model_dump_json()
    assert "secret" not in hidden.model_dump_json()


def test_a_record_that_showed_too_much_is_never_taken_for_the_new_one() -> None:
    shown = link(present(event()), present(event(), item="shown"), origin="outlook").model_copy(
        update={"exposed": True}
    )
    assert privacy.without_record(shown).not_these == ("shown",)


def test_a_record_that_changed_hands_is_not_brought_back_by_a_late_answer() -> None:
    left = link(present(event()), gone(), moved_away=True)
    told = absorb.seen(left, espo_seen(event(title="2"), at=NOON + SECOND, read_at=NOON + SECOND))
    assert told.espo.presence is Presence.GONE


def test_a_guest_who_came_on_the_written_side_meanwhile_is_still_news() -> None:
    dora = ANN.model_copy(update={"address": "dora@contoso.test"})
    before = link(present(event(people=(CARL,)), agreed=event()), present(event()))
    flying, _ = sent(before, Rules(contacts_and_leads=True))
    stored = espo_seen(event(people=(CARL, dora)), at=NOON + SECOND)
    (wish,) = decide(landing.done(flying, "espo", stored, NOON + SECOND), Rules(contacts_and_leads=True)).wishes
    assert wish.patch is not None
    assert wish.patch.people is not None
    assert wish.side == "outlook"
    assert [person.address for person in wish.patch.people.add] == [dora.address]


def test_a_guest_who_left_the_written_side_meanwhile_is_still_news() -> None:
    assert agreed_after((ANN, CARL), (CARL,), (ANN, CARL)) == (CARL, ANN)


def test_a_guest_whom_we_took_off_is_agreed_to_be_gone() -> None:
    assert agreed_after((ANN, CARL), (CARL,), (CARL,)) == (CARL,)


def test_an_answer_given_on_the_written_side_meanwhile_is_still_news() -> None:
    accepted = CARL.model_copy(update={"reply": Reply.ACCEPTED})
    assert agreed_after((CARL,), (accepted,), (CARL,)) == (CARL,)
    assert agreed_after((CARL,), (accepted,), (accepted,)) == (accepted,)


def test_a_guest_who_is_seen_after_a_lost_update_and_removed_by_a_person_then_stays_away() -> None:
    rules = Rules(contacts_and_leads=True)
    flying, _ = sent(link(present(event()), present(event(people=(CARL,)), agreed=event())), rules)
    seen = absorb.seen(put_off(flying, "outlook"), outlook_seen(event(people=(CARL,)), at=NOON + SECOND))
    removed = absorb.seen(seen, outlook_seen(event(), at=NOON + 2 * SECOND))
    (wish,) = decide(removed, rules).wishes
    assert wish.patch is not None
    assert wish.patch.people is not None
    assert (wish.side, wish.patch.people.remove) == ("espo", (CARL.address,))


def test_a_guest_whom_a_lost_update_took_off_and_a_person_invites_again_comes_back() -> None:
    rules = Rules(contacts_and_leads=True)
    there = event(people=(CARL,))
    flying, _ = sent(link(present(there), present(event(), agreed=there)), rules)
    seen = absorb.seen(put_off(flying, "outlook"), outlook_seen(event(), at=NOON + SECOND))
    again = absorb.seen(seen, outlook_seen(there, at=NOON + 2 * SECOND))
    (wish,) = decide(again, rules).wishes
    assert wish.patch is not None
    assert wish.patch.people is not None
    assert [(wish.side, person.address) for person in wish.patch.people.add] == [("espo", CARL.address)]


def test_a_guest_who_is_there_by_a_write_under_way_is_not_agreed_on_before_its_outcome() -> None:
    rules = Rules(contacts_and_leads=True)
    flying, _ = sent(link(present(event()), present(event(people=(CARL,)), agreed=event())), rules)
    seen = absorb.seen(flying, outlook_seen(event(people=(CARL,)), at=NOON + SECOND))
    waiting = absorb.settle(seen, decide(seen, rules))
    removed = landing.conflicted(waiting, "outlook", outlook_seen(event(), at=NOON + 2 * SECOND))
    assert decide(removed, rules).wishes != ()


def test_an_edit_on_top_of_a_write_whose_answer_was_lost_stands_whatever_else_was_edited_on_the_other_side() -> None:
    flying, _ = sent(link(present(event(title="2"), agreed=event()), present(event())))
    elsewhere = absorb.seen(flying, outlook_seen(event(title="2", location="Room 2"), at=NOON + 9 * SECOND))
    met = landing.conflicted(elsewhere, "espo", espo_seen(event(title="3"), at=NOON + 3 * SECOND))
    patches = {wish.side: wish.patch for wish in decide(met, Rules()).wishes if wish.patch}
    assert (patches["outlook"].title, patches["espo"].title) == ("3", None)
    assert patches["espo"].location == "Room 2"


def test_of_two_edits_of_a_field_the_later_one_of_this_field_wins() -> None:
    edited_first = absorb.seen(
        link(present(event()), present(event())), outlook_seen(event(title="2"), at=NOON + SECOND)
    )
    then_in_espo = absorb.seen(edited_first, espo_seen(event(title="3"), at=NOON + 3 * SECOND))
    moved_last = absorb.seen(then_in_espo, outlook_seen(event(title="2", location="Room 2"), at=NOON + 9 * SECOND))
    (conflict,) = decide(moved_last, Rules()).conflicts
    assert (conflict.won, conflict.lost) == ("espo", "2")
