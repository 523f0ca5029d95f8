"""A backup that is older than both sides is restored: they converge again, and nothing is there twice (M31)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from operations.backing_up import back_up, restore, start_on, stop_all
from operations.both_sides import titles_in_espo, titles_in_outlook
from support.whole import START, Whole
from tandem.people.cast import ANN
from tandem.people.stage import Stage
from tandem.smoke.quiet import writes_during

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(420)]

QUIET_SECONDS = 5.0


def in_outlook(hour: int) -> dict[str, Any]:
    """An hour that starts so many hours after the usual one, as Outlook writes it."""
    start, end = (f"{START + timedelta(hours=hour + more):%Y-%m-%dT%H:%M:%S}" for more in (0, 1))
    return {"start": {"dateTime": start, "timeZone": "UTC"}, "end": {"dateTime": end, "timeZone": "UTC"}}


def in_espo(hour: int) -> dict[str, Any]:
    """The same, as EspoCRM writes it."""
    start, end = (f"{START + timedelta(hours=hour + more):%Y-%m-%d %H:%M:%S}" for more in (0, 1))
    return {"dateStart": start, "dateEnd": end}


@pytest.mark.rule("M31")
async def test_what_happened_after_the_backup_is_neither_lost_nor_there_twice(
    whole: Whole, on: Stage, tmp_path: Path
) -> None:
    guest = {"emailAddress": {"address": "guest@outside.example", "name": "Guest"}, "type": "required"}
    kept = await whole.plans_in_espo(ANN, "Kept")
    renamed = await whole.plans_in_outlook(ANN, "To be renamed")
    removed = await whole.plans_in_outlook(ANN, "To be removed")
    for title in ("To be renamed", "To be removed"):
        await whole.one_in_espo(ANN, title)
    await whole.one_in_outlook(ANN, "Kept")

    await back_up(whole, tmp_path / "tandem.dump")

    await whole.outlook(ANN, "PATCH", f"events/{renamed}", {"subject": "Renamed after the backup"})
    await whole.one_in_espo(ANN, "Renamed after the backup")
    await whole.outlook(ANN, "DELETE", f"events/{removed}")
    await whole.plans_in_outlook(ANN, "Born in Outlook", attendees=[guest])
    await whole.one_in_espo(ANN, "Born in Outlook")
    await whole.plans_in_espo(ANN, "Born in EspoCRM")
    await whole.one_in_outlook(ANN, "Born in EspoCRM")
    for hour, title in enumerate(("Second of EspoCRM", "Third of EspoCRM"), 1):
        await whole.plans_in_espo(ANN, title, **in_espo(hour))
    seconds = [await whole.one_in_outlook(ANN, title) for title in ("Second of EspoCRM", "Third of EspoCRM")]
    thirds = [
        await whole.plans_in_outlook(ANN, title, **in_outlook(hour))
        for hour, title in enumerate(("Second of Outlook", "Third of Outlook"), 3)
    ]
    records = [await whole.one_in_espo(ANN, title) for title in ("Second of Outlook", "Third of Outlook")]
    await whole.rest()

    stopped = await stop_all(whole)
    await whole.espo(ANN, "PUT", f"Meeting/{kept}", {"name": "Kept, and renamed meanwhile"})
    await whole.plans_in_outlook(ANN, "New meanwhile in Outlook")
    await whole.plans_in_espo(ANN, "New meanwhile in EspoCRM")
    await whole.outlook(ANN, "PATCH", f"events/{seconds[0]['id']}", {"subject": "Second of EspoCRM, renamed"})
    await whole.outlook(ANN, "PATCH", f"events/{seconds[1]['id']}", in_outlook(5))
    await whole.espo(ANN, "PUT", f"Meeting/{records[0]['id']}", {"name": "Second of Outlook, renamed"})
    # Nothing but the key that the record bears tells by now that these two are one: neither title nor time is the same.
    await whole.espo(ANN, "PUT", f"Meeting/{records[1]['id']}", {"name": "Third of Outlook, renamed"})
    await whole.outlook(ANN, "PATCH", f"events/{thirds[1]}", in_outlook(6))
    mailed = await whole.control_graph("GET", "outbox")
    address = await restore(whole, tmp_path / "tandem.dump", "restored")
    await start_on(whole, stopped, address)
    await whole.one_in_outlook(ANN, "Kept, and renamed meanwhile")
    await whole.one_in_espo(ANN, "New meanwhile in Outlook")
    await whole.one_in_outlook(ANN, "New meanwhile in EspoCRM")

    outlook, espo = await titles_in_outlook(whole, ANN), await titles_in_espo(whole, ANN)
    assert outlook == espo
    assert {title for title, times in outlook.items() if times != 1} == set()
    assert {"Kept, and renamed meanwhile", "Renamed after the backup", "Born in Outlook", "Born in EspoCRM"} <= set(
        outlook
    )
    assert not {"Kept", "To be renamed", "To be removed"} & set(outlook)
    assert await whole.control_graph("GET", "outbox") == mailed
    assert await writes_during(on, QUIET_SECONDS) == ()
