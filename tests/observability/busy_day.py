"""A day in which everything happens once: all that a dashboard shows or an alert watches has something to show after it.

Everything that people write in it is a canary, also where things go wrong: failures are the talkative part of a program.
"""

from datetime import timedelta

from aiokafka import AIOKafkaProducer

from contracts.topics import ESPO_WRITES
from observability import canaries
from support.whole import START, Whole
from tandem.people.cast import ANN, BEN, CLEO

_GUEST = {
    "emailAddress": {"address": canaries.PHONE_HOME, "name": canaries.GUEST_NAME},
    "type": "required",
}

_LATER = {"status": 429, "headers": {"Retry-After": "2"}}
_QUOTING = {"error": {"code": "ErrorInvalidRequest", "message": f"{canaries.TITLE} is not valid"}}


def _titled(number: int) -> str:
    return f"{canaries.TITLE} {number}"


async def live(whole: Whole) -> None:
    """Live it."""
    await _both_sides_are_used(whole)
    await _both_change_one_title(whole)
    await _teams_is_asked_for(whole)
    await _graph_has_a_bad_hour(whole)
    await _espo_has_a_bad_hour(whole)
    await _strangers_knock(whole)
    await _a_message_is_poisoned(whole)
    await whole.rest()


async def _both_sides_are_used(whole: Whole) -> None:
    content = {
        "body": {"contentType": "text", "content": canaries.BODY},
        "location": {"displayName": canaries.PLACE},
        "attendees": [_GUEST],
    }
    await whole.plans_in_outlook(ANN, _titled(1), **content)
    await whole.plans_in_espo(BEN, _titled(2), description=canaries.BODY)
    await whole.one_in_espo(ANN, _titled(1))
    event = await whole.one_in_outlook(BEN, _titled(2))
    await whole.outlook(BEN, "PATCH", f"events/{event['id']}", {"location": {"displayName": canaries.PLACE}})
    await whole.rest()
    await whole.outlook(ANN, "POST", "events", _recurring())
    record = (await whole.in_espo(ANN, _titled(1)))[0]
    await whole.espo(ANN, "DELETE", f"Meeting/{record['id']}")
    await whole.rest()


async def _both_change_one_title(whole: Whole) -> None:
    await whole.plans_in_espo(CLEO, _titled(3))
    event = await whole.one_in_outlook(CLEO, _titled(3))
    (record,) = await whole.in_espo(CLEO, _titled(3))
    await whole.espo(CLEO, "PUT", f"Meeting/{record['id']}", {"name": _titled(4)})
    await whole.outlook(CLEO, "PATCH", f"events/{event['id']}", {"subject": _titled(5)})
    await whole.rest()


async def _teams_is_asked_for(whole: Whole) -> None:
    """Without a calendar, a record has a Teams meeting of its own."""
    account = await whole.reconciler.account(whole.id_of(BEN))
    wish = {name: account[name] for name in ("name", "mailbox", "zone", "addresses")}
    await whole.reconciler.connect(account["id"], {**wish, "settings": {**account["rules"], "direction": "none"}})
    await whole.control_graph("POST", "faults", [{"method": "POST", "path": "onlineMeetings", **_LATER}])
    await whole.plans_in_espo(BEN, _titled(6), externalService="Microsoft")

    async def has_a_link() -> bool | None:
        return any(record.get("joinUrl") for record in await whole.in_espo(BEN, _titled(6))) or None

    await whole.eventually(has_a_link)
    await whole.reconciler.connect(account["id"], {**wish, "settings": account["rules"]})
    await whole.rest()


async def _graph_has_a_bad_hour(whole: Whole) -> None:
    faults = [
        {"method": "GET", "path": "delta", **_LATER},
        {"method": "POST", "path": "/events$", "drop": "after"},
    ]
    await whole.control_graph("POST", "faults", faults)
    await whole.plans_in_espo(ANN, _titled(7))
    await whole.one_in_outlook(ANN, _titled(7))
    await whole.control_graph(
        "POST", "faults", [{"method": "POST", "path": "/events$", "status": 400, "body": _QUOTING}]
    )
    await whole.plans_in_espo(ANN, _titled(8))
    await whole.eventually(lambda: _refused(whole))


async def _refused(whole: Whole) -> bool | None:
    accounts = await whole.reconciler.accounts()
    return any(account["counts"].get("refused") for account in accounts) or None


async def _espo_has_a_bad_hour(whole: Whole) -> None:
    faults = [
        {"method": "POST", "path": "Meeting", "times": 2, "status": 500, "body": f"Fatal: {canaries.TITLE}"},
        {"method": "POST", "path": "Meeting", "times": 1, "drop": "before"},
        {"method": "GET", "path": "Call$", "times": 2, "status": 503},
    ]
    await whole.control_espo("POST", "faults", faults)
    await whole.plans_in_outlook(CLEO, _titled(9), body={"contentType": "text", "content": canaries.BODY})
    await whole.one_in_espo(CLEO, _titled(9))


async def _strangers_knock(whole: Whole) -> None:
    at = whole.system.addresses
    stranger = {"value": [{"clientState": canaries.BODY, "subscriptionId": canaries.TITLE, "resource": canaries.GUEST}]}
    await whole.http.post(f"{at.outlook_connector}/graph/notifications", params={"feed": canaries.TITLE}, json=stranger)
    await whole.http.post(f"{at.espo_connector}/espo/webhooks/Meeting/create", json=[{"id": canaries.TITLE}])
    await whole.http.get(f"{at.reconciler}/why/{canaries.TITLE}", headers={"Authorization": f"Bearer {canaries.BODY}"})
    await whole.http.post(f"{at.console}/sign-in", data={"user": canaries.GUEST, "password": canaries.BODY})
    ours = {"Authorization": f"Bearer {at.service_secret}"}
    code = {"state": canaries.TITLE, "code": canaries.BODY, "session": canaries.GUEST}
    await whole.http.post(f"{at.outlook_connector}/oauth/grants", json=code, headers=ours)
    person = {"user": canaries.GUEST, "password": canaries.BODY}
    await whole.http.post(f"{at.espo_connector}/sign-in", json=person, headers=ours)


async def _a_message_is_poisoned(whole: Whole) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=whole.system.addresses.kafka)
    await producer.start()
    try:
        body = b'{"kind": "create_espo_record", "event": {"title": "canarytitle", "people": "canaryguest"}}'
        await producer.send_and_wait(ESPO_WRITES.name, body, key=b"canary")
    finally:
        await producer.stop()
    await whole.eventually(lambda: _parked(whole))


async def _parked(whole: Whole) -> bool | None:
    return bool(await whole.reconciler.dead_letters("espo_connector", "parked")) or None


def _recurring() -> dict[str, object]:
    begins = START + timedelta(days=1)
    return {
        "subject": _titled(10),
        "start": {"dateTime": f"{begins:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
        "end": {"dateTime": f"{begins + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
        "recurrence": {
            "pattern": {"type": "daily", "interval": 1},
            "range": {"type": "numbered", "startDate": f"{begins:%Y-%m-%d}", "numberOfOccurrences": 3},
        },
    }
