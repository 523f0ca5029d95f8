"""M19, M20: people are compared person by person, by any of their addresses."""

import pytest

from contracts.events import Attendee, PersonKind, Reply
from contracts.writes import NewReply
from reconciler.core import people
from reconciler.core.decide import decide
from reconciler.core.decision import Wish
from reconciler.core.rules import Rules
from reconciler.core.side import Verb
from support.links import ANN, CARL, event, link, present


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


def test_who_left_is_removed_under_every_address_that_the_other_side_uses() -> None:
    in_espo = ANN.model_copy(update={"aliases": ("ann.lee@contoso.test",)})
    twice = (Attendee(address="ann.lee@contoso.test"), Attendee(address=ANN.address))
    change = people.for_outlook(people.difference((in_espo,), ()), there=twice, contacts_and_leads=False)
    assert change is not None
    assert set(change.remove) == in_espo.addresses


def test_who_is_invited_under_two_addresses_stays_while_one_of_them_is_on_the_list() -> None:
    in_espo = event(people=(CARL.model_copy(update={"aliases": ("carl@home.test",)}),))
    at_home, at_work = Attendee(address="carl@home.test"), Attendee(address=CARL.address)
    once, twice = event(people=(at_work,)), event(people=(at_work, at_home))
    assert decide(link(present(once, agreed=twice), present(in_espo)), Rules()).wishes == ()
    assert decide(link(present(twice, agreed=once), present(in_espo)), Rules()).wishes == ()


def test_who_left_is_removed_under_the_the_address_that_the_other_side_uses() -> None:
    in_espo = ANN.model_copy(update={"aliases": ("ann.lee@contoso.test",)})
    in_outlook = Attendee(address="ann.lee@contoso.test")
    change = people.for_outlook(people.difference((in_espo,), ()), there=(in_outlook,), contacts_and_leads=False)
    assert change is not None
    assert change.remove == ("ann.lee@contoso.test",)


def test_someone_unknown_to_both_sides_past_is_found_by_a_shared_alias() -> None:
    lead = Attendee(address="a@x.test", aliases=("b@x.test",), kind=PersonKind.LEAD)
    assert people.find(Attendee(address="B@X.test"), (lead,)) == lead


def test_a_connected_user_is_invited_where_the_invitation_is_read_and_known_by_every_address() -> None:
    ben = Attendee(address="ben@crm.test", aliases=("b@crm.test",), mailbox="ben@contoso.test", kind=PersonKind.USER)
    (invited,) = people.invited((ben,), contacts_and_leads=False)
    assert invited == ben.model_copy(update={"address": "ben@contoso.test", "aliases": ("b@crm.test", "ben@crm.test")})
    at_home = ben.model_copy(update={"address": "ben@contoso.test"})
    assert people.invited((at_home,), contacts_and_leads=False) == (at_home,)


@pytest.mark.parametrize(
    ("address", "welcome"),
    [
        ("a@rival.test", False),
        ("a@sub.rival.test", False),
        ("a@notrival.test", True),
        ("rival.test@x.test", True),
        ("a@b@rival.test", False),
    ],
)
def test_guests_of_a_blocked_domain_and_below_are_left_out(address: str, welcome: bool) -> None:
    guest = Attendee(address=address)
    assert (people.welcome((guest,), ("other.test", "rival.test")) == (guest,)) is welcome


def test_what_outlook_tells_of_people_is_told_of_each_as_espocrm_knows_them() -> None:
    known = ANN.model_copy(update={"aliases": ("a@crm.test",)})
    gone = Attendee(address="gone@x.test")
    rival = Attendee(address="r@rival.test")
    news = people.Difference(
        came=(Attendee(address="a@crm.test", reply=Reply.ACCEPTED), CARL, rival),
        left=(gone, Attendee(address="nobody@x.test")),
        replied=(),
    )
    change = people.for_espo(news, there=(known, gone), blocked=("rival.test",))
    assert change is not None
    assert change.add == (CARL,)
    assert change.remove == ("gone@x.test",)
    assert change.replies == (NewReply(address=ANN.address, reply=Reply.ACCEPTED),)


def test_an_answer_that_outlook_does_not_know_takes_none_back() -> None:
    accepted = ANN.model_copy(update={"reply": Reply.ACCEPTED})
    assert people.for_espo(people.difference((accepted,), (ANN,)), there=(accepted,)) is None


def test_guests_of_a_blocked_domain_are_not_sent_to_outlook() -> None:
    news = people.difference((), (ANN, CARL))
    change = people.for_outlook(news, there=(), contacts_and_leads=True, blocked=("client.test",))
    assert change is not None
    assert change.add == (ANN,)


def test_what_is_over_is_made_in_outlook_without_guests_and_in_espocrm_with_them() -> None:
    content = event(people=(ANN,))
    there, here = (Wish(side, Verb.CREATE, event=content) for side in ("outlook", "espo"))
    assert people.without_invitations(there) == Wish("outlook", Verb.CREATE, event=event(people=()))
    assert people.without_invitations(here) == here
    assert people.without_invitations(Wish("outlook", Verb.DELETE)) == Wish("outlook", Verb.DELETE)


def test_a_guest_whom_our_write_brought_is_agreed_to_be_there() -> None:
    assert people.agreed_after((), (ANN,), (ANN,)) == (ANN,)


def test_a_guest_who_left_the_source_since_is_still_agreed_to_be_there() -> None:
    assert people.agreed_after((ANN,), (ANN,), ()) == (ANN,)


def test_a_guest_whose_addresses_are_all_told_stays_as_he_is_told() -> None:
    told = ANN.model_copy(update={"aliases": ("z@contoso.test", "a@contoso.test")})
    known = ANN.model_copy(update={"aliases": ("a@contoso.test", "z@contoso.test")})
    assert people.as_known((told,), (known,)) == (told,)
