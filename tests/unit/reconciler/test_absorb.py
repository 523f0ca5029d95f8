"""What a link remembers of the news that it gets."""

from datetime import timedelta
from uuid import UUID

import pytest

from contracts.changes import OutlookSkipped
from contracts.events import Attendee, PersonKind
from contracts.writes import Patch, PeopleChange
from reconciler.core import absorb, landing, privacy
from reconciler.core.decide import decide
from reconciler.core.link import Hidden, Link, State, key_of
from reconciler.core.rules import Rules
from reconciler.core.side import FLIGHT_TIMEOUT, Flight, Presence, Side, SideName, Verb
from support.links import ANN, CARL, NOON, espo_seen, event, link, outlook_seen, present

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
WRITE = UUID(int=2)
BEN = Attendee(address="ben@contoso.test", kind=PersonKind.USER)


def in_sync() -> Link:
    return link(present(event()), present(event()))


def under_way_to(side: SideName, one: Link) -> Link:
    """Only one of the wishes has been sent so far, or the other one had to wait."""
    (wish,) = (wish for wish in decide(one, Rules(contacts_and_leads=True)).wishes if wish.side == side)
    return landing.took_off(one, wish, WRITE, NOON)


def under_way(one: Link) -> Link:
    (wish,) = decide(one, Rules()).wishes
    return landing.took_off(one, wish, WRITE, NOON)


@pytest.mark.scenario("M-03", "B-18")
def test_an_older_read_that_arrives_late_changes_nothing() -> None:
    later = absorb.seen(in_sync(), outlook_seen(event(title="New"), at=NOON + SECOND))
    assert absorb.seen(later, outlook_seen(event(title="Old"), at=NOON)) == later


def saved_while_the_clock_was_ahead() -> Link:
    """A record that was saved, and read at noon, while EspoCRM's clock was an hour ahead."""
    return absorb.seen(in_sync(), espo_seen(event(title="Ahead"), at=NOON + HOUR, read_at=NOON))


def test_an_edit_after_espocrms_clock_was_set_right_is_not_lost() -> None:
    moment = NOON + timedelta(minutes=11)
    edited = absorb.seen(saved_while_the_clock_was_ahead(), espo_seen(event(title="Later"), at=moment))
    assert (edited.espo.seen, edited.espo.modified_at) == (event(title="Later"), moment)


def test_an_older_record_read_minutes_later_by_a_clock_that_may_be_fast_is_no_news() -> None:
    moment = NOON + timedelta(minutes=9)
    known = saved_while_the_clock_was_ahead()
    assert absorb.seen(known, espo_seen(event(title="Before"), at=moment)) == known


def test_an_older_event_of_outlook_is_no_news_however_late_it_is_read() -> None:
    edited = absorb.seen(in_sync(), outlook_seen(event(title="New"), at=NOON + SECOND))
    assert absorb.seen(edited, outlook_seen(event(title="Old"), at=NOON, read_at=NOON + HOUR)) == edited


def test_our_own_write_after_espocrms_clock_was_set_right_is_no_edit() -> None:
    known = saved_while_the_clock_was_ahead()
    settled = absorb.settle(known.with_side("outlook", present(event(title="Ahead"))), decide(known, Rules()))
    in_step = settled.with_side("espo", settled.espo.model_copy(update={"agreed": event(title="Ahead")}))
    moment = NOON + timedelta(minutes=11)
    flying = under_way(absorb.seen(in_step, outlook_seen(event(title="Outlook's"), at=moment)))
    written = landing.done(flying, "espo", espo_seen(event(title="Outlook's"), at=moment), moment)
    assert written.espo.seen == event(title="Outlook's")
    assert not decide(written, Rules()).wishes


def test_a_read_within_the_second_of_our_own_write_is_doubted_and_looked_at_again() -> None:
    doubted = absorb.seen(in_sync(), espo_seen(event(title="Before our write?"), at=NOON, read_at=NOON))
    assert doubted.espo.seen == event()
    assert doubted.espo.relook_at is not None
    assert doubted.due_at == doubted.espo.relook_at


def test_a_read_made_well_after_our_write_is_believed_although_the_second_is_the_same() -> None:
    believed = absorb.seen(in_sync(), espo_seen(event(title="After"), at=NOON, read_at=NOON + 2 * SECOND))
    assert believed.espo.seen == event(title="After")


@pytest.mark.scenario("L-01", "L-02")
def test_a_write_that_was_carried_out_is_agreed_on_in_each_sides_own_words() -> None:
    flying = under_way(link(present(event()), present(event(title="A <b>"), agreed=event())))
    stored = outlook_seen(event(title="A ‹b›"), at=NOON + SECOND)
    settled = landing.done(flying, "outlook", stored, NOON + SECOND)
    assert not settled.outlook.busy
    assert not decide(settled, Rules()).wishes


def test_who_came_on_this_side_by_itself_is_still_told_across_after_our_own_write_to_it() -> None:
    began = event(people=(BEN,))
    one = link(present(event(people=(BEN, ANN)), agreed=began), present(event(people=(BEN, CARL)), agreed=began))
    flying = under_way_to("outlook", one)
    settled = landing.done(flying, "outlook", outlook_seen(event(people=(BEN, ANN, CARL))), NOON + SECOND)
    (wish,) = decide(settled, Rules()).wishes
    assert (wish.side, wish.patch) == ("espo", Patch(people=PeopleChange(add=(ANN,))))


def test_who_left_on_this_side_by_himself_is_still_taken_off_across_after_our_own_write_to_it() -> None:
    began = event(people=(BEN, ANN))
    one = link(present(event(people=(BEN,)), agreed=began), present(event(people=(BEN, ANN, CARL)), agreed=began))
    flying = under_way_to("outlook", one)
    settled = landing.done(flying, "outlook", outlook_seen(event(people=(BEN, CARL))), NOON + SECOND)
    (wish,) = decide(settled, Rules()).wishes
    assert (wish.side, wish.patch) == ("espo", Patch(people=PeopleChange(remove=(ANN.address,))))


@pytest.mark.scenario("M-01", "K-07")
def test_what_our_write_without_an_answer_did_before_somebodys_edit_is_not_taken_for_that_edit() -> None:
    asked = event(title="Ours", location="Room 2")
    flying = under_way(link(present(event()), present(asked, agreed=event())))
    later = absorb.seen(flying, espo_seen(event(title="Ours", location="Room 3"), at=NOON + SECOND))
    theirs = outlook_seen(event(title="Theirs", location="Room 2"), at=NOON + 2 * SECOND)
    decision = decide(landing.conflicted(later, "outlook", theirs), Rules())
    assert {wish.side: wish.patch for wish in decision.wishes} == {
        "outlook": Patch(location="Room 3"),
        "espo": Patch(title="Theirs"),
    }


def test_an_edit_made_while_the_write_was_under_way_is_written_next() -> None:
    flying = under_way(link(present(event()), present(event(title="2"), agreed=event())))
    edited = absorb.seen(flying, espo_seen(event(title="3"), at=NOON + SECOND))
    settled = landing.done(edited, "outlook", outlook_seen(event(title="2"), at=NOON + SECOND), NOON + SECOND)
    (wish,) = decide(settled, Rules()).wishes
    assert wish.patch is not None
    assert wish.patch.title == "3"


def test_an_edit_of_another_field_that_the_answer_brings_along_is_news() -> None:
    flying = under_way(link(present(event()), present(event(title="2"), agreed=event())))
    answer = outlook_seen(event(title="2", location="Moved by a person"), at=NOON + SECOND)
    (wish,) = decide(landing.done(flying, "outlook", answer, NOON + SECOND), Rules()).wishes
    assert wish.side == "espo"
    assert wish.patch is not None
    assert wish.patch.location == "Moved by a person"


def test_an_edit_made_before_a_lost_creation_was_found_is_news() -> None:
    flying = under_way(link(Side(), present(event())))
    found = outlook_seen(event(title="Edited since"), at=NOON + SECOND)
    (wish,) = decide(landing.done(flying, "outlook", found, NOON + SECOND, found=True), Rules()).wishes
    assert wish.side == "espo"


def test_a_refusal_is_forgotten_when_the_source_says_something_else() -> None:
    flying = under_way(link(present(event()), present(event(title="2"), agreed=event())))
    refused = landing.refused(flying, "outlook", "no", NOON)
    assert decide(refused, Rules()).state is State.REFUSED
    edited = absorb.seen(refused, espo_seen(event(title="3"), at=NOON + SECOND))
    assert decide(edited, Rules()).wishes


def test_a_refusal_is_forgotten_when_the_refusing_side_has_changed_since() -> None:
    flying = under_way(link(present(event()), present(event(title="2"), agreed=event())))
    private_then = landing.refused(flying, "outlook", "private", NOON + SECOND)
    ordinary_again = absorb.seen(private_then, outlook_seen(event(location="Room 2"), at=NOON + 2 * SECOND))
    assert {wish.side: wish.patch for wish in decide(ordinary_again, Rules()).wishes} == {
        "outlook": Patch(title="2"),
        "espo": Patch(location="Room 2"),
    }


def test_a_refusal_stands_while_the_refusing_side_is_read_as_it_was() -> None:
    flying = under_way(link(present(event()), present(event(title="2"), agreed=event())))
    refused = landing.refused(flying, "outlook", "no", NOON + SECOND)
    read_again = absorb.seen(refused, outlook_seen(event(), at=NOON + SECOND, read_at=NOON + 2 * SECOND))
    assert decide(read_again, Rules()).state is State.REFUSED


def test_a_deferred_write_rests_until_its_time_has_come() -> None:
    until = NOON + timedelta(minutes=1)
    resting = landing.deferred(under_way(link(Side(), present(event()))), "outlook", until)
    assert resting.due_at == until
    assert not decide(resting, Rules()).wishes
    assert decide(landing.rested(resting, until), Rules()).wishes


@pytest.mark.scenario("M-02")
def test_a_write_whose_outcome_never_came_is_wished_for_again_under_the_same_transaction() -> None:
    flying = under_way(link(Side(), present(event())))
    again = landing.rested(flying, NOON + FLIGHT_TIMEOUT)
    assert decide(again, Rules()).wishes
    assert again.transaction_id == flying.transaction_id


@pytest.mark.scenario("D-11")
def test_a_read_from_before_the_removal_does_not_bring_an_event_back() -> None:
    removed = absorb.gone(in_sync(), "outlook", NOON + SECOND)
    stale = absorb.seen(removed, outlook_seen(event(title="Ghost"), at=NOON, read_at=NOON))
    assert stale.outlook.presence is Presence.GONE


def test_an_event_restored_from_the_bin_is_there_again() -> None:
    removed = absorb.gone(in_sync(), "outlook", NOON)
    restored = absorb.seen(removed, outlook_seen(event(), at=NOON + SECOND, read_at=NOON + SECOND))
    assert restored.outlook.presence is Presence.PRESENT


def test_an_event_restored_as_it_was_before_its_last_edit_is_there_again() -> None:
    edited = absorb.seen(in_sync(), outlook_seen(event(title="2"), at=NOON + SECOND))
    removed = absorb.gone(edited, "outlook", NOON + 2 * SECOND)
    restored = absorb.seen(removed, outlook_seen(event(), at=NOON, read_at=NOON + 3 * SECOND))
    assert (restored.outlook.presence, restored.outlook.seen) == (Presence.PRESENT, event())


def put_off(flying: Link, name: SideName) -> Link:
    """The answer was lost, and the time to rest is over."""
    return landing.rested(landing.deferred(flying, name, NOON + SECOND), NOON + SECOND)


def hidden() -> Link:
    """A pair whose event lost its category, as a read two seconds after noon tells."""
    skipped = OutlookSkipped(
        account="ann", outlook_id="x", reason="category", modified_at=NOON + SECOND, read_at=NOON + 2 * SECOND
    )
    return privacy.hidden(in_sync(), skipped)


def test_a_read_from_before_an_event_was_hidden_does_not_show_it_again() -> None:
    stale = outlook_seen(event(), at=NOON + SECOND, read_at=NOON + SECOND)
    fresh = outlook_seen(event(), at=NOON + SECOND, read_at=NOON + 3 * SECOND)
    assert absorb.seen(hidden(), stale).hidden is Hidden.CATEGORY
    assert absorb.seen(hidden(), fresh).hidden is Hidden.NO


def test_the_record_of_a_hidden_event_is_read_as_ever() -> None:
    told = absorb.seen(hidden(), espo_seen(event(title="2"), at=NOON + SECOND, read_at=NOON))
    assert told.espo.seen == event(title="2")


def test_a_later_edit_is_believed_although_the_clock_of_who_read_it_is_slow() -> None:
    told = absorb.seen(in_sync(), outlook_seen(event(title="2"), at=NOON + SECOND, read_at=NOON))
    assert told.outlook.seen == event(title="2")


def test_an_event_that_is_edited_before_its_record_is_made_is_made_as_it_is_by_then() -> None:
    fresh = present(event()).model_copy(update={"agreed": None})
    edited = absorb.seen(link(fresh, Side(), origin="outlook"), outlook_seen(event(title="2"), at=NOON + SECOND))
    (wish,) = decide(edited, Rules()).wishes
    assert wish.event == event(title="2")


def test_who_edited_a_record_is_remembered_and_outlook_tells_nobody() -> None:
    by_ann = espo_seen(event(title="2"), at=NOON + SECOND).model_copy(update={"changed_by": "Ann"})
    told = absorb.seen(absorb.seen(in_sync(), by_ann), outlook_seen(event(title="3"), at=NOON + SECOND))
    assert (told.espo.changed_by, told.outlook.changed_by) == ("Ann", "")


def test_of_an_event_told_by_its_time_only_nothing_else_is_remembered() -> None:
    busy = outlook_seen(event(), at=NOON + SECOND).model_copy(update={"busy_only": True})
    assert absorb.seen(in_sync(), busy).outlook.seen == event().as_busy_time()


def test_a_record_that_is_made_although_its_event_became_private_meanwhile_is_not_remembered() -> None:
    making = under_way(link(present(event()).model_copy(update={"agreed": None}), Side(), origin="outlook"))
    skipped = OutlookSkipped(account="ann", outlook_id="x", reason="private", modified_at=None, read_at=None)
    made = landing.done(privacy.hidden(making, skipped), "espo", espo_seen(event()), NOON + SECOND)
    assert (made.espo.presence, made.espo.seen, made.espo.agreed) == (Presence.PRESENT, None, None)


@pytest.mark.parametrize("written", ["outlook", "espo"])
def test_a_write_that_was_carried_out_leaves_nothing_to_write(written: SideName) -> None:
    edited, other = present(event(title="2"), agreed=event()), present(event())
    flying = under_way(link(other, edited) if written == "outlook" else link(edited, other))
    told = outlook_seen if written == "outlook" else espo_seen
    assert decide(landing.done(flying, written, told(event(title="2")), NOON), Rules()).wishes == ()


def test_a_guest_whom_only_outlook_knows_is_no_news_after_our_own_write_of_people() -> None:
    one = link(present(event(people=(CARL,))), present(event(people=(BEN,)), agreed=event()))
    settled = landing.done(under_way(one), "outlook", outlook_seen(event(people=(CARL, BEN))), NOON)
    assert decide(settled, Rules()).wishes == ()


def test_only_a_record_that_is_to_be_made_is_given_a_key() -> None:
    (in_espo,) = (under_way(link(present(event()), Side(), origin="outlook")).espo.flight,)
    in_outlook = under_way(link(Side(), present(event()), born_with="of an earlier event")).outlook.flight
    updated = under_way(link(present(event(title="2"), agreed=event()), present(event()))).espo.flight
    keys = [flight.key if flight else None for flight in (in_espo, in_outlook, updated)]
    assert keys == [key_of("ann", "x"), "", ""]


def test_a_write_counts_from_when_its_source_changed_and_a_removal_from_when_it_was_read() -> None:
    read_late = {"read_at": NOON + 9 * SECOND}
    edited = present(event(title="2"), agreed=event()).model_copy(update=read_late)
    removed = present(event()).model_copy(update={**read_late, "presence": Presence.GONE})
    since = [
        flight.since if flight else None
        for flight in (
            under_way(link(edited, present(event()))).espo.flight,
            under_way(link(removed, present(event()), origin="outlook")).espo.flight,
        )
    ]
    assert since == [NOON, NOON + 9 * SECOND]


def test_a_creation_that_is_asked_for_again_counts_from_when_its_source_first_asked_for_it() -> None:
    waiting = put_off(under_way(link(Side(), present(event()))), "outlook")
    edited = absorb.seen(waiting, espo_seen(event(title="2"), at=NOON + 5 * SECOND))
    flight = under_way(edited).outlook.flight
    assert flight is not None
    assert flight.since == NOON


def test_a_creation_of_which_nothing_was_heard_for_long_is_asked_for_again_as_it_was() -> None:
    flying = under_way(link(Side(), present(event())))
    edited = absorb.seen(flying, espo_seen(event(title="2"), at=NOON + SECOND))
    (wish,) = decide(landing.rested(edited, NOON + FLIGHT_TIMEOUT), Rules()).wishes
    assert wish.event == event()


def in_step_unheard() -> Link:
    """Nothing was heard of the creation in Outlook, but its event was seen there."""
    waiting = put_off(under_way(link(Side(), present(event()))), "outlook")
    there = absorb.seen(waiting, outlook_seen(event(), at=NOON + SECOND))
    return absorb.settle(there, decide(there, Rules()))


def test_an_update_counts_from_its_own_change_although_nothing_was_heard_of_the_creation() -> None:
    edited = absorb.seen(in_step_unheard(), espo_seen(event(title="2"), at=NOON + 2 * SECOND))
    flight = under_way(edited).outlook.flight
    assert flight is not None
    assert flight.since == NOON + 2 * SECOND


def test_an_event_that_is_seen_before_anybody_knows_that_we_made_it_is_in_step_and_follows() -> None:
    in_step = in_step_unheard()
    assert decide(in_step, Rules()).wishes == ()
    renamed = under_way(absorb.seen(in_step, espo_seen(event(title="2"), at=NOON + 2 * SECOND)))
    done = landing.done(renamed, "outlook", outlook_seen(event(title="2"), at=NOON + 3 * SECOND), NOON + 3 * SECOND)
    assert decide(done, Rules()).wishes == ()


def test_whoever_waits_in_line_on_a_side_waits_as_long_as_that_side_rests() -> None:
    resting = {"rest_until": NOON + SECOND}
    one = link(
        present(event()).model_copy(update=resting),
        present(event()).model_copy(update={"rest_until": NOON + 2 * SECOND}),
        in_line=("outlook",),
    )
    assert landing.rested(one, NOON).in_line == ("outlook",)
    assert landing.rested(one, NOON + SECOND).in_line == ()


def test_a_lost_update_that_was_carried_out_is_agreed_on_by_both_sides() -> None:
    waiting = put_off(under_way(link(present(event()), present(event(title="2"), agreed=event()))), "outlook")
    carried_out = absorb.seen(waiting, outlook_seen(event(title="2"), at=NOON + SECOND))
    assert decide(carried_out, Rules()).wishes == ()
    taken_back = decide(absorb.seen(carried_out, outlook_seen(event(), at=NOON + 2 * SECOND)), Rules())
    assert taken_back.conflicts == ()
    assert [(wish.side, wish.patch) for wish in taken_back.wishes] == [("espo", Patch(title="Kick-off"))]


def put_off_one_by_one(*titles: str) -> Link:
    """Each edit in EspoCRM was on its way to Outlook, and of none it is known whether it got there."""
    waiting = link(present(event()), present(event()))
    for minute, title in enumerate(titles, 1):
        edited = absorb.seen(waiting, espo_seen(event(title=title), at=NOON + timedelta(minutes=minute)))
        waiting = put_off(under_way(edited), "outlook")
    return waiting


@pytest.mark.parametrize("carried_out", ["2", "3"])
def test_of_several_lost_updates_whichever_was_carried_out_is_nobodys_edit(carried_out: str) -> None:
    waiting = put_off_one_by_one("2", "3", "4")

    decision = decide(absorb.seen(waiting, outlook_seen(event(title=carried_out), at=NOON + HOUR)), Rules())

    assert decision.conflicts == ()
    assert [(wish.side, wish.patch) for wish in decision.wishes] == [("outlook", Patch(title="4"))]


def test_what_a_refused_write_may_have_done_is_recognised_later_where_its_answer_is_in_doubt() -> None:
    read = present(event()).model_copy(update={"read_at": NOON + SECOND / 2})
    asked = under_way(link(present(event(location="Room 2"), agreed=event()), read))
    in_the_same_second = espo_seen(event(title="4", location="Room 2"), at=NOON, read_at=NOON + SECOND)

    doubted = landing.conflicted(asked, "espo", in_the_same_second)
    told = absorb.seen(doubted, espo_seen(event(title="4", location="Room 2"), at=NOON, read_at=NOON + 3 * SECOND))

    assert doubted.espo.seen == event()
    assert [(wish.side, wish.patch) for wish in decide(told, Rules()).wishes] == [("outlook", Patch(title="4"))]


def test_an_update_that_is_asked_for_again_and_again_is_remembered_once() -> None:
    waiting = put_off_one_by_one("2")
    for _ in range(5):
        waiting = put_off(under_way(waiting), "outlook")

    assert [flight.patch for flight in waiting.outlook.unanswered] == [Patch(title="2")]


def test_of_many_lost_updates_the_last_four_are_remembered() -> None:
    waiting = put_off_one_by_one(*"23456789")

    assert [flight.patch for flight in waiting.outlook.unanswered] == [Patch(title=title) for title in "6789"]


def test_a_removal_without_an_answer_is_no_update_to_be_recognised() -> None:
    removing = Flight(write_id=WRITE, verb=Verb.DELETE, fields=(), source=None, issued_at=NOON)
    side = put_off_one_by_one("2").outlook.model_copy(update={"flight": removing})

    assert [flight.patch for flight in side.without_answer().unanswered] == [Patch(title="2")]
    assert side.without_answer().flight is None


def test_where_nothing_is_under_way_nothing_new_is_without_an_answer() -> None:
    side = put_off_one_by_one("2").outlook

    assert side.without_answer() == side


def test_an_answer_settles_all_that_was_asked_before() -> None:
    waiting = under_way(put_off_one_by_one("2", "3"))

    after = landing.done(waiting, "outlook", outlook_seen(event(title="3"), at=NOON + HOUR), NOON + HOUR)

    assert after.outlook.unanswered == ()


def test_a_guest_of_outlook_alone_stays_no_news_when_a_lost_update_is_recognised() -> None:
    before = link(
        present(event(people=(CARL,))),
        present(event(people=(BEN, ANN)), agreed=event(people=(ANN,))),
    )
    waiting = put_off(under_way(before), "outlook")
    carried_out = absorb.seen(waiting, outlook_seen(event(people=(CARL, BEN)), at=NOON + SECOND))
    assert decide(carried_out, Rules()).wishes == ()


def test_what_a_person_writes_after_our_later_update_is_an_edit_although_a_lost_one_had_asked_for_the_same() -> None:
    waiting = put_off(under_way(link(present(event()), present(event(title="2"), agreed=event()))), "outlook")
    again = under_way(absorb.seen(waiting, espo_seen(event(title="3"), at=NOON + SECOND)))
    done = landing.done(again, "outlook", outlook_seen(event(title="3"), at=NOON + 2 * SECOND), NOON + 2 * SECOND)
    by_hand = absorb.seen(done, outlook_seen(event(title="2"), at=NOON + 3 * SECOND))
    assert [(wish.side, wish.patch) for wish in decide(by_hand, Rules()).wishes] == [("espo", Patch(title="2"))]


def test_a_field_keeps_the_date_of_its_own_edit_however_often_others_are_edited() -> None:
    one = in_sync()
    for seconds, location in ((1, "Room 1"), (5, "Room 2"), (9, "Room 3")):
        one = absorb.seen(one, outlook_seen(event(title="2", location=location), at=NOON + seconds * SECOND))
    contested = absorb.seen(one, espo_seen(event(title="3"), at=NOON + 3 * SECOND))
    (conflict,) = decide(contested, Rules()).conflicts
    assert (conflict.won, conflict.lost) == ("espo", "2")
