"""Delta rounds: what a reader hears, in which form, and when a token is too old."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sandbox.graph.config import Config

Draft = Callable[..., dict[str, Any]]
WINDOW = {"startDateTime": "2026-03-01T00:00:00Z", "endDateTime": "2026-04-01T00:00:00Z"}


class Reader:
    """A client that follows links as it should: until a deltaLink, never minding empty pages."""

    def __init__(self, mailbox: httpx.AsyncClient, prefer: str = "") -> None:
        self.mailbox = mailbox
        self.headers = {"Prefer": prefer} if prefer else {}
        self.pages: list[dict[str, Any]] = []
        self.link = ""

    async def round(self, path: str = "calendarView/delta") -> list[dict[str, Any]]:
        self.pages = []
        if self.link:
            answer = await self.mailbox.get(self.link, headers=self.headers)
        else:
            answer = await self.mailbox.get(path, params=WINDOW, headers=self.headers)
        while True:
            answer.raise_for_status()
            self.pages.append(answer.json())
            self.link = self.pages[-1].get("@odata.deltaLink", "")
            if self.link:
                return [entry for page in self.pages for entry in page["value"]]
            answer = await self.mailbox.get(self.pages[-1]["@odata.nextLink"], headers=self.headers)


async def test_a_baseline_tells_full_events_once(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft())).json()
    told = await Reader(ann).round()
    assert told == [{"@odata.type": "#microsoft.graph.event", **{k: v for k, v in event.items() if "context" not in k}}]


async def test_an_empty_calendar_begins_with_an_empty_page_and_a_next_link(ann: httpx.AsyncClient) -> None:
    reader = Reader(ann)
    await reader.round()
    assert [page["value"] for page in reader.pages] == [[], []]
    assert "@odata.nextLink" in reader.pages[0]


@pytest.mark.parametrize("config", [Config(empty_first_page=True)])
async def test_a_first_page_may_be_empty_though_events_follow(ann: httpx.AsyncClient, draft: Draft) -> None:
    await ann.post("events", json=draft())
    reader = Reader(ann)
    await reader.round()
    assert [len(page["value"]) for page in reader.pages] == [0, 1]


async def test_a_quiet_round_is_one_empty_page(ann: httpx.AsyncClient, draft: Draft) -> None:
    await ann.post("events", json=draft())
    reader = Reader(ann)
    await reader.round()
    assert await reader.round() == []
    assert len(reader.pages) == 1


async def test_a_round_tells_what_changed_since_the_last(ann: httpx.AsyncClient, draft: Draft) -> None:
    first = (await ann.post("events", json=draft(subject="A"))).json()
    await ann.post("events", json=draft(subject="B"))
    reader = Reader(ann)
    await reader.round()
    await ann.patch(f"events/{first['id']}", json={"subject": "A2"})
    await ann.patch(f"events/{first['id']}", json={"subject": "A3"})
    await ann.post("events", json=draft(subject="C"))
    assert [entry["subject"] for entry in await reader.round()] == ["A3", "C"]


async def test_a_link_may_be_asked_for_again(ann: httpx.AsyncClient, draft: Draft) -> None:
    reader = Reader(ann)
    await reader.round()
    link = reader.link
    await ann.post("events", json=draft())
    first = await reader.round()
    reader.link = link
    assert await reader.round() == first


async def test_a_deleted_event_is_told_as_removed(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft())).json()
    reader = Reader(ann)
    await reader.round()
    await ann.delete(f"events/{event['id']}")
    assert await reader.round() == [
        {"@odata.type": "#microsoft.graph.event", "id": event["id"], "@removed": {"reason": "deleted"}},
    ]


async def test_an_event_that_leaves_the_window_is_told_as_removed(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft())).json()
    reader = Reader(ann)
    await reader.round()
    later = {
        "start": {"dateTime": "2026-05-02T09:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2026-05-02T10:00:00", "timeZone": "UTC"},
    }
    await ann.patch(f"events/{event['id']}", json=later)
    assert [entry.get("@removed") for entry in await reader.round()] == [{"reason": "deleted"}]
    assert (await ann.get(f"events/{event['id']}")).status_code == 200


async def test_an_event_created_outside_the_window_is_told_as_removed(ann: httpx.AsyncClient, draft: Draft) -> None:
    reader = Reader(ann)
    await reader.round()
    far = {
        "start": {"dateTime": "2027-05-02T09:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2027-05-02T10:00:00", "timeZone": "UTC"},
    }
    event = (await ann.post("events", json=draft(**far))).json()
    told = await reader.round()
    assert [(entry["id"], "@removed" in entry) for entry in told] == [(event["id"], True)]


async def test_a_baseline_is_silent_about_what_is_outside_or_gone(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft())).json()
    await ann.delete(f"events/{event['id']}")
    assert await Reader(ann).round() == []


async def test_a_page_size_is_kept_and_a_series_is_not_split(
    ann: httpx.AsyncClient, draft: Draft, weekly: dict[str, Any],
) -> None:  # fmt: skip
    await ann.post("events", json=weekly)
    for number in range(3):
        await ann.post("events", json=draft(subject=f"No. {number}"))
    reader = Reader(ann, "odata.maxpagesize=2")
    await reader.round()
    assert [len(page["value"]) for page in reader.pages] == [6, 2]


async def test_what_changes_during_a_round_is_told_in_the_next(ann: httpx.AsyncClient, draft: Draft) -> None:
    events = [(await ann.post("events", json=draft(subject=f"No. {n}"))).json() for n in range(3)]
    headers = {"Prefer": "odata.maxpagesize=2"}
    first = (await ann.get("calendarView/delta", params=WINDOW, headers=headers)).json()
    await ann.patch(f"events/{events[2]['id']}", json={"subject": "Late"})
    last = (await ann.get(first["@odata.nextLink"], headers=headers)).json()
    following = (await ann.get(last["@odata.deltaLink"], headers=headers)).json()
    assert last["value"] == []
    assert [entry["subject"] for entry in following["value"]] == ["Late"]


async def test_a_series_comes_as_its_master_and_slim_occurrences(
    ann: httpx.AsyncClient, weekly: dict[str, Any],
) -> None:  # fmt: skip
    master = (await ann.post("events", json=weekly)).json()
    told = await Reader(ann).round()
    assert [entry["type"] for entry in told] == ["seriesMaster", *["occurrence"] * 4]
    assert told[0]["subject"] == "Budget"
    for entry in told[1:]:
        assert entry.keys() == {"@odata.type", "@odata.etag", "id", "type", "seriesMasterId", "start", "end"}
        assert entry["seriesMasterId"] == master["id"]


async def test_a_deleted_occurrence_has_no_tombstone_and_the_series_is_told_anew(
    ann: httpx.AsyncClient, weekly: dict[str, Any],
) -> None:  # fmt: skip
    await ann.post("events", json=weekly)
    reader = Reader(ann)
    occurrences = (await reader.round())[1:]
    await ann.delete(f"events/{occurrences[1]['id']}")
    told = await reader.round()
    assert [entry["id"] for entry in told[1:]] == [occurrences[n]["id"] for n in (0, 2, 3)]
    assert not [entry for entry in told if "@removed" in entry]


async def test_an_exception_comes_in_full(ann: httpx.AsyncClient, weekly: dict[str, Any]) -> None:
    await ann.post("events", json=weekly)
    reader = Reader(ann)
    second = (await reader.round())[2]
    await ann.patch(f"events/{second['id']}", json={"subject": "Special"})
    told = {entry["id"]: entry for entry in await reader.round()}
    assert told[second["id"]]["type"] == "exception"
    assert told[second["id"]]["subject"] == "Special"


async def test_each_calendar_has_a_delta_of_its_own(ann: httpx.AsyncClient, draft: Draft) -> None:
    other = (await ann.post("calendars", json={"name": "Private"})).json()
    await ann.post(f"calendars/{other['id']}/events", json=draft(subject="Mine"))
    assert await Reader(ann).round() == []
    told = await Reader(ann).round(f"calendars/{other['id']}/calendarView/delta()")
    assert [entry["subject"] for entry in told] == ["Mine"]


async def test_a_moved_event_is_removed_from_one_calendar_and_new_in_the_other(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    event = (await ann.post("events", json=draft())).json()
    other = (await ann.post("calendars", json={"name": "Private"})).json()
    here, there = Reader(ann), Reader(ann)
    await here.round()
    await there.round(f"calendars/{other['id']}/calendarView/delta")
    place = {"mailbox": "ann@contoso.test", "calendar": other["id"]}
    moved = (await control.post(f"events/{event['id']}/move", json=place)).json()
    assert [(entry["id"], "@removed" in entry) for entry in await here.round()] == [(event["id"], True)]
    assert [entry["id"] for entry in await there.round()] == [moved["id"]]


async def test_ids_and_zone_are_chosen_anew_at_each_request(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft())).json()
    reader = Reader(ann)
    assert (await reader.round())[0]["id"] == event["id"]
    await ann.patch(f"events/{event['id']}", json={"subject": "New"})
    reader.headers = {"Prefer": 'IdType="ImmutableId", outlook.timezone="Tokyo Standard Time"'}
    told = (await reader.round())[0]
    assert told["id"].startswith("AAkA")
    assert told["start"]["timeZone"] == "Tokyo Standard Time"


async def test_a_token_whose_generation_is_gone_is_refused_with_410(
    ann: httpx.AsyncClient, control: httpx.AsyncClient,
) -> None:  # fmt: skip
    reader = Reader(ann)
    await reader.round()
    await control.post("delta/expire")
    answer = await ann.get(reader.link)
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "SyncStateNotFound")
    reader.link = ""
    assert await reader.round() == []


@pytest.mark.parametrize("config", [Config(delta_generations=2)])
async def test_a_token_falls_out_of_memory_after_many_changes(ann: httpx.AsyncClient, draft: Draft) -> None:
    reader = Reader(ann)
    await reader.round()
    for _ in range(3):
        await ann.post("events", json=draft())
    answer = await ann.get(reader.link)
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "SyncStateNotFound")


@pytest.mark.parametrize("config", [Config(repeat_in_delta=True)])
async def test_a_page_may_tell_the_same_event_twice(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft())).json()
    assert [entry["id"] for entry in await Reader(ann).round()] == [event["id"], event["id"]]


@pytest.mark.parametrize("option", ["$filter", "$expand", "$orderby", "$search"])
async def test_options_that_delta_does_not_take_are_refused(ann: httpx.AsyncClient, option: str) -> None:
    assert (await ann.get("calendarView/delta", params={**WINDOW, option: "subject"})).status_code == 400


async def test_the_window_is_taken_in_any_letter_case(ann: httpx.AsyncClient) -> None:
    window = {name.lower(): value for name, value in WINDOW.items()}
    assert (await ann.get("calendarview/Delta", params=window)).status_code == 200


async def test_a_made_up_token_is_refused(ann: httpx.AsyncClient) -> None:
    assert (await ann.get("calendarView/delta", params={"$deltatoken": "nonsense"})).status_code == 400
