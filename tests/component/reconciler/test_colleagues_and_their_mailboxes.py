"""Colleagues who connect one after another, and mailboxes whose addresses EspoCRM was never told (M19 to M21)."""

from typing import Any

import pytest

from contracts.events import Attendee, PersonKind, Reply
from contracts.looks import LookAtEvent
from contracts.outcomes import Refused
from contracts.writes import CreateEspoRecord, CreateOutlookEvent, NewReply, UpdateEspoRecord, UpdateOutlookEvent
from support.links import CARL, event
from support.pairs import born_in_espo, born_in_outlook, gone_from_outlook, later
from support.reconciling import Reconciling, done, in_espo, in_outlook, now

BEN_IN_ESPO = Attendee(address="ben@crm.contoso.test", name="Ben", kind=PersonKind.USER, user="ben")
BEN_IN_OUTLOOK = Attendee(address="ben@mail.contoso.test")
COPY: dict[str, Any] = {"account": "ben", "is_organizer": False, "organizer": "ann@contoso.test", "ical_uid": "u"}
BEN_INVITED = event(people=(Attendee(address="ben@contoso.test"),))


async def both(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben", mailbox="ben@mail.contoso.test")


async def where(reconciling: Reconciling) -> list[tuple[str, str, str]]:
    """Who has which Outlook event and which record."""
    rows = await reconciling.database.pool.fetch("SELECT account, outlook_id, espo_id FROM links ORDER BY account")
    return [(row["account"], row["outlook_id"], row["espo_id"]) for row in rows]


@pytest.mark.scenario("T-30")
async def test_a_guest_invited_by_the_mailbox_address_is_the_connected_user(reconciling: Reconciling) -> None:
    await both(reconciling)
    (create,) = await reconciling.hear(in_outlook("o1", event(people=(BEN_IN_OUTLOOK,))))
    assert isinstance(create, CreateEspoRecord)
    (known,) = create.event.people or ()
    assert (known.kind, known.user) == (PersonKind.USER, "ben")


@pytest.mark.scenario("T-30")
async def test_a_user_whom_espocrm_knows_by_another_address_is_invited_at_the_mailbox(reconciling: Reconciling) -> None:
    await both(reconciling)
    (create,) = await reconciling.hear(in_espo("m1", event(people=(BEN_IN_ESPO,))))
    assert isinstance(create, CreateOutlookEvent)
    assert [person.address for person in create.event.people or ()] == ["ben@mail.contoso.test"]


@pytest.mark.scenario("T-30")
async def test_an_answer_from_the_mailbox_reaches_the_user_under_the_address_in_espocrm(
    reconciling: Reconciling,
) -> None:
    await both(reconciling)
    await born_in_espo(reconciling, content=event(people=(BEN_IN_ESPO,)))
    accepted = BEN_IN_OUTLOOK.model_copy(update={"reply": Reply.ACCEPTED})
    (update,) = await reconciling.hear(in_outlook("o1", event(people=(accepted,)), at=later()))
    assert isinstance(update, UpdateEspoRecord)
    assert update.patch.people is not None
    assert update.patch.people.replies == (NewReply(address=BEN_IN_ESPO.address, reply=Reply.ACCEPTED),)
    assert (update.patch.people.add, update.patch.people.remove) == ((), ())


@pytest.mark.scenario("T-30")
async def test_a_user_who_is_taken_off_in_espocrm_is_taken_off_under_the_address_in_outlook(
    reconciling: Reconciling,
) -> None:
    await both(reconciling)
    await born_in_espo(reconciling, content=event(people=(BEN_IN_ESPO, CARL)))
    (update,) = await reconciling.hear(in_espo("m1", event(people=(CARL,)), at=later()))
    assert isinstance(update, UpdateOutlookEvent)
    assert update.patch.people is not None
    assert update.patch.people.remove == ("ben@mail.contoso.test",)


@pytest.mark.scenario("T-12")
async def test_a_contact_who_shares_a_colleagues_address_stays_a_contact(reconciling: Reconciling) -> None:
    await both(reconciling)
    await reconciling.connect("ann", contacts_and_leads=True)
    shared = Attendee(address="ben@mail.contoso.test", kind=PersonKind.CONTACT)
    (create,) = await reconciling.hear(in_espo("m1", event(people=(shared,))))
    assert [(person.kind, person.user) for person in create.event.people or ()] == [(PersonKind.CONTACT, "")]


@pytest.mark.scenario("T-32")
async def test_an_organizer_who_invites_another_of_her_own_addresses_is_no_guest(reconciling: Reconciling) -> None:
    ann = await reconciling.connect("ann")
    herself = Attendee(address=ann.mailbox)
    (create,) = await reconciling.hear(in_outlook("o1", event(people=(herself, CARL))))
    assert [person.address for person in create.event.people or ()] == [CARL.address]


@pytest.mark.scenario("A-04")
async def test_an_invitation_names_its_organizer_and_the_guest_with_the_guests_own_answer(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ben")
    copy = in_outlook("b1", BEN_INVITED, **{**COPY, "reply": Reply.TENTATIVE})
    (create,) = await reconciling.hear(copy)
    assert isinstance(create, CreateEspoRecord)
    organizer, guest = create.event.people or ()
    assert (organizer.address, organizer.organizer, organizer.reply) == ("ann@contoso.test", True, Reply.ACCEPTED)
    assert (guest.user, guest.reply) == ("ben", Reply.TENTATIVE)


@pytest.mark.scenario("T-03", "A-04")
async def test_a_later_answer_of_the_guest_reaches_the_organizers_record(reconciling: Reconciling) -> None:
    await of_ben_in_the_name_of(reconciling, "ann")
    copy = in_outlook("b1", BEN_INVITED, at=later(), **{**COPY, "reply": Reply.DECLINED})
    (update,) = await reconciling.hear(copy)
    assert update.patch.people.replies == (NewReply(address="ben@contoso.test", reply=Reply.DECLINED),)


@pytest.mark.scenario("A-04")
async def test_a_record_in_the_organizers_name_stays_with_the_guests_copy_until_the_organizer_connects(
    reconciling: Reconciling,
) -> None:
    await of_ben_in_the_name_of(reconciling, "ann")
    assert await reconciling.hear(in_espo("m1", BEN_INVITED, account="ann", at=later())) == []
    assert await where(reconciling) == [("ben", "b1", "m1")]


@pytest.mark.scenario("D-07")
async def test_a_guest_who_deletes_the_copy_leaves_the_organizers_record_alone(reconciling: Reconciling) -> None:
    await of_ben_in_the_name_of(reconciling, "ann")
    gone = gone_from_outlook(account="ben").model_copy(update={"outlook_id": "b1"})
    assert await reconciling.hear(gone) == []
    assert await reconciling.database.pool.fetchval("SELECT state FROM links") == "detached"


@pytest.mark.scenario("T-26", "O-08", "A-04")
@pytest.mark.parametrize("first", ["record", "event"])
async def test_an_organizer_who_connects_later_finds_one_record_and_takes_it_over(
    reconciling: Reconciling, first: str
) -> None:
    await of_ben_in_the_name_of(reconciling, "ann")
    await reconciling.connect("ann")
    record = in_espo("m1", BEN_INVITED, account="ann", at=later())
    organized = in_outlook("a1", BEN_INVITED, ical_uid="u", organizer="ann@contoso.test")
    messages = [record, organized] if first == "record" else [organized, record]
    assert await reconciling.hear(*messages) == []
    assert await where(reconciling) == [("ann", "a1", "m1")]
    assert await reconciling.hear(in_outlook("b1", BEN_INVITED, at=later(), **COPY)) == []
    assert await reconciling.count("links") == 1


@pytest.mark.scenario("T-26")
async def test_what_an_organizer_changes_after_taking_over_reaches_the_record_and_the_other_way_round(
    reconciling: Reconciling,
) -> None:
    await of_ben_in_the_name_of(reconciling, "ann")
    await reconciling.connect("ann")
    organized: dict[str, Any] = {"ical_uid": "u", "organizer": "ann@contoso.test"}
    await reconciling.hear(in_outlook("a1", BEN_INVITED, **organized))
    renamed = BEN_INVITED.model_copy(update={"title": "Renamed"})
    (to_espo,) = await reconciling.hear(in_outlook("a1", renamed, at=later(), **organized))
    assert isinstance(to_espo, UpdateEspoRecord)
    await reconciling.hear(done(to_espo, in_espo("m1", renamed, account="ann", at=later())))
    moved = renamed.model_copy(update={"location": "Room 2"})
    (to_outlook,) = await reconciling.hear(in_espo("m1", moved, account="ann", at=later(9)))
    assert isinstance(to_outlook, UpdateOutlookEvent)
    assert (to_outlook.outlook_id, to_outlook.patch.fields) == ("a1", ("location",))


@pytest.mark.scenario("T-26", "T-30")
async def test_a_record_in_a_guests_name_is_handed_to_the_organizer_who_connects(reconciling: Reconciling) -> None:
    await of_ben_in_the_name_of(reconciling, "ben")
    await reconciling.connect("ann")
    (update,) = await reconciling.hear(in_outlook("a1", BEN_INVITED, ical_uid="u", organizer="ann@contoso.test"))
    assert isinstance(update, UpdateEspoRecord)
    assert (update.espo_id, update.patch.owner) == ("m1", "ann")
    assert await reconciling.hear(in_espo("m1", BEN_INVITED, account="ben", at=later())) == []
    handed = in_espo("m1", BEN_INVITED, account="ann", at=later(6))
    assert await reconciling.hear(done(update, handed)) == []
    assert await reconciling.hear(in_espo("m1", BEN_INVITED, account="ann", at=later(9))) == []
    assert await where(reconciling) == [("ann", "a1", "m1")]


async def test_a_handing_over_that_espocrm_refuses_is_explained_and_not_tried_for_ever(
    reconciling: Reconciling,
) -> None:
    await of_ben_in_the_name_of(reconciling, "ben")
    await reconciling.connect("ann")
    (update,) = await reconciling.hear(in_outlook("a1", BEN_INVITED, ical_uid="u", organizer="ann@contoso.test"))
    about = {"write_id": update.write_id, "link_id": update.link_id, "account": "ann", "finished_at": now()}
    assert await reconciling.hear(Refused(**about, reason="EspoCRM denies it")) == []
    assert await reconciling.database.pool.fetchval("SELECT body ->> 'reason' FROM links") == "EspoCRM denies it"


@pytest.mark.scenario("T-26", "M-02")
async def test_an_organizer_may_connect_while_the_record_of_a_guests_copy_is_being_made(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ben")
    (create,) = await reconciling.hear(in_outlook("b1", BEN_INVITED, **COPY))
    await reconciling.connect("ann")
    organized = in_outlook("a1", BEN_INVITED, ical_uid="u", organizer="ann@contoso.test")
    assert [one for one in await reconciling.hear(organized) if isinstance(one, CreateEspoRecord)] == []
    made = in_espo("m1", BEN_INVITED, account="ann", created_by_us=True)
    sent = await reconciling.hear(done(create, made))
    assert [one for one in sent if not isinstance(one, LookAtEvent)] == []
    assert await where(reconciling) == [("ann", "a1", "m1")]


async def of_ben_in_the_name_of(reconciling: Reconciling, owner: str) -> None:
    """Ben, who is connected, was invited by Ann, who is not; the record of it stands in somebody's name."""
    await reconciling.connect("ben")
    (create,) = await reconciling.hear(in_outlook("b1", BEN_INVITED, **COPY))
    others = tuple(person for person in create.event.people or () if owner not in person.address)
    stored = create.event.model_copy(update={"people": others})
    assert await reconciling.hear(done(create, in_espo("m1", stored, account=owner, created_by_us=True))) == []


async def test_an_outlook_born_pair_of_a_colleague_stays_as_it_was_when_a_guest_connects(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=BEN_INVITED, ical_uid="u")
    await reconciling.connect("ben")
    assert await reconciling.hear(in_outlook("b1", BEN_INVITED, **COPY)) == []
    assert await where(reconciling) == [("ann", "o1", "m1")]
