"""Microsoft is away, and somebody reads our logs: everything arrives once, and nobody learns what it was about."""

from datetime import timedelta
from uuid import uuid4

import pytest

from support.whole import START, Whole
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
    mark = uuid4().hex[:12]
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


@pytest.mark.scenario("M-01")
@pytest.mark.parametrize("edit", ["renamed", "moved", "given away"])
async def test_a_record_whose_answer_got_lost_is_there_once_although_somebody_was_quick_to_change_it(
    whole: Whole, edit: str
) -> None:
    title = f"Answered to nobody {uuid4().hex[:12]}"
    later = START + timedelta(days=1)
    changes: dict[str, dict[str, str]] = {
        "renamed": {"name": f"{title}, renamed"},
        "moved": {
            "dateStart": f"{later:%Y-%m-%d %H:%M:%S}",
            "dateEnd": f"{later + timedelta(hours=1):%Y-%m-%d %H:%M:%S}",
        },
        "given away": {"assignedUserId": whole.id_of(BEN)},
    }
    lost = {"method": "POST", "path": "/Meeting$", "times": 1, "drop": "after"}
    slow = {
        "method": "GET",
        "path": "/Meeting$",
        "times": 100,
        "delay_ms": 3000,
        "caller": whole.system.addresses.espo.api_key,
    }
    await whole.control_espo("POST", "faults", [lost, slow])
    try:
        await whole.plans_in_outlook(ANN, title)
        (made,) = await whole.eventually(lambda: whole.any_in_espo(ANN, title))
        await whole.espo(ANN, "PUT", f"Meeting/{made['id']}", changes[edit])
    finally:
        await whole.control_espo("DELETE", "faults")
    owner, named = BEN if edit == "given away" else ANN, changes[edit].get("name", title)
    await whole.one_in_outlook(owner, named)
    records = [record for called in {title, named} for record in await whole.in_espo(ANN, called)]
    assert [record["id"] for record in records] == [made["id"]]
    others = await whole.in_outlook(BEN if owner is ANN else ANN, named)
    assert [event for event in others if event["isOrganizer"]] == []  # who owned it before is its guest by now


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
