"""Teams meetings, on events and on their own."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sandbox.graph.calendars.people import Person
from sandbox.graph.config import ANN, BOB, Config

Draft = Callable[..., dict[str, Any]]
ONLINE = {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
TIMES = {"startDateTime": "2026-03-02T09:00:00+01:00", "endDateTime": "2026-03-02T10:00:00+01:00"}
UNLICENSED = Person("0a1d6c52-3f0b-4c38-9a55-6b3c1f2e7d03", "carol@contoso.test", "Carol", teams=False)


async def test_an_online_event_has_a_join_url_and_its_block_in_the_body(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft(body={"contentType": "html", "content": "Hi"}, **ONLINE))).json()
    url = event["onlineMeeting"]["joinUrl"]
    assert (event["isOnlineMeeting"], event["onlineMeetingProvider"]) == (True, "teamsForBusiness")
    assert url.startswith("https://teams.microsoft.com/l/meetup-join/19%3A")
    assert f'href="{url}"' in event["body"]["content"]


async def test_a_body_written_without_the_join_block_takes_the_event_offline(
    ann: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    event = (await ann.post("events", json=draft(**ONLINE))).json()
    patch = {"body": {"contentType": "html", "content": "New agenda"}}
    after = (await ann.patch(f"events/{event['id']}", json=patch)).json()
    assert (after["isOnlineMeeting"], after["onlineMeeting"]) == (False, None)


async def test_a_body_written_with_the_join_block_keeps_the_event_online(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft(**ONLINE))).json()
    content = event["body"]["content"].replace("<body>", "<body><p>New agenda</p>")
    after = (
        await ann.patch(f"events/{event['id']}", json={"body": {"contentType": "html", "content": content}})
    ).json()
    assert after["onlineMeeting"] == event["onlineMeeting"]
    assert "New agenda" in after["bodyPreview"]


async def test_an_online_event_cannot_be_taken_offline_by_its_flag(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft(**ONLINE))).json()
    after = (await ann.patch(f"events/{event['id']}", json={"isOnlineMeeting": False})).json()
    assert after["isOnlineMeeting"] is True


async def test_an_event_can_go_online_later(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft())).json()
    after = (await ann.patch(f"events/{event['id']}", json=ONLINE)).json()
    assert after["onlineMeeting"]["joinUrl"]


async def test_moving_the_time_keeps_the_join_url_and_moves_the_meeting(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft(**ONLINE))).json()
    later = {"end": {"dateTime": "2026-03-02T11:30:00", "timeZone": "UTC"}}
    after = (await ann.patch(f"events/{event['id']}", json=later)).json()
    condition = {"$filter": f"JoinWebUrl eq '{event['onlineMeeting']['joinUrl']}'"}
    (meeting,) = (await ann.get("onlineMeetings", params=condition)).json()["value"]
    assert after["onlineMeeting"] == event["onlineMeeting"]
    assert meeting["endDateTime"].startswith("2026-03-02T11:30:00")


async def test_removing_the_event_removes_its_meeting(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft(**ONLINE))).json()
    await ann.delete(f"events/{event['id']}")
    condition = {"$filter": f"JoinWebUrl eq '{event['onlineMeeting']['joinUrl']}'"}
    assert (await ann.get("onlineMeetings", params=condition)).json()["value"] == []


@pytest.mark.parametrize("config", [Config(people=(ANN, BOB, UNLICENSED))])
async def test_without_a_licence_the_event_is_created_and_silently_stays_offline(
    graph: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    answer = await graph.post("users/carol@contoso.test/events", json=draft(**ONLINE))
    event, calendar = answer.json(), (await graph.get("users/carol@contoso.test/calendar")).json()
    assert answer.status_code == 201
    assert (event["isOnlineMeeting"], event["onlineMeetingProvider"], event["onlineMeeting"]) == (
        False,
        "unknown",
        None,
    )
    assert calendar["allowedOnlineMeetingProviders"] == []
    assert (await graph.post("users/carol@contoso.test/onlineMeetings", json={})).status_code == 403


@pytest.mark.parametrize("config", [Config(join_url_after=30)])
async def test_the_join_url_may_come_a_little_later(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    event = (await ann.post("events", json=draft(**ONLINE))).json()
    await control.post("clock", json={"advance_seconds": 31})
    later = (await ann.get(f"events/{event['id']}")).json()
    assert (event["isOnlineMeeting"], event["onlineMeeting"]) == (True, None)
    assert later["onlineMeeting"]["joinUrl"]
    assert later["changeKey"] != event["changeKey"]


async def test_a_meeting_of_its_own_is_on_no_calendar(ann: httpx.AsyncClient) -> None:
    meeting = (await ann.post("onlineMeetings", json={"subject": "Call", **TIMES})).json()
    assert meeting["startDateTime"] == "2026-03-02T08:00:00.0000000Z"
    assert (await ann.get("events")).json()["value"] == []


async def test_the_same_external_id_gives_the_same_meeting(ann: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
    wish = {"externalId": "Meeting-65f", "subject": "Call", **TIMES}
    first = await ann.post("onlineMeetings/createOrGet", json=wish)
    second = await ann.post("onlineMeetings/createOrGet", json=wish)
    bobs = await bob.post("onlineMeetings/createOrGet", json=wish)
    assert (first.status_code, second.status_code, bobs.status_code) == (201, 200, 201)
    assert first.json()["joinWebUrl"] == second.json()["joinWebUrl"] != bobs.json()["joinWebUrl"]


async def test_a_meeting_without_times_begins_now_and_lasts_an_hour(
    ann: httpx.AsyncClient, control: httpx.AsyncClient,
) -> None:  # fmt: skip
    await control.post("clock", json={"now": "2026-03-02T08:00:00Z"})
    meeting = (await ann.post("onlineMeetings", json={})).json()
    assert (meeting["startDateTime"][:13], meeting["endDateTime"][:13]) == ("2026-03-02T08", "2026-03-02T09")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"endDateTime": TIMES["endDateTime"]}, id="an end without a start"),
        pytest.param({**TIMES, "endDateTime": TIMES["startDateTime"]}, id="no length"),
        pytest.param({"topic": "Call"}, id="an unknown property"),
    ],
)
async def test_a_meeting_that_makes_no_sense_is_refused(ann: httpx.AsyncClient, body: dict[str, str]) -> None:
    assert (await ann.post("onlineMeetings", json=body)).status_code == 400


async def test_moving_a_meeting_takes_both_times(ann: httpx.AsyncClient) -> None:
    meeting = (await ann.post("onlineMeetings", json=TIMES)).json()
    half = await ann.patch(f"onlineMeetings/{meeting['id']}", json={"startDateTime": "2026-03-03T09:00:00Z"})
    both = {"startDateTime": "2026-03-03T09:00:00Z", "endDateTime": "2026-03-03T10:00:00Z"}
    whole = await ann.patch(f"onlineMeetings/{meeting['id']}", json=both)
    assert (half.status_code, whole.status_code) == (400, 200)
    assert whole.json()["joinWebUrl"] == meeting["joinWebUrl"]


async def test_a_deleted_meeting_is_gone(ann: httpx.AsyncClient) -> None:
    meeting = (await ann.post("onlineMeetings", json=TIMES)).json()
    assert (await ann.delete(f"onlineMeetings/{meeting['id']}")).status_code == 204
    assert (await ann.get(f"onlineMeetings/{meeting['id']}")).status_code == 404
