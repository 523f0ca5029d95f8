"""Guests: what they answered, who is invited, and their copies, which are the same meeting in another mailbox (M19 to M21)."""

from typing import Any

import pytest

from contracts.events import Attendee, PersonKind, Reply
from contracts.writes import CreateEspoRecord, NewReply, UpdateEspoRecord, UpdateOutlookEvent
from reconciler.handlers.connect import disconnect
from support.links import ANN, CARL, event
from support.pairs import born_in_espo, born_in_outlook, later
from support.reconciling import Reconciling, done, in_espo, in_outlook

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


MOVED = event().span.model_copy(update={"start": later(86_400), "end": later(90_000)})


async def invited_with_ann_who_has_left(reconciling: Reconciling) -> None:
    """Ann and Ben are invited from outside; the meeting is synced from Ann's calendar, and she leaves."""
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await born_in_outlook(reconciling, content=event(people=(ANN, BEN)), **OUTSIDE)
    assert await reconciling.hear(in_outlook("b1", event(people=(ANN, BEN)), account="ben", **OUTSIDE)) == []
    assert await reconciling.count("skips") == 1
    async with reconciling.database.unit() as unit:
        assert await disconnect(unit, "ann")


async def test_a_meeting_of_a_guest_who_has_left_goes_on_by_the_copy_of_a_colleague(reconciling: Reconciling) -> None:
    await invited_with_ann_who_has_left(reconciling)
    moved = event(people=(ANN, BEN), span=MOVED)
    (update,) = await reconciling.hear(in_outlook("b1", moved, account="ben", at=later(), **OUTSIDE))
    assert isinstance(update, UpdateEspoRecord)
    assert (update.account, update.espo_id, update.patch.fields, update.patch.owner) == ("ben", "m1", ("span",), None)
    assert await reconciling.count("skips") == 0

    # It is hers in EspoCRM as before, and she finds it there when she is back.
    assert await reconciling.hear(done(update, in_espo("m1", moved, at=later(6)))) == []
    await reconciling.connect("ann")
    await reconciling.take_sent()
    assert await reconciling.hear(in_outlook("o1", moved, at=later(7), **OUTSIDE)) == []
    assert await reconciling.count("links") == 1


@pytest.mark.parametrize("how", ["organized by a colleague", "only its time may be known"])
async def test_a_meeting_of_a_guest_who_has_left_is_not_passed_on_to_a_copy_that_tells_less(
    reconciling: Reconciling, how: str
) -> None:
    await invited_with_ann_who_has_left(reconciling)
    told: dict[str, Any] = {"busy_only": True}
    if how == "organized by a colleague":
        await reconciling.connect("boss", mailbox="boss@client.test")
        await reconciling.take_sent()
        told = {}
    moved = event(people=(ANN, BEN), span=MOVED)
    assert await reconciling.hear(in_outlook("b1", moved, account="ben", at=later(), **OUTSIDE, **told)) == []
    assert await reconciling.database.pool.fetchval("SELECT account FROM links") == "ann"


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
