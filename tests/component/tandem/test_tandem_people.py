"""A person reads back from their calendar what they wrote into it, on either side."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from contracts.events import AllDay
from sandbox.espo.app import create_app as create_espo
from sandbox.espo.config import EspoConfig
from sandbox.graph.app import create_app as create_graph
from sandbox.graph.config import TENANT_ID, Config
from sandbox.serve import serving
from tandem.addresses import Addresses, Espo, Graph
from tandem.people import seed
from tandem.people.cast import ANN, BEN, CLEO, DANA, FAY
from tandem.people.entries import Entry, Side
from tandem.people.stage import Calendar, Stage, stage
from tandem.smoke.stories import at

DAY = (datetime.now(UTC) + timedelta(days=7)).date()
ENTRIES = {
    "an hour": Entry("Lunch", at(DAY, 12)),
    "an hour in summer": Entry("Lunch", at(date(DAY.year + 1, 7, 1), 12)),
    "two whole days": Entry("Trip", AllDay(first=DAY, last=DAY + timedelta(days=1))),
    "a place": Entry("Lunch", at(DAY, 12), location="Pier 4"),
    "guests": Entry("Lunch", at(DAY, 12), people=frozenset({BEN.address, DANA.address, FAY.address})),
    "a call": Entry("Ring Dana", at(DAY, 12, minutes=15), call=True),
}


@pytest.fixture
async def on() -> AsyncIterator[Stage]:
    """Both simulators, with the sandbox's people in them."""
    async with (
        serving(create_graph(Config(people=()))) as graph,
        serving(create_espo(EspoConfig(companion_extension=True))) as espo,
        httpx.AsyncClient() as http,
    ):
        addresses = Addresses(
            kafka="",
            postgres="",
            graph=Graph(graph, graph, TENANT_ID, "tandem", "tandem-secret"),
            espo=Espo(espo, "tandem-api-key"),
            reconciler="",
            outlook_connector="",
            espo_connector="",
            teams_meeting="",
            console="",
            sandbox_page="",
            service_secret="",
        )
        async with stage(addresses, await seed.people(http, addresses)) as on:
            yield on


@pytest.fixture(params=Side, ids=str)
def calendar(on: Stage, request: pytest.FixtureRequest) -> Calendar:
    return on.calendars[request.param, ANN]


async def only(calendar: Calendar) -> tuple[str, Entry]:
    ((known, entry),) = (await calendar.entries()).items()
    return known, entry


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
async def test_what_was_written_is_read_back(calendar: Calendar, entry: Entry) -> None:
    await calendar.create(entry)
    assert (await only(calendar))[1] == entry


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES.values() if not entry.call], ids=str)
async def test_a_change_shows(calendar: Calendar, entry: Entry) -> None:
    before = Entry("Dinner", at(DAY, 19), location="Home")
    await calendar.create(before)
    await calendar.change((await only(calendar))[0], before, entry)
    assert (await only(calendar))[1] == entry


async def test_what_was_all_day_gets_its_hours_back(calendar: Calendar) -> None:
    before = ENTRIES["two whole days"]
    after = replace(before, span=at(DAY, 9))
    await calendar.create(before)
    await calendar.change((await only(calendar))[0], before, after)
    assert (await only(calendar))[1] == after


async def test_what_was_removed_is_gone(calendar: Calendar) -> None:
    await calendar.create(ENTRIES["an hour"])
    await calendar.remove((await only(calendar))[0])
    assert await calendar.entries() == {}


@pytest.mark.parametrize("side", Side)
async def test_a_calendar_shows_its_owner_s_entries_only(on: Stage, side: Side) -> None:
    await on.calendars[side, ANN].create(ENTRIES["an hour"])
    assert await on.calendars[side, CLEO].entries() == {}


async def test_exchange_copies_an_invitation_into_a_colleague_s_mailbox(on: Stage) -> None:
    invited = Entry("Lunch", at(DAY, 12), people=frozenset({BEN.address}))
    await on.calendars[Side.OUTLOOK, ANN].create(invited)
    assert (await only(on.calendars[Side.OUTLOOK, BEN]))[1] == invited


async def test_a_calendar_of_sixty_entries_is_read_whole(calendar: Calendar) -> None:
    for minute in range(60):
        await calendar.create(Entry(f"Minute {minute}", at(DAY, 12, minute)))
    assert len(await calendar.entries()) == 60


async def test_a_person_whose_token_has_expired_signs_in_again(on: Stage) -> None:
    calendar = on.calendars[Side.OUTLOOK, ANN]
    await calendar.create(ENTRIES["an hour"])
    (await on.http.post(f"{on.addresses.graph.url}/_control/clock", json={"advance_seconds": 6000})).raise_for_status()
    assert [*(await calendar.entries()).values()] == [ENTRIES["an hour"]]
