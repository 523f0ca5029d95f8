"""The fault table of the field, on the running whole: whatever strikes, what two people plan, rename and invite to is on both
sides once, with its last words, and each guest has heard of each change once.

The same rows are held closer to their cause by the tests of the connectors and of the reconciler; here nobody is faked but
Microsoft and EspoCRM.
"""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest

from support.striking import Fault, struck
from support.whole import Whole
from tandem.api import RefusedError
from tandem.people.cast import ANN, BEN, DANA, EMIL

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


def throttled(seconds: str, method: str, path: str) -> Fault:
    return {"method": method, "path": path, "status": 429, "headers": {"Retry-After": seconds}}


CREATE, LISTING, RECORDS = "/events$", "(?i)calendarView", "/(Meeting|Call)"

OF_GRAPH = [
    pytest.param(
        {"method": "POST", "path": CREATE, "drop": "after"},
        marks=pytest.mark.scenario("M-01"),
        id="M-01 create stored, answer lost",
    ),
    pytest.param(
        {"method": "POST", "path": CREATE, "drop": "before"},
        marks=pytest.mark.scenario("Q-10"),
        id="Q-10 connection closed under a create",
    ),
    pytest.param(
        {"method": "PATCH", "path": "/events/", "drop": "after"},
        marks=pytest.mark.scenario("M-01"),
        id="M-01 update stored, answer lost",
    ),
    pytest.param(
        throttled("1", "POST", CREATE), marks=pytest.mark.scenario("Q-01"), id="Q-01 create throttled, whole seconds"
    ),
    pytest.param(
        throttled("1.25", "POST", CREATE), marks=pytest.mark.scenario("Q-01"), id="Q-01 create throttled, fractions"
    ),
    pytest.param(
        throttled("1", "GET", LISTING), marks=pytest.mark.scenario("Q-02"), id="Q-02 listing throttled, whole seconds"
    ),
    pytest.param(
        throttled("1.25", "GET", LISTING), marks=pytest.mark.scenario("Q-02"), id="Q-02 listing throttled, fractions"
    ),
    pytest.param(
        {"method": "GET", "path": LISTING, "status": 503},
        marks=pytest.mark.scenario("Q-03"),
        id="Q-03 503 while listing",
    ),
    pytest.param(
        {"path": "/v1.0/", "status": 503}, marks=pytest.mark.scenario("Q-07"), id="Q-07 everything answers 503"
    ),
]
OF_ESPO = [
    pytest.param(
        {"method": "POST", "path": RECORDS, "drop": "after"},
        marks=pytest.mark.scenario("M-01"),
        id="M-01 create stored, answer lost",
    ),
    pytest.param(
        {"method": "PUT", "path": RECORDS, "drop": "after"},
        marks=pytest.mark.scenario("M-01"),
        id="M-01 update stored, answer lost",
    ),
    pytest.param(
        {"method": "POST", "path": RECORDS, "drop": "before"},
        marks=pytest.mark.scenario("Q-10"),
        id="Q-10 connection closed under a create",
    ),
    pytest.param(
        {"path": RECORDS, "status": 503, "headers": {"X-Status-Reason": "The application is in maintenance mode."}},
        marks=pytest.mark.scenario("Q-11"),
        id="Q-11 in maintenance",
    ),
    pytest.param({"path": RECORDS, "delay_ms": 2500}, marks=pytest.mark.scenario("Q-11"), id="Q-11 slow"),
    pytest.param({"path": RECORDS, "status": 500}, marks=pytest.mark.scenario("Q-11"), id="Q-11 failing"),
]


async def everything_arrives_once(whole: Whole) -> None:
    """Ann plans in EspoCRM and Ben in Outlook, each with a guest; both rename theirs; both sides show that once."""
    mark = uuid4().hex[:12]
    from_espo, from_outlook = f"Planned in EspoCRM {mark}", f"Planned in Outlook {mark}"
    record = await whole.plans_in_espo(ANN, from_espo, contactsIds=[whole.system.directory[DANA.address].id])
    guest = [{"type": "required", "emailAddress": {"address": EMIL.address}}]
    event = await whole.plans_in_outlook(BEN, from_outlook, attendees=guest)
    await whole.one_in_outlook(ANN, from_espo)
    await whole.one_in_espo(BEN, from_outlook)

    await whole.espo(ANN, "PUT", f"Meeting/{record}", {"name": f"{from_espo}, again"})
    await whole.outlook(BEN, "PATCH", f"events/{event}", {"subject": f"{from_outlook}, again"})
    await whole.one_in_outlook(ANN, f"{from_espo}, again")
    copied = await whole.one_in_espo(BEN, f"{from_outlook}, again")

    assert copied["contactsIds"] == [whole.system.directory[EMIL.address].id]
    for who, in_outlook, in_espo in ((ANN, from_espo, from_espo), (BEN, from_outlook, from_outlook)):
        events = (await whole.outlook(who, "GET", "events?$top=500"))["value"]
        assert [one["subject"] for one in events if mark in one["subject"]] == [f"{in_outlook}, again"]
        rows = (await whole.espo(who, "GET", "Meeting?maxSize=200&orderBy=createdAt&order=desc"))["list"]
        assert [row["name"] for row in rows if in_espo in row["name"]] == [f"{in_espo}, again"]
    for title, address in ((from_espo, DANA.address), (from_outlook, EMIL.address)):
        assert await whole.mails(title) == [("invite", address)]
        assert await whole.mails(f"{title}, again") == [("update", address)]


@pytest.mark.parametrize("fault", OF_GRAPH)
async def test_whatever_graph_does_everything_arrives_once(whole: Whole, fault: Fault) -> None:
    async with struck(whole, graph=[fault]):
        await everything_arrives_once(whole)


@pytest.mark.parametrize("fault", OF_ESPO)
async def test_whatever_espocrm_does_everything_arrives_once(whole: Whole, fault: Fault) -> None:
    async with struck(whole, espo=[fault]):
        await everything_arrives_once(whole)


async def _expired(whole: Whole) -> None:
    await whole.control_graph("POST", "delta/expire")


async def _flood(whole: Whole) -> None:
    await whole.control_graph("POST", "notifications", {"duplicate": 100, "reorder": True})


async def _late(whole: Whole) -> None:
    await whole.control_graph("POST", "notifications", {"delay_ms": 3000})


async def _webhooks_lost(whole: Whole) -> None:
    await whole.control_espo("POST", "webhooks", {"lose": 20})


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(_expired, marks=pytest.mark.scenario("W-02"), id="W-02 delta tokens answered 410"),
        pytest.param(
            _flood, marks=pytest.mark.scenario("W-13", "M-03"), id="W-13 a flood of notifications, in disorder"
        ),
        pytest.param(_late, marks=pytest.mark.scenario("W-13"), id="W-13 notifications that come late"),
        pytest.param(_webhooks_lost, marks=pytest.mark.scenario("W-16"), id="W-16 webhooks that never come"),
    ],
)
async def test_however_changes_are_told_everything_arrives_once(
    whole: Whole, trouble: Callable[[Whole], Awaitable[None]]
) -> None:
    await trouble(whole)
    try:
        await everything_arrives_once(whole)
    finally:
        quiet = {"lose": 0, "duplicate": 0, "reorder": False}
        await whole.control_graph("POST", "notifications", {**quiet, "delay_ms": 0})
        await whole.control_espo("POST", "webhooks", quiet)


@pytest.mark.scenario("A-02", "T-18")
async def test_a_guest_without_an_address_is_left_out_and_nothing_waits_for_him(whole: Whole) -> None:
    mark = uuid4().hex[:12]
    nobody = await whole.control_espo("POST", "contacts", {"firstName": "No", "lastName": f"Address {mark}"})
    known = whole.system.directory[DANA.address].id
    title = f"With somebody who has no address {mark}"
    await whole.plans_in_espo(ANN, title, contactsIds=[nobody["id"], known])

    event = await whole.one_in_outlook(ANN, title)

    assert [one["emailAddress"]["address"].lower() for one in event["attendees"]] == [DANA.address]
    (record,) = await whole.in_espo(ANN, title)
    assert sorted(record["contactsIds"]) == sorted([nobody["id"], known])


@pytest.mark.scenario("K-04")
async def test_clocks_that_are_minutes_apart_lose_no_edit(whole: Whole) -> None:
    """Both people edit; Microsoft's clock is four minutes ahead of ours, and EspoCRM's is right."""
    await whole.control_graph("POST", "clock", {"advance_seconds": 240})
    try:
        await everything_arrives_once(whole)
        mark = uuid4().hex[:12]
        record = await whole.plans_in_espo(ANN, f"Clocks {mark}")
        event = await whole.one_in_outlook(ANN, f"Clocks {mark}")
        await whole.outlook(ANN, "PATCH", f"events/{event['id']}", {"subject": f"Clocks {mark}, Outlook"})
        await whole.one_in_espo(ANN, f"Clocks {mark}, Outlook")
        await whole.espo(ANN, "PUT", f"Meeting/{record}", {"name": f"Clocks {mark}, EspoCRM"})
        assert (await whole.one_in_outlook(ANN, f"Clocks {mark}, EspoCRM"))["id"] == event["id"]
    finally:
        await whole.control_graph("POST", "clock", {"advance_seconds": -240})


NO_LICENCE = {
    "path": "/users/ben",
    "status": 404,
    "body": {
        "error": {"code": "MailboxNotEnabledForRESTAPI", "message": "REST API is not yet supported for this mailbox."}
    },
}


@pytest.mark.scenario("O-13", "D-28", "X-06")
async def test_a_mailbox_that_lost_its_licence_costs_nothing_and_catches_up_when_it_has_one_again(whole: Whole) -> None:
    mark = uuid4().hex[:12]
    before, meanwhile = f"Planned before {mark}", f"Planned meanwhile {mark}"
    await whole.plans_in_outlook(BEN, before)
    record = await whole.one_in_espo(BEN, before)
    caller = whole.system.addresses.graph.client_id
    await whole.control_graph("POST", "faults", [{**NO_LICENCE, "caller": caller, "times": None}])
    try:
        await whole.reconciler.resync(whole.id_of(BEN), "a test")
        planned = await whole.plans_in_espo(BEN, meanwhile)
        assert "licence" in await whole.eventually(lambda: attention(whole))
        await whole.eventually(lambda: refused(whole, planned))
        assert [row["id"] for row in await whole.in_espo(BEN, before)] == [record["id"]]
    finally:
        await whole.control_graph("DELETE", "faults")

    await whole.reconciler.resync(whole.id_of(BEN), "a test")
    await whole.one_in_outlook(BEN, meanwhile)
    assert len(await whole.in_outlook(BEN, before)) == len(await whole.in_espo(BEN, before)) == 1
    assert await attention(whole) is None


async def refused(whole: Whole, record: str) -> bool | None:
    """Whether the event of a record was refused; None also while nobody has read the record yet."""
    try:
        stories = (await whole.reconciler.why(record))["stories"]
    except RefusedError:
        return None
    return any(story["link"]["state"] == "refused" for story in stories) or None


async def attention(whole: Whole) -> str | None:
    """What Ben is told to see to, if anything."""
    accounts = {account["id"]: account for account in await whole.reconciler.accounts()}
    return accounts[whole.id_of(BEN)]["attention"] or None
