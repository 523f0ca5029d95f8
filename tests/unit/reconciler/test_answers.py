"""A guest's answer that is given in EspoCRM is to be given in the guest's own mailbox, once (M19, T-01)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.events import Attendee, PersonKind, Reply
from reconciler.core import answers, landing
from reconciler.core.link import Answer, Link
from reconciler.core.side import FLIGHT_TIMEOUT, Flight, Presence, Side, Verb
from support.links import CARL, NOON, event, link, present

BEN = Attendee(address="ben@contoso.test", kind=PersonKind.USER, user="ben", mailbox="ben@contoso.test")
DORA = Attendee(address="dora@contoso.test", kind=PersonKind.USER, user="dora", mailbox="dora@contoso.test")
SECOND = timedelta(seconds=1)
WRITE, OTHER_WRITE = UUID(int=21), UUID(int=22)


def replied(guest: Attendee, reply: Reply) -> Attendee:
    return guest.model_copy(update={"reply": reply})


ACCEPTING = replied(BEN, Reply.ACCEPTED)


def side(*people: Attendee, before: tuple[Attendee, ...] = (BEN,)) -> Side:
    return present(event(people=people), agreed=event(people=before))


def meeting(outlook: Side, espo: Side, **more: Any) -> Link:
    return link(outlook, espo, **{"ical_uid": "u", **more})


def answered(**more: Any) -> Link:
    """Ben, whom both sides agree to be invited, has accepted in EspoCRM."""
    return meeting(side(BEN), side(ACCEPTING), **more)


def noted(one: Link) -> list[tuple[str, Reply]]:
    return [(answer.user, answer.reply) for answer in answers.noted(one).answers]


def waiting(*users: str, reply: Reply = Reply.ACCEPTED) -> Link:
    """Answers of these users wait to be given."""
    return answered(answers=tuple(Answer(user=user, reply=reply) for user in users))


def flying(one: Link, write_id: UUID = WRITE) -> Link:
    """The first of the answers is under way."""
    return answers.took_off(one, answers.due(one)[0], write_id, NOON)


def due(one: Link) -> list[str]:
    return [answer.user for answer in answers.due(one)]


@pytest.mark.parametrize("reply", [Reply.ACCEPTED, Reply.TENTATIVE, Reply.DECLINED])
def test_an_answer_given_in_espocrm_waits_to_be_given(reply: Reply) -> None:
    assert noted(meeting(side(BEN), side(replied(BEN, reply)))) == [("ben", reply)]


def test_each_guest_who_answered_is_spoken_for() -> None:
    both = (BEN, DORA)
    espo = side(ACCEPTING, replied(DORA, Reply.DECLINED), before=both)
    assert noted(meeting(side(*both, before=both), espo)) == [("ben", Reply.ACCEPTED), ("dora", Reply.DECLINED)]


def test_a_guest_who_changes_his_mind_gives_the_last_answer_only() -> None:
    both = (BEN, DORA)
    first = answers.noted(
        meeting(side(*both, before=both), side(ACCEPTING, replied(DORA, Reply.DECLINED), before=both))
    )
    again = first.with_side("espo", side(replied(BEN, Reply.TENTATIVE), replied(DORA, Reply.DECLINED), before=both))
    assert noted(again) == [("dora", Reply.DECLINED), ("ben", Reply.TENTATIVE)]


def test_an_answer_that_waits_already_is_not_begun_again() -> None:
    under_way = flying(answers.noted(answered()))
    assert answers.noted(under_way) == under_way


def test_a_guest_known_in_outlook_by_another_address_is_the_same_guest() -> None:
    alias = Attendee(address="b.lee@contoso.test")
    known = BEN.model_copy(update={"aliases": (alias.address,)})
    assert noted(meeting(side(alias, before=(alias,)), side(replied(known, Reply.ACCEPTED), before=(known,)))) == [
        ("ben", Reply.ACCEPTED)
    ]


def test_a_guest_who_came_to_outlooks_list_since_is_spoken_for() -> None:
    assert noted(meeting(side(BEN, before=()), side(ACCEPTING))) == [("ben", Reply.ACCEPTED)]


@pytest.mark.parametrize(
    "one",
    [
        meeting(side(BEN), side(BEN)),
        meeting(side(BEN), side(BEN, before=(ACCEPTING,))),
        meeting(side(CARL, before=(CARL,)), side(replied(CARL, Reply.ACCEPTED), before=(CARL,))),
        meeting(side(CARL, before=(BEN, CARL)), side(ACCEPTING)),
        meeting(side(ACCEPTING, before=(ACCEPTING,)), side(ACCEPTING)),
    ],
    ids=["no answer", "an answer taken back", "a guest without a mailbox of ours", "not invited any more", "given"],
)
def test_what_is_no_news_for_a_mailbox_is_not_given(one: Link) -> None:
    assert noted(one) == []


def test_a_guest_who_answered_in_outlook_meanwhile_is_not_overruled() -> None:
    assert noted(meeting(side(replied(BEN, Reply.DECLINED)), side(ACCEPTING))) == []


def test_of_two_guests_the_one_who_answered_in_outlook_meanwhile_does_not_silence_the_other() -> None:
    both = (BEN, DORA)
    espo = side(ACCEPTING, replied(DORA, Reply.DECLINED), before=both)
    outlook = side(replied(BEN, Reply.TENTATIVE), DORA, before=both)
    assert noted(meeting(outlook, espo)) == [("dora", Reply.DECLINED)]


@pytest.mark.parametrize(
    "more",
    [{"ical_uid": None}, {"over": True}, {"moved_away": True}],
    ids=["an event that cannot be named to others", "an event that is over", "another owner's"],
)
def test_of_an_event_that_asks_for_no_answer_none_is_given(more: dict[str, Any]) -> None:
    assert noted(answered(**more)) == []


@pytest.mark.parametrize("name", ["outlook", "espo"])
@pytest.mark.parametrize(
    "changes",
    [{"presence": Presence.GONE}, {"presence": Presence.ABSENT}, {"agreed": None}],
    ids=["gone", "never made", "never agreed on"],
)
def test_an_event_that_is_not_in_step_on_both_sides_has_no_answers(name: Any, changes: dict[str, Any]) -> None:
    one = answered()
    assert noted(one.with_side(name, one.side(name).model_copy(update=changes))) == []


@pytest.mark.parametrize("name", ["outlook", "espo"])
@pytest.mark.parametrize("part", ["seen", "agreed"])
@pytest.mark.parametrize("content", [None, event(people=None)], ids=["no content", "no list"])
def test_a_side_that_tells_no_people_is_passed_over_in_silence(name: Any, part: str, content: Any) -> None:
    one = answered()
    bare = one.with_side(name, one.side(name).model_copy(update={part: content}))
    given = [("ben", Reply.ACCEPTED)]
    # Of Outlook's own past only an answer is looked for; whoever is invited there now can be spoken for.
    expected = given if (name, part) == ("outlook", "agreed") and content is not None else []
    assert noted(bare) == expected


@pytest.mark.parametrize(("fields", "expected"), [(("people",), []), (("title",), [("ben", Reply.ACCEPTED)])])
def test_what_our_own_write_of_people_does_in_espocrm_is_nobodys_answer(fields: Any, expected: Any) -> None:
    flight = Flight(write_id=WRITE, verb=Verb.UPDATE, fields=fields, source=None, issued_at=NOON)
    one = answered()
    assert noted(one.with_side("espo", one.espo.model_copy(update={"flight": flight}))) == expected


def test_an_answer_under_way_is_not_given_twice() -> None:
    assert due(waiting("ben", "dora")) == ["ben", "dora"]
    assert due(flying(waiting("ben", "dora"))) == ["dora"]


def test_an_answer_under_way_is_a_write_under_way_and_is_known_by_its_write() -> None:
    both = flying(flying(waiting("ben", "dora")), OTHER_WRITE)
    assert both.flights == 2
    for user, write_id in (("ben", WRITE), ("dora", OTHER_WRITE)):
        answer = answers.under_way(both, write_id)
        assert answer is not None
        assert answer.user == user
    assert answers.under_way(both, UUID(int=23)) is None
    assert answers.under_way(waiting("ben"), WRITE) is None


def test_what_is_under_way_says_since_when_and_that_it_concerns_people_only() -> None:
    (answer,) = flying(waiting("ben")).answers
    assert answer.flight == Flight(write_id=WRITE, verb=Verb.UPDATE, fields=("people",), source=None, issued_at=NOON)


def test_an_answer_that_was_given_waits_no_more_and_the_others_do() -> None:
    one = waiting("ben", "dora")
    assert due(answers.closed(one, one.answers[0])) == ["dora"]


@pytest.mark.parametrize(("attempted", "attempts"), [(True, 2), (False, 1)])
def test_an_answer_that_has_to_wait_is_given_when_its_time_has_come(attempted: bool, attempts: int) -> None:
    until = NOON + timedelta(minutes=1)
    one = flying(answered(answers=(Answer(user="ben", reply=Reply.ACCEPTED, attempts=1),)))
    resting = answers.deferred(one, one.answers[0], until, attempted=attempted)
    assert (due(resting), resting.due_at, resting.flights) == ([], until, 0)
    assert due(landing.rested(resting, until - SECOND)) == []
    assert due(landing.rested(resting, until)) == ["ben"]
    assert landing.rested(resting, until).answers[0].attempts == attempts


def test_an_answer_of_which_nothing_was_heard_is_given_again() -> None:
    one = flying(waiting("ben"))
    assert one.due_at == NOON + FLIGHT_TIMEOUT
    assert due(landing.rested(one, NOON + FLIGHT_TIMEOUT - SECOND)) == []
    assert due(landing.rested(one, NOON + FLIGHT_TIMEOUT)) == ["ben"]


def test_time_passes_for_each_answer_on_its_own() -> None:
    one = waiting("ben", "dora")
    resting = answers.deferred(one, one.answers[0], NOON + SECOND, attempted=True)
    both = answers.deferred(resting, one.answers[1], NOON + 2 * SECOND, attempted=True)
    assert due(answers.rested(both, NOON + SECOND)) == ["ben"]
    assert due(answers.rested(both, NOON + 2 * SECOND)) == ["ben", "dora"]
