"""What a user sees of all events, and finds among them (M34)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from contracts.changes import OutlookSkipped
from contracts.events import AllDay, Event, Timed
from support.links import event
from support.pairs import born_in_espo, born_in_outlook, gone_from_outlook
from support.reconciling import Reconciling, in_espo, in_outlook


def on(day: int, title: str = "Kick-off", **more: Any) -> Event:
    start = datetime(2036, 3, day, 12, tzinfo=UTC)
    return event(title=title, span=Timed(start=start, end=start + timedelta(hours=1)), **more)


def skipped(item: str, reason: Any = "recurring") -> OutlookSkipped:
    return OutlookSkipped(account="ann", outlook_id=item, reason=reason)


async def listed(api: httpx.AsyncClient, **query: Any) -> dict[str, Any]:
    answer = await api.get("/accounts/ann/events", params=query)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def titles(api: httpx.AsyncClient, **query: Any) -> list[str]:
    return [one["title"] or one["outlook_id"] for one in (await listed(api, **query))["events"]]


@pytest.mark.scenario("X-02")
async def test_an_event_is_told_with_its_ids_its_time_and_how_it_stands(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, 1, on(3))
    ((told,), end) = (await listed(api)).values()
    assert end is None
    assert (told["entity"], told["espo_id"], told["outlook_id"]) == ("Meeting", "m1", "o1")
    assert (told["title"], told["state"], told["reason"]) == ("Kick-off", "in sync", "both sides say the same")
    assert told["span"] == {"kind": "timed", "start": "2036-03-03T12:00:00Z", "end": "2036-03-03T13:00:00Z"}
    assert (await api.get(f"/links/{told['link']}")).status_code == 200


async def test_the_latest_event_comes_first_and_whole_days_have_their_place(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    day = date(2036, 3, 4)
    for number, content in enumerate(
        [on(5, "fifth"), on(3, "third"), event(title="fourth", span=AllDay(first=day, last=day))]
    ):
        await born_in_outlook(reconciling, number, content)
    assert await titles(api) == ["fifth", "fourth", "third"]


async def test_events_that_are_not_synced_come_last_with_a_reason_in_words(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(skipped("o9"))
    await born_in_espo(reconciling)
    last = (await listed(api))["events"][-1]
    assert (last["state"], last["reason"]) == ("skipped", "recurring events are not synced")
    assert (last["outlook_id"], last["espo_id"], last["link"], last["title"]) == ("o9", None, None, None)


async def test_a_record_that_is_not_synced_is_listed_too(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await reconciling.connect("ann", since="2040-01-01")
    await reconciling.hear(in_espo("m1", event()))
    ((told,), _) = (await listed(api)).values()
    assert (told["espo_id"], told["reason"]) == ("m1", "ended before the day that the sync begins with")


async def test_an_event_that_was_skipped_once_and_is_synced_now_is_listed_once(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(skipped("o1"))
    await born_in_outlook(reconciling, 1)
    assert [one["state"] for one in (await listed(api))["events"]] == ["in sync"]


@pytest.mark.parametrize("state", ["in sync", "pending", "detached", "skipped"])
async def test_events_of_one_state_are_listed_alone(
    reconciling: Reconciling, api: httpx.AsyncClient, state: str
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, 1)
    await born_in_espo(reconciling, 2)
    await reconciling.hear(gone_from_outlook(2))
    await reconciling.hear(in_espo("m3", event()), skipped("o9"))
    assert [one["state"] for one in (await listed(api, state=state))["events"]] == [state]


@pytest.mark.parametrize("sought", ["kick", "KICK-OFF", "-"])
async def test_a_title_is_found_by_a_part_of_it_and_case_does_not_matter(
    reconciling: Reconciling, api: httpx.AsyncClient, sought: str
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, 1, on(3, "Kick-off"))
    await born_in_espo(reconciling, 2, on(4, "Lunch"))
    await reconciling.hear(skipped("o9"))
    assert await titles(api, q=sought) == ["Kick-off"]


async def test_letters_beyond_english_are_found_whatever_their_case(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, 1, on(3, "Übergabe"))
    assert await titles(api, q="übergabe") == ["Übergabe"]


@pytest.mark.parametrize("sign", ["%", "_", "\\"])
async def test_a_sign_of_the_database_is_sought_as_it_stands(
    reconciling: Reconciling, api: httpx.AsyncClient, sign: str
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, 1, on(3, "Lunch"))
    await born_in_espo(reconciling, 2, on(4, f"100 {sign} sure"))
    assert await titles(api, q=sign) == [f"100 {sign} sure"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 200])
async def test_pages_together_hold_every_event_once(
    reconciling: Reconciling, api: httpx.AsyncClient, limit: int
) -> None:
    await reconciling.connect("ann")
    for number in range(4):
        await born_in_outlook(reconciling, number, on(3 + number // 2, f"event {number}"))
    for number in range(3):
        await reconciling.hear(skipped(f"skipped {number}"))
    pages = [await listed(api, limit=limit)]
    while pages[-1]["next"]:
        pages.append(await listed(api, limit=limit, after=pages[-1]["next"]))
    assert all(len(page["events"]) == limit for page in pages[:-1])
    found = [one["title"] or one["outlook_id"] for page in pages for one in page["events"]]
    assert len(found) == 7
    assert set(found) == {*(f"event {number}" for number in range(4)), *(f"skipped {number}" for number in range(3))}


async def test_a_colleagues_events_are_not_listed(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await born_in_espo(reconciling, 1, account="ben")
    await reconciling.hear(in_outlook("b9", event(cancelled=True), account="ben"))
    assert (await listed(api))["events"] == []


@pytest.mark.parametrize(
    ("query", "field"),
    [({"state": "lost"}, "state"), ({"limit": "many"}, "limit"), ({"limit": 201}, "limit"), ({"after": "x"}, "after")],
)
async def test_a_question_that_makes_no_sense_is_refused_with_its_part_named(
    reconciling: Reconciling, api: httpx.AsyncClient, query: dict[str, Any], field: str
) -> None:
    await reconciling.connect("ann")
    answer = await api.get("/accounts/ann/events", params=query)
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json()["problems"]] == [field]


async def test_the_events_of_a_stranger_are_not_there(api: httpx.AsyncClient) -> None:
    for stranger in ("nobody", "nobo%00dy"):
        assert (await api.get(f"/accounts/{stranger}/events")).status_code == 404
