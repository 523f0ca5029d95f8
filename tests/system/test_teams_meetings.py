"""A meeting that EspoCRM says is held in Teams has a link there, whichever way its owner's changes go."""

from typing import Any

import pytest

from support.teams import PATIENCE, Organizer, organizer
from tandem.api import Reconciler
from tandem.local.system import System
from tandem.people.cast import BEN, CLEO, Colleague
from tandem.people.stage import Stage
from tandem.polling import until
from tandem.smoke.quiet import settled

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(900)]


async def signed_in(system: System, on: Stage, who: Colleague) -> Organizer:
    return await organizer(on, who, system.directory[who.address].id)


async def teams_events(ben: Organizer, title: str) -> list[dict[str, Any]]:
    return [event for event in await ben.events() if event["subject"] == title and event["isOnlineMeeting"]]


@pytest.mark.rule("M27")
@pytest.mark.scenario("V-01")
@pytest.mark.scenario("V-03")
async def test_a_meeting_asked_for_in_espocrm_is_the_teams_event_in_outlook(
    system: System, on: Stage, reconciler: Reconciler
) -> None:
    ben = await signed_in(system, on, BEN)
    record = await ben.plans(name="Demo online")

    url = await ben.join_url(record)

    (event,) = await teams_events(ben, "Demo online")
    assert event["onlineMeeting"]["joinUrl"] == url
    await ben.moves(record, "2030-05-07 09:00:00", "2030-05-07 10:00:00")

    async def moved() -> dict[str, Any] | None:
        (event,) = await teams_events(ben, "Demo online")
        return event if event["start"]["dateTime"].startswith("2030-05-07") else None

    event = await until(moved, PATIENCE) or {}
    assert event["onlineMeeting"]["joinUrl"] == url
    assert await ben.join_url(record) == url
    assert await settled(reconciler, PATIENCE) == ()


@pytest.mark.rule("M27")
async def test_without_a_calendar_the_meeting_has_a_teams_meeting_of_its_own(
    system: System, on: Stage, reconciler: Reconciler
) -> None:
    cleo = await signed_in(system, on, CLEO)
    (account,) = [one for one in await reconciler.accounts() if one["id"] == cleo.user]
    before = {name: account[name] for name in ("name", "mailbox", "zone", "addresses")}
    await reconciler.connect(cleo.user, {**before, "settings": {**account["rules"], "direction": "none"}})
    try:
        record = await cleo.plans(name="Demo without a calendar")
        url = await cleo.join_url(record)
        (meeting,) = await cleo.meetings(url)
        assert (meeting["externalId"], meeting["subject"]) == (record, "Demo without a calendar")
        assert await teams_events(cleo, "Demo without a calendar") == []

        await cleo.removes(record)

        async def gone() -> bool | None:
            return not await cleo.meetings(url) or None

        assert await until(gone, PATIENCE)
    finally:
        await reconciler.connect(cleo.user, {**before, "settings": account["rules"]})
    assert await settled(reconciler, PATIENCE) == ()
