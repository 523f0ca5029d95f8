"""Who takes part, as a connected company knows it (M19, M21)."""

from typing import Any

import pytest

from contracts.changes import OutlookSeen
from contracts.events import Attendee, PersonKind, Reply
from reconciler.core import guests
from reconciler.core.guests import Colleague
from reconciler.core.link import Link
from support.links import ANN, CARL, event, link, outlook_seen, present

BEN = Colleague("ben-id", "ben@contoso.test", frozenset(("ben@contoso.test", "b.lee@contoso.test")))
AS_GUEST = Attendee(
    address="ben@contoso.test",
    aliases=("b.lee@contoso.test",),
    kind=PersonKind.USER,
    user="ben-id",
    mailbox="ben@contoso.test",
)
BOSS = Attendee(address="boss@client.test", name="Boss")


def seen(*people: Attendee, **more: Any) -> OutlookSeen:
    return outlook_seen(event(people=people)).model_copy(update=more)


def copy(*people: Attendee, **more: Any) -> OutlookSeen:
    """Ben's copy of a meeting that the boss organizes."""
    return seen(*people, **{"is_organizer": False, "organizer": "boss@client.test", **more})


def people_of(told: OutlookSeen) -> tuple[Attendee, ...] | None:
    return told.event.people


def test_a_colleague_takes_part_under_every_address_of_the_mailbox() -> None:
    assert BEN.as_attendee() == AS_GUEST
    assert BEN.as_attendee(Reply.ACCEPTED) == AS_GUEST.model_copy(update={"reply": Reply.ACCEPTED})


@pytest.mark.parametrize(
    ("person", "meant"),
    [
        (Attendee(address="b.lee@contoso.test"), True),
        (Attendee(address="ben@crm.test", user="ben-id"), True),
        (Attendee(address="ben@contoso.test", user="somebody-else"), False),
        (Attendee(address="ben@contoso.test", kind=PersonKind.USER), True),
        (Attendee(address="ben@contoso.test", kind=PersonKind.CONTACT), False),
        (Attendee(address="nobody@contoso.test"), False),
    ],
)
def test_who_is_meant_is_told_by_id_and_else_by_address(person: Attendee, meant: bool) -> None:
    assert BEN.is_meant_by(person) is meant


def test_the_connected_are_recognised_and_all_others_stay_as_they_are() -> None:
    by_alias = Attendee(address="b.lee@contoso.test", name="Ben", reply=Reply.ACCEPTED)
    told = guests.recognised(event(people=(CARL, by_alias)), [BEN])
    carl, ben = told.people or ()
    assert carl == CARL
    assert (ben.user, ben.mailbox, ben.kind, ben.name, ben.reply) == (
        "ben-id",
        "ben@contoso.test",
        PersonKind.USER,
        "Ben",
        Reply.ACCEPTED,
    )
    assert ben.addresses == AS_GUEST.addresses


@pytest.mark.parametrize(
    ("content", "known"), [(event(people=()), [BEN]), (event(people=None), [BEN]), (event(people=(CARL,)), [])]
)
def test_where_nobody_can_be_recognised_the_event_stays_as_it_is(content: Any, known: list[Colleague]) -> None:
    assert guests.recognised(content, known) == content


def test_of_ones_own_event_oneself_is_no_guest() -> None:
    assert people_of(guests.in_full(seen(CARL, AS_GUEST), BEN, None)) == (CARL,)


def test_a_guests_copy_has_its_organizer_and_the_guest_with_the_answer() -> None:
    told = guests.in_full(copy(CARL, AS_GUEST, reply=Reply.TENTATIVE), BEN, None)
    organizer, carl, me = people_of(told) or ()
    assert (organizer.address, organizer.organizer, organizer.reply) == ("boss@client.test", True, Reply.ACCEPTED)
    assert carl == CARL
    assert me == AS_GUEST.model_copy(update={"reply": Reply.TENTATIVE})


def test_an_organizer_who_is_listed_is_not_listed_twice() -> None:
    told = guests.in_full(copy(CARL, BOSS), BEN, None)
    organizer, *others = people_of(told) or ()
    assert (organizer.name, organizer.organizer) == ("Boss", True)
    assert others == [CARL, AS_GUEST]


def test_without_an_organizer_there_is_only_the_guest_besides() -> None:
    assert people_of(guests.in_full(copy(CARL, organizer=None), BEN, None)) == (CARL, AS_GUEST)


def test_an_event_that_tells_no_people_stays_as_it_is() -> None:
    nobody = outlook_seen(event(people=None))
    assert guests.in_full(nobody, BEN, None) == nobody


def known(*people: Attendee, **more: Any) -> Link:
    return link(present(event(people=people)), present(event()), **more)


def test_whom_the_organizer_hides_stays_as_before_and_whoever_is_told_is_told_anew() -> None:
    accepted = AS_GUEST.model_copy(update={"reply": Reply.ACCEPTED})
    told = guests.in_full(copy(guests_hidden=True, reply=Reply.ACCEPTED, organizer=None), BEN, known(CARL, AS_GUEST))
    assert people_of(told) == (CARL, accepted)


def test_hidden_guests_of_which_nothing_was_known_are_those_that_are_told() -> None:
    told = guests.in_full(copy(guests_hidden=True, organizer=None), BEN, known())
    assert people_of(told) == (AS_GUEST,)
    unknown = known(CARL).with_side("outlook", present(event()).model_copy(update={"seen": None}))
    assert people_of(guests.in_full(copy(guests_hidden=True, organizer=None), BEN, unknown)) == (AS_GUEST,)


def test_members_of_an_invited_group_take_part_once() -> None:
    assert people_of(guests.in_full(seen(ANN), BEN, known(members=(CARL, ANN)))) == (ANN, CARL)


def test_whoever_joins_is_on_the_list_from_now_on() -> None:
    joined = guests.joined(known(CARL), AS_GUEST)
    assert joined.members == (AS_GUEST,)
    assert joined.outlook.seen == event(people=(CARL, AS_GUEST))
    assert joined.espo == known().espo


def test_whoever_is_listed_does_not_join() -> None:
    one = known(AS_GUEST)
    assert guests.joined(one, AS_GUEST) is one


def test_a_member_who_answers_otherwise_is_listed_with_the_new_answer() -> None:
    once = guests.joined(known(CARL), AS_GUEST)
    accepted = AS_GUEST.model_copy(update={"reply": Reply.ACCEPTED})
    again = guests.joined(once, accepted)
    assert again.members == (accepted,)
    assert again.outlook.seen == event(people=(CARL, accepted))


@pytest.mark.parametrize("content", [None, event(people=None)])
def test_nobody_joins_what_is_not_told(content: Any) -> None:
    one = known().with_side("outlook", present(event()).model_copy(update={"seen": content}))
    assert guests.joined(one, AS_GUEST) is one


@pytest.mark.parametrize(
    ("owner", "organizer", "left"),
    [("", "boss-id", "ann"), ("", "ann", ""), ("cleo", "cleo", ""), ("cleo", "boss-id", "cleo")],
)
def test_a_guests_link_becomes_its_organizers(owner: str, organizer: str, left: str) -> None:
    agreed = event(people=(BOSS.model_copy(update={"organizer": True}), CARL))
    one = link(present(agreed), present(event()), guest=True, owner=owner, calendar="ann's")
    taken = guests.taken_over(one, organizer, "c")
    assert (taken.account, taken.calendar, taken.guest) == (organizer, "c", False)
    assert (taken.owner, taken.to_hand_over) == (left, bool(left))
    assert taken.outlook == type(one.outlook)(agreed=event(people=(CARL,)))
    assert taken.espo == one.espo


@pytest.mark.parametrize(("owner", "left"), [("", "ann"), ("ben", ""), ("cleo", "cleo")])
def test_the_link_of_a_guest_who_has_left_goes_on_as_a_colleagues_and_the_record_keeps_its_owner(
    owner: str, left: str
) -> None:
    agreed = event(people=(BOSS.model_copy(update={"organizer": True}), CARL))
    one = link(present(agreed), present(event()), guest=True, owner=owner, calendar="ann's")
    passed = guests.passed_on(one, "ben", "c")
    assert (passed.account, passed.calendar, passed.guest) == ("ben", "c", True)
    assert (passed.owner, passed.to_hand_over) == (left, False)
    assert passed.outlook == type(one.outlook)(agreed=agreed)
    assert passed.espo == one.espo


@pytest.mark.parametrize("agreed", [None, event(people=None)])
def test_a_link_that_agreed_on_nobody_is_taken_over_as_well(agreed: Any) -> None:
    one = known().with_side("outlook", present(event()).model_copy(update={"agreed": agreed}))
    assert guests.taken_over(one, "boss-id", "").outlook.agreed == agreed


def test_a_copy_whose_list_has_its_owner_says_that_he_is_invited_by_name() -> None:
    assert guests.is_named(BEN, copy(CARL, AS_GUEST))


@pytest.mark.parametrize(
    "told",
    [copy(CARL, AS_GUEST, guests_hidden=True), copy(CARL), outlook_seen(event(people=None))],
    ids=["its guests are hidden", "he is not on it", "it tells no list"],
)
def test_any_other_copy_says_nothing_of_that(told: OutlookSeen) -> None:
    assert not guests.is_named(BEN, told)
