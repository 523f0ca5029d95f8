"""The short form of `make chaos`, and the same with a part that lies: the first holds every law, the second is found out."""

from pathlib import Path
from typing import Any

import pytest
from tools.chaos.faults import Fault
from tools.chaos.field import Field
from tools.chaos.run import Plan, chaos

from tandem.local.wanted import MEMORY
from tandem.people.cast import ANN
from tandem.people.outlook import app_token

pytestmark = pytest.mark.timeout(900)

SEED = 20260302


@pytest.mark.system
async def test_whatever_goes_wrong_nothing_is_lost_and_nothing_is_there_twice(real_kafka: str, tmp_path: Path) -> None:
    report = await chaos(Plan(40, SEED, real_kafka, tmp_path / "run", every=2))
    assert report.stories == ()
    assert report.held
    assert sum(report.faults.values()) > 5
    assert sum(report.deeds.values()) > 30
    assert min(report.writes.values()) > 0


async def _events(field: Field) -> tuple[str, dict[str, str], list[dict[str, Any]]]:
    """Ann's own events with guests, and the means to write to them as our product does."""
    graph = field.system.addresses.graph
    url = f"{graph.url}/v1.0/users/{ANN.address}/events"
    headers = {"Authorization": f"Bearer {await app_token(field.http, graph)}"}
    events = (await field.http.get(f"{url}?$top=500", headers=headers)).raise_for_status().json()["value"]
    return url, headers, [event for event in events if event["isOrganizer"] and event["attendees"]]


async def _doubled(field: Field) -> bool:
    """Somebody makes an event once more."""
    url, headers, events = await _events(field)
    for event in events[:1]:
        copy = {name: event[name] for name in ("subject", "start", "end")}
        (await field.http.post(url, headers=headers, json=copy)).raise_for_status()
    return bool(events)


async def _mailed_again(field: Field) -> bool:
    """Somebody writes what stands there already, again and again."""
    url, headers, events = await _events(field)
    for event in events[:1]:
        for _ in range(12):
            change = {"subject": event["subject"]}
            (await field.http.patch(f"{url}/{event['id']}", headers=headers, json=change)).raise_for_status()
    return bool(events)


async def _undone(field: Field) -> bool:
    """Somebody gives every meeting an older place on both sides."""
    url, headers, events = await _events(field)
    for event in events:
        place = {"location": {"displayName": "The old place"}}
        (await field.http.patch(f"{url}/{event['id']}", headers=headers, json=place)).raise_for_status()
    return bool(events)


async def _broken(field: Field) -> bool:
    """A process ends of itself, and not because something that it stands on is away."""
    console = next(child for child in field.system.supervisor.running if child.name == "console")
    console.process.kill()
    return True


LIARS: dict[str, Fault] = {
    "doubled": _doubled,
    "mailed again": _mailed_again,
    "undone": _undone,
    "broken": _broken,
}


async def test_a_part_that_lies_is_found_out(tmp_path: Path) -> None:
    report = await chaos(Plan(25, SEED, MEMORY, tmp_path / "run", edits=3, every=6, patience=5), LIARS)
    assert {"nothing twice", "no edit lost", "one mail a change", "no process breaks"} <= report.broken.keys()
    assert any("tandem why" in story for story in report.stories)
