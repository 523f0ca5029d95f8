"""Microsoft is away, and somebody reads our logs: everything arrives once, and nobody learns what it was about."""

from uuid import uuid4

import pytest

from support.whole import Whole
from tandem.people.cast import ANN, BEN

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


@pytest.mark.scenario("Q-07", "Q-01", "M-01")
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503, "headers": {"Retry-After": "2"}},
        {"status": 429, "headers": {"Retry-After": "2"}},
        {"drop": "after"},
    ],
    ids=["down", "throttled", "answers lost"],
)
async def test_what_was_planned_while_graph_failed_is_there_once_when_it_is_back(
    whole: Whole, fault: dict[str, object]
) -> None:
    mark = uuid4().hex[:6]
    titles = [f"Planned in the storm {mark} {number}" for number in range(8)]
    await whole.control_graph("POST", "faults", [{"method": "POST", "path": "ann.*/events$", "times": 3, **fault}])
    try:
        for title in titles:
            record = await whole.plans_in_espo(ANN, title)
        await whole.espo(ANN, "PUT", f"Meeting/{record}", {"name": f"{titles[-1]} renamed"})
        for title in (*titles[:-1], f"{titles[-1]} renamed"):
            await whole.one_in_outlook(ANN, title)
    finally:
        await whole.control_graph("DELETE", "faults")

    held = (await whole.outlook(ANN, "GET", "events?$top=500"))["value"]
    assert len([event for event in held if mark in event["subject"]]) == len(titles)


@pytest.mark.scenario("P-08")
async def test_no_log_tells_a_title_a_text_or_an_address(whole: Whole) -> None:
    secrets = [f"secret-{what}-{uuid4().hex}" for what in ("title", "text", "place")]
    title, text, place = secrets
    guest = f"{uuid4().hex}@client.test"
    body = {"contentType": "text", "content": text}
    attendees = [{"type": "required", "emailAddress": {"address": guest}}]
    await whole.plans_in_outlook(BEN, title, body=body, location={"displayName": place}, attendees=attendees)
    await whole.one_in_espo(BEN, title)

    logs = {path.name: path.read_text() for path in (whole.system.wanted.directory / "logs").iterdir()}
    ours = {name: log for name, log in logs.items() if name.startswith(("reconciler", "outlook_", "espo_", "teams_"))}
    assert len(ours) >= 3
    assert [name for name, log in ours.items() if any(word in log for word in (*secrets, guest, BEN.address))] == []
