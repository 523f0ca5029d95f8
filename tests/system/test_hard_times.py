"""Crashes, floods and echoes: both sides end equal, nothing is there twice, and the system comes to rest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tandem.api import Reconciler
from tandem.local.system import System
from tandem.people.cast import ANN, BEN, CLEO, Colleague
from tandem.people.entries import Entry, Side
from tandem.people.stage import Stage
from tandem.smoke.play import act, play, see
from tandem.smoke.quiet import settled, writes_during
from tandem.smoke.stories import Story, at, both

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(900)]

DAY = (datetime.now(UTC) + timedelta(days=9)).date()
PATIENCE = 60.0
QUIET_SECONDS = 5.0


def planned(subject: str, owner: Colleague, side: Side) -> tuple[Story, Entry]:
    """A story of one step: somebody plans something."""
    entry = Entry(subject, at(DAY, 9))
    return Story(subject, owner, (both("plans it", side, None, entry),)), entry


async def tell(on: Stage, story: Story) -> None:
    """Play a story whose steps all have to hold."""
    async for played in play(on, story, PATIENCE):
        assert played.unmet == ()


@pytest.mark.rule("M31")
@pytest.mark.scenario("M-02")
@pytest.mark.parametrize(
    ("service", "side"),
    [
        ("outlook_connector", Side.ESPO),
        ("outlook_connector", Side.OUTLOOK),
        ("espo_connector", Side.ESPO),
        ("espo_connector", Side.OUTLOOK),
        ("reconciler", Side.ESPO),
        ("reconciler", Side.OUTLOOK),
    ],
)
async def test_a_change_made_while_a_service_is_down_arrives_after_it_is_back(
    system: System, on: Stage, service: str, side: Side
) -> None:
    story, _ = planned(f"While {service} is down, in {side}", ANN, side)
    (step,) = story.steps
    program = await system.supervisor.kill(service)
    await act(on, story, step)
    await system.supervisor.start(program)
    assert (await see(on, story, step, PATIENCE)).unmet == ()


@pytest.mark.scenario("B-08")
async def test_a_flood_of_edits_ends_in_the_last_one(on: Stage) -> None:
    story, entry = planned("Flooded", BEN, Side.OUTLOOK)
    await tell(on, story)
    calendar = on.calendars[Side.OUTLOOK, BEN]
    (known,) = [known for known, seen in (await calendar.entries()).items() if seen == entry]
    for number in range(30):
        edited = replace(entry, title=f"Flooded, edit {number}")
        await calendar.change(known, entry, edited)
        entry = edited
    last = both("edits it for the last time", Side.OUTLOOK, None, entry)
    assert (await see(on, story, last, PATIENCE)).unmet == ()


@pytest.mark.scenario("M-03")
async def test_notifications_that_come_twice_and_in_disorder_do_no_harm(system: System, on: Stage) -> None:
    control = f"{system.addresses.graph.url}/_control/notifications"
    (await on.http.post(control, json={"duplicate": 50, "reorder": True})).raise_for_status()
    story, entry = planned("Disorderly", CLEO, Side.OUTLOOK)
    renamed = replace(entry, title="Disorderly, renamed")
    steps = (*story.steps, both("renames it", Side.OUTLOOK, entry, renamed))
    try:
        await tell(on, replace(story, steps=steps))
    finally:
        (await on.http.post(control, json={"duplicate": 0, "reorder": False})).raise_for_status()


@pytest.mark.rule("M31")
@pytest.mark.scenario("L-01")
@pytest.mark.parametrize("side", Side, ids=str)
async def test_an_echo_of_our_own_write_is_not_written_back(on: Stage, reconciler: Reconciler, side: Side) -> None:
    story, _ = planned(f"Echoed from {side}", BEN, side)
    await tell(on, story)
    assert await settled(reconciler, PATIENCE) == ()
    assert await writes_during(on, QUIET_SECONDS) == ()
