"""Guests: what they answered, who is invited, and their copies, which are the same meeting in another mailbox (M19 to M21)."""

from typing import Any

import pytest

from contracts.events import Attendee, PersonKind, Reply
from contracts.writes import CreateEspoRecord, NewReply, UpdateEspoRecord, UpdateOutlookEvent
from support.links import CARL, event
from support.pairs import born_in_espo, born_in_outlook, later
from support.reconciling import Reconciling, in_espo, in_outlook

BEN = Attendee(address="ben@contoso.test", name="Ben", kind=PersonKind.USER)
OUTSIDE: dict[str, Any] = {"is_organizer": False, "organizer": "boss@client.test", "ical_uid": "u"}


def answering(guest: Attendee, reply: Reply) -> Attendee:
    return guest.model_copy(update={"reply": reply})


@pytest.mark.scenario("T-04", "T-05", "B-19")
@pytest.mark.parametrize("reply", [Reply.ACCEPTED, Reply.TENTATIVE, Reply.DECLINED])
async def test_an_answer_that_reached_the_organizers_event_reaches_the_record_and_nothing_else_does(
    reconciling: Reconciling, reply: Reply
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, content=event(people=(BEN,)))
    (update,) = await reconciling.hear(in_outlook("o1", event(people=(answering(BEN, reply),)), at=later()))
    assert isinstance(update, UpdateEspoRecord)
    assert update.patch.fields == ("people",)
    assert update.patch.people is not None
    assert update.patch.people.replies == (NewReply(address=BEN.address, reply=reply),)


@pytest.mark.scenario("T-23")
async def test_an_answer_given_in_espocrm_is_not_overwritten_by_what_outlook_still_says(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, content=event(people=(BEN,)))
    answered = in_espo("m1", event(people=(answering(BEN, Reply.ACCEPTED),)), at=later())
    assert await reconciling.hear(answered, in_outlook("o1", event(people=(BEN,)), at=later(6))) == []


@pytest.mark.scenario("T-22")
async def test_an_answer_that_outlook_does_not_show_any_more_is_not_taken_back(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    accepted = event(people=(answering(BEN, Reply.ACCEPTED),))
    await born_in_outlook(reconciling, content=accepted)
    assert await reconciling.hear(in_outlook("o1", event(people=(BEN,)), at=later())) == []


@pytest.mark.scenario("T-24")
async def test_switching_contacts_on_later_mails_nobody_of_the_meetings_before(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    create = await born_in_espo(reconciling, content=event(people=(BEN, CARL)))
    assert create.event.people == (BEN,)
    await reconciling.connect("ann", contacts_and_leads=True)
    known = in_espo("m1", event(people=(BEN, CARL)))
    assert await reconciling.hear(known, in_outlook("o1", event(people=(BEN,)))) == []

    (create,) = await reconciling.hear(in_espo("m2", event(people=(BEN, CARL))))
    assert create.event.people == (BEN, CARL)


@pytest.mark.scenario("M-21")
async def test_a_contact_that_was_merged_into_another_is_the_same_guest(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", contacts_and_leads=True)
    await born_in_espo(reconciling, content=event(people=(CARL,)))
    merged = CARL.model_copy(update={"address": "carl.new@client.test", "aliases": (CARL.address,)})
    assert await reconciling.hear(in_espo("m1", event(people=(merged,)), at=later())) == []


@pytest.mark.scenario("B-05", "M-05", "L-06")
async def test_an_edit_seen_in_a_guests_copy_is_not_written_and_the_copy_is_no_second_record(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await born_in_espo(reconciling, content=event(people=(BEN,)))
    copy: dict[str, Any] = {"account": "ben", "is_organizer": False, "organizer": "ann@contoso.test", "ical_uid": "u"}
    edited = event(title="Edited")
    assert await reconciling.hear(in_outlook("b1", edited, at=later(), **copy)) == []
    (update,) = await reconciling.hear(in_outlook("o1", edited, at=later(), ical_uid="u"))
    assert isinstance(update, UpdateEspoRecord)
    assert await reconciling.hear(in_outlook("b1", edited, at=later(6), **copy)) == []
    assert await reconciling.count("links") == 1


@pytest.mark.scenario("E-07")
async def test_an_outside_organizers_edit_is_written_once_whoever_was_invited(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await born_in_outlook(reconciling, **OUTSIDE)
    edited = event(title="Edited")
    seen = (
        in_outlook("o1", edited, at=later(), **OUTSIDE),
        in_outlook("b1", edited, account="ben", at=later(), **OUTSIDE),
    )
    (update,) = await reconciling.hear(*seen)
    assert isinstance(update, UpdateEspoRecord)


@pytest.mark.scenario("E-08")
async def test_what_an_assistant_plans_in_somebodys_mailbox_belongs_to_the_mailboxs_owner(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    (create,) = await reconciling.hear(in_outlook("o1", event(), organizer="assistant@contoso.test"))
    assert isinstance(create, CreateEspoRecord)
    assert create.account == "ann"


@pytest.mark.scenario("E-09", "A-04")
async def test_an_invitation_under_an_alias_of_a_colleague_is_the_colleagues_meeting(reconciling: Reconciling) -> None:
    ann = await reconciling.connect("ann")
    await reconciling.connect("ben")
    await reconciling.save(ann.model_copy(update={"addresses": (*ann.addresses, "a.lee@contoso.test")}))
    copy = in_outlook("b1", event(), account="ben", is_organizer=False, organizer="a.lee@contoso.test")
    assert await reconciling.hear(copy) == []
    (create,) = await reconciling.hear(in_outlook("a1", event(), organizer="a.lee@contoso.test"))
    assert create.account == "ann"


@pytest.mark.scenario("T-17")
async def test_a_guest_who_is_taken_off_on_one_side_is_taken_off_on_the_other(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, 1, event(people=(BEN,)))
    await born_in_espo(reconciling, 2, event(people=(BEN,)))
    in_espocrm, in_the_mailbox = await reconciling.hear(
        in_outlook("o1", event(people=()), at=later()), in_espo("m2", event(people=()), at=later())
    )
    assert isinstance(in_espocrm, UpdateEspoRecord)
    assert isinstance(in_the_mailbox, UpdateOutlookEvent)
    for update in (in_espocrm, in_the_mailbox):
        assert update.patch.people is not None
        assert update.patch.people.remove == (BEN.address,)
