"""M19, M20: people are compared person by person, by any of their addresses."""

import pytest

from contracts.events import Attendee, PersonKind, Reply
from contracts.writes import NewReply
from reconciler.core import people
from support.links import ANN, CARL


@pytest.mark.scenario("M-21")
def test_another_address_of_the_same_person_is_no_news() -> None:
    with_alias = ANN.model_copy(update={"aliases": ("ann.lee@contoso.test",)})
    by_alias = Attendee(address="Ann.Lee@contoso.test")
    assert not people.difference((with_alias,), (by_alias,))


def test_a_newcomer_who_is_there_already_is_not_added_twice() -> None:
    assert people.for_espo(people.difference((), (ANN,)), there=(ANN,)) is None


@pytest.mark.scenario("T-16")
def test_a_room_is_nobody_in_espocrm() -> None:
    room = Attendee(address="room@contoso.test", resource=True)
    assert people.for_espo(people.difference((), (room,)), there=()) is None


@pytest.mark.scenario("T-04")
def test_a_reply_travels_to_espocrm() -> None:
    news = people.difference((CARL,), (CARL.model_copy(update={"reply": Reply.ACCEPTED}),))
    change = people.for_espo(news, there=(CARL,))
    assert change is not None
    assert change.replies == (NewReply(address=CARL.address, reply=Reply.ACCEPTED),)


def test_a_reply_is_never_sent_to_outlook() -> None:
    news = people.difference((ANN,), (ANN.model_copy(update={"reply": Reply.DECLINED}),))
    assert people.for_outlook(news, there=(ANN,), contacts_and_leads=True) is None


def test_contacts_are_invited_only_if_the_owner_wants_it() -> None:
    news = people.difference((), (ANN, CARL))
    without = people.for_outlook(news, there=(), contacts_and_leads=False)
    with_them = people.for_outlook(news, there=(), contacts_and_leads=True)
    assert without is not None
    assert without.add == (ANN,)
    assert with_them is not None
    assert with_them.add == (ANN, CARL)


def test_who_left_is_removed_under_the_address_that_the_other_side_uses() -> None:
    in_espo = ANN.model_copy(update={"aliases": ("ann.lee@contoso.test",)})
    in_outlook = Attendee(address="ann.lee@contoso.test")
    change = people.for_outlook(people.difference((in_espo,), ()), there=(in_outlook,), contacts_and_leads=False)
    assert change is not None
    assert change.remove == ("ann.lee@contoso.test",)


def test_someone_unknown_to_both_sides_past_is_found_by_a_shared_alias() -> None:
    lead = Attendee(address="a@x.test", aliases=("b@x.test",), kind=PersonKind.LEAD)
    assert people.find(Attendee(address="B@X.test"), (lead,)) == lead
