"""Why an event is not on the other side, asked as a user asks: by its id, answered in words (M34)."""

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from contracts.changes import OutlookSeen, OutlookSkipped
from reconciler.api import Api
from support.links import event
from support.pairs import born_in_espo, born_in_outlook, gone_from_outlook
from support.reconciling import Reconciling, in_espo, in_outlook

COPY: dict[str, Any] = {"account": "ben", "is_organizer": False, "organizer": "ann@contoso.test", "ical_uid": "u"}


async def why(reconciling: Reconciling, item: str) -> dict[str, Any]:
    app = Starlette(routes=Api(reconciling.database, reconciling.settings).routes())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reconciler") as http:
        answer = await http.get(f"/why/{item}")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def skipped(reason: Any) -> OutlookSkipped:
    return OutlookSkipped(account="ann", outlook_id="o1", reason=reason)


@pytest.mark.scenario("X-02", "R-47")
@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("recurring", "recurring events are not synced"),
        ("private", "private events are not synced"),
        ("category", "it bears none of the categories that the settings name"),
        ("draft", "it is a draft in Outlook that has not been sent yet"),
        ("unreadable", "it is kept in a form that cannot be read"),
        ("too_long", "its description and its people are together longer than 200 kB"),
    ],
)
async def test_an_outlook_event_that_is_not_synced_says_why_and_nothing_is_written(
    reconciling: Reconciling, reason: str, words: str
) -> None:
    await reconciling.connect("ann")
    assert await reconciling.hear(skipped(reason)) == []
    told = await why(reconciling, "o1")
    assert told["stories"] == []
    assert [(skip["account"], skip["side"], skip["reason"]) for skip in told["skips"]] == [("ann", "outlook", words)]


@pytest.mark.scenario("X-02")
@pytest.mark.parametrize(
    ("rules", "seen", "reason"),
    [
        ({"since": "2040-01-01"}, in_outlook("o1", event()), "ended before the day that the sync begins with"),
        ({"direction": "espo_to_outlook"}, in_outlook("o1", event()), "the direction does not lead to EspoCRM"),
        ({}, in_outlook("o1", event(cancelled=True)), "it was called off before it was ever synced"),
    ],
    ids=["too old", "direction", "cancelled"],
)
async def test_an_event_that_the_settings_leave_out_says_so(
    reconciling: Reconciling, rules: dict[str, Any], seen: OutlookSeen, reason: str
) -> None:
    await reconciling.connect("ann", **rules)
    assert await reconciling.hear(seen) == []
    assert [skip["reason"] for skip in (await why(reconciling, "o1"))["skips"]] == [reason]


@pytest.mark.scenario("X-02", "B-05")
async def test_a_guests_copy_says_from_whose_calendar_the_meeting_is_synced(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    await reconciling.hear(in_outlook("b1", event(), **COPY))
    (skip,) = (await why(reconciling, "b1"))["skips"]
    assert skip["reason"].startswith("a copy: the organizer is connected too")


@pytest.mark.scenario("X-02", "D-25")
async def test_a_detached_record_says_what_happened_to_its_event(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    await reconciling.hear(gone_from_outlook())
    for item in ("m1", "o1"):
        (story,) = (await why(reconciling, item))["stories"]
        assert story["link"]["state"] == "detached"
        assert story["link"]["reason"] == "removed in Outlook; born in EspoCRM, so it stays there"
        assert [entry["what"] for entry in story["journal"]] == ["to be created", "created", "in sync", "detached"]


@pytest.mark.scenario("X-02", "P-08")
async def test_an_explanation_holds_nothing_of_the_events_content(reconciling: Reconciling) -> None:
    await reconciling.connect("ann")
    secret = event(title="A secret title", description="A secret text", location="A secret place")
    await born_in_outlook(reconciling, content=secret)
    assert await reconciling.hear(in_espo("m1", secret)) == []
    assert "secret" not in str(await why(reconciling, "m1"))
