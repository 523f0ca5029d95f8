"""People whom an invitation does not name one by one, or not to everybody: groups, hidden guests, blocked domains, proposals."""

from typing import Any

import pytest

from contracts.events import Attendee, PersonKind, Reply, Timed
from contracts.writes import CreateEspoRecord, CreateOutlookEvent, NewReply, UpdateEspoRecord
from support.links import ANN, CARL, UPCOMING, event
from support.pairs import born_in_espo, born_in_outlook, later
from support.reconciling import Reconciling, done, in_espo, in_outlook

TEAM = Attendee(address="team@contoso.test", name="The team")
ORGANIZED: dict[str, Any] = {"ical_uid": "u", "organizer": "ann@contoso.test"}
BOSS: dict[str, Any] = {"is_organizer": False, "organizer": "boss@client.test", "ical_uid": "u"}
WITH_TEAM = event(people=(TEAM,))


def copy_of(account: str, **more: Any) -> dict[str, Any]:
    return {**ORGANIZED, "account": account, "is_organizer": False, **more}


async def came(reconciling: Reconciling, account: str, item: str, **more: Any) -> str:
    """A member's copy is seen; gives whom the record is to have because of it."""
    (update,) = await reconciling.hear(in_outlook(item, WITH_TEAM, **copy_of(account, **more)))
    assert isinstance(update, UpdateEspoRecord)
    assert update.patch.people is not None
    (added,) = update.patch.people.add
    everybody = (*(update.decided_on.people or ()), added)
    stored = update.decided_on.model_copy(update={"people": everybody})
    assert await reconciling.hear(done(update, in_espo("m1", stored, at=later()))) == []
    return added.user


@pytest.mark.scenario("T-31")
async def test_members_of_an_invited_group_who_are_connected_become_guests_of_the_one_record(
    reconciling: Reconciling,
) -> None:
    for account in ("ann", "ben", "cleo"):
        await reconciling.connect(account)
    await born_in_outlook(reconciling, content=WITH_TEAM, **ORGANIZED)
    assert [await came(reconciling, "ben", "b1"), await came(reconciling, "cleo", "c1")] == ["ben", "cleo"]
    assert await reconciling.count("links") == 1


@pytest.mark.scenario("T-31", "T-15")
async def test_a_group_whose_members_came_is_quiet_whatever_view_is_read_again(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await born_in_outlook(reconciling, content=WITH_TEAM, **ORGANIZED)
    await came(reconciling, "ben", "b1")
    again = (
        in_outlook("b1", WITH_TEAM, at=later(), **copy_of("ben")),
        in_outlook("o1", WITH_TEAM, at=later(), **ORGANIZED),
    )
    assert await reconciling.hear(*again) == []


@pytest.mark.scenario("T-31", "T-03")
async def test_a_members_answer_reaches_the_record_through_the_members_copy(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await born_in_outlook(reconciling, content=WITH_TEAM, **ORGANIZED)
    await came(reconciling, "ben", "b1")
    accepted = in_outlook("b1", WITH_TEAM, at=later(9), **copy_of("ben", reply=Reply.ACCEPTED))
    (update,) = await reconciling.hear(accepted)
    assert update.patch.people.replies == (NewReply(address="ben@contoso.test", reply=Reply.ACCEPTED),)


async def test_a_copy_that_still_names_a_guest_who_was_taken_off_brings_him_back_to_nobody(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    with_ben = event(people=(Attendee(address="ben@contoso.test"),))
    await born_in_outlook(reconciling, content=with_ben, **ORGANIZED)
    (update,) = await reconciling.hear(in_outlook("o1", event(people=()), at=later(), **ORGANIZED))
    await reconciling.hear(done(update, in_espo("m1", event(people=()), at=later())))
    assert await reconciling.hear(in_outlook("b1", with_ben, **copy_of("ben"))) == []


@pytest.mark.scenario("T-31", "T-26")
async def test_members_of_a_group_that_somebody_outside_invited_share_one_record(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await born_in_outlook(reconciling, content=WITH_TEAM, **BOSS)
    (update,) = await reconciling.hear(in_outlook("b1", WITH_TEAM, account="ben", **BOSS))
    assert isinstance(update, UpdateEspoRecord)
    assert update.patch.people is not None
    assert [person.user for person in update.patch.people.add] == ["ben"]
    assert await reconciling.count("links") == 1


@pytest.mark.scenario("T-22")
async def test_guests_whom_an_organizer_hides_later_stay_on_the_record(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=event(people=(ANN, CARL)), **BOSS)
    hidden = in_outlook("o1", event(people=(ANN,)), at=later(), guests_hidden=True, **BOSS)
    assert await reconciling.hear(hidden) == []
    shown = in_outlook("o1", event(people=(ANN,)), at=later(9), **BOSS)
    (update,) = await reconciling.hear(shown)
    assert update.patch.people.remove == (CARL.address,)


@pytest.mark.scenario("T-25")
async def test_guests_of_a_blocked_domain_are_passed_on_to_neither_side(reconciling: Reconciling) -> None:
    await reconciling.connect("ann", contacts_and_leads=True, blocked_domains=("client.test",))
    below = Attendee(address="dana@sales.client.test")
    alike = Attendee(address="eve@notclient.test")
    (to_espo,) = await reconciling.hear(in_outlook("o1", event(people=(CARL, below, alike))))
    assert isinstance(to_espo, CreateEspoRecord)
    assert [person.address for person in to_espo.event.people or ()] == [alike.address]
    (to_outlook,) = await reconciling.hear(in_espo("m2", event(people=(CARL, ANN))))
    assert isinstance(to_outlook, CreateOutlookEvent)
    assert [person.address for person in to_outlook.event.people or ()] == [ANN.address]


@pytest.mark.scenario("T-25")
async def test_a_guest_of_a_blocked_domain_who_comes_later_is_not_passed_on_and_nobody_is_taken_off(
    reconciling: Reconciling,
) -> None:
    await reconciling.connect("ann", contacts_and_leads=True)
    await born_in_espo(reconciling, content=event(people=(CARL,)))
    await reconciling.connect("ann", contacts_and_leads=True, blocked_domains=("client.test",))
    dana = Attendee(address="dana@client.test", kind=PersonKind.CONTACT)
    assert await reconciling.hear(in_espo("m1", event(people=(CARL, dana)), at=later())) == []


@pytest.mark.scenario("T-28")
async def test_a_guest_who_proposes_another_time_is_mentioned_and_moves_nothing(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=event(people=(CARL,)))
    other_time = Timed(start=UPCOMING.replace(hour=15), end=UPCOMING.replace(hour=16))
    proposing = CARL.model_copy(update={"reply": Reply.TENTATIVE, "proposed": other_time})
    (update,) = await reconciling.hear(in_outlook("o1", event(people=(proposing,)), at=later()))
    assert update.patch.fields == ("people",)
    answered = event(people=(CARL.model_copy(update={"reply": Reply.TENTATIVE}),))
    await reconciling.hear(done(update, in_espo("m1", answered, at=later())))
    assert "proposes another time" in await reason(reconciling)


@pytest.mark.scenario("T-28")
async def test_a_proposal_that_was_taken_back_is_not_mentioned_any_more(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, content=event(people=(CARL,)))
    proposing = CARL.model_copy(update={"proposed": event().span})
    assert await reconciling.hear(in_outlook("o1", event(people=(proposing,)), at=later())) == []
    assert "proposes another time" in await reason(reconciling)
    assert await reconciling.hear(in_outlook("o1", event(people=(CARL,)), at=later(9))) == []
    assert "proposes another time" not in await reason(reconciling)


async def reason(reconciling: Reconciling) -> str:
    return str(await reconciling.database.pool.fetchval("SELECT body ->> 'reason' FROM links"))
