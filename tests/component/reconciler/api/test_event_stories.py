"""The story of one event: told to its owner with what there is to judge, to everybody else without content (M34)."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from contracts.events import Attendee, PersonKind
from contracts.outcomes import Conflicted
from contracts.writes import UpdateOutlookEvent
from support.links import CARL, event
from support.pairs import born_in_espo, born_in_outlook, gone_from_espo
from support.reconciling import Reconciling, done, in_espo, in_outlook, now


async def why(api: httpx.AsyncClient, item: str = "m1") -> dict[str, Any]:
    (story,) = (await api.get(f"/why/{item}")).json()["stories"]
    told: dict[str, Any] = story
    return told


async def story(api: httpx.AsyncClient) -> dict[str, Any]:
    link = (await why(api))["link"]["id"]
    told: dict[str, Any] = (await api.get(f"/links/{link}")).json()
    return told


async def contested(reconciling: Reconciling) -> None:
    """Both sides changed the title; EspoCRM's edit is the later one."""
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    at = now() + timedelta(seconds=5)
    (to_espo,) = await reconciling.hear(in_outlook("o1", event(title="Outlook's"), at=at))
    fresh = in_espo("m1", event(title="EspoCRM's"), at=at + timedelta(seconds=5))
    told = {"write_id": to_espo.write_id, "link_id": to_espo.link_id, "account": "ann", "finished_at": now()}
    (to_outlook,) = await reconciling.hear(Conflicted.model_validate({**told, "fresh": fresh}))
    await reconciling.hear(done(to_outlook, in_outlook("o1", fresh.event, at=fresh.modified_at)))


async def test_every_entry_says_what_when_from_where_to_where_and_how_long_it_took(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    wished, created, *_ = (await why(api))["journal"]
    assert (wished["what"], wished["by"], wished["latency_ms"]) == ("to be created", "", None)
    assert (created["what"], created["source"], created["target"]) == ("created", "espo", "outlook")
    assert created["latency_ms"] >= 0
    assert wished["at"] <= created["at"]


async def test_the_owner_is_told_who_made_the_change_and_nobody_else_is(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    await reconciling.hear(
        in_espo("m1", event(title="Ben's"), at=now() + timedelta(seconds=5), changed_by="Ben Okafor")
    )
    assert [entry["what"] for entry in (await story(api))["journal"] if entry["changed_by"] == "Ben Okafor"] == [
        "to be updated"
    ]
    assert "Ben Okafor" not in str(await why(api))


async def test_who_changed_a_record_last_is_not_said_to_have_removed_it(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling, changed_by="Ben Okafor")
    await reconciling.hear(gone_from_espo())
    (removal,) = [entry for entry in (await story(api))["journal"] if entry["what"] == "to be removed"]
    assert removal["changed_by"] == ""


@pytest.mark.scenario("T-27")
async def test_the_owner_is_told_which_colleagues_are_not_connected(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await reconciling.connect("ben")
    ben = Attendee(address="ben@contoso.test", name="Ben", kind=PersonKind.USER, user="ben")
    eve = Attendee(address="eve@contoso.test", name="Eve", kind=PersonKind.USER, user="eve")
    await reconciling.hear(in_espo("m1", event(people=(ben, eve, CARL))))
    assert (await story(api))["not_connected"] == ["Eve"]
    await reconciling.connect("eve")
    assert (await story(api))["not_connected"] == []


async def test_the_owner_is_told_title_and_time(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await reconciling.connect("ann")
    await born_in_espo(reconciling)
    told = await story(api)
    assert (told["title"], told["span"]["start"]) == ("Kick-off", "2036-03-03T12:00:00Z")
    assert told["link"]["state"] == "in sync"
    assert [entry["what"] for entry in told["journal"]] == ["to be created", "created", "in sync"]


@pytest.mark.scenario("K-02")
async def test_the_owner_is_told_the_value_that_lost_a_conflict(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await contested(reconciling)
    assert [entry["lost"] for entry in (await story(api))["journal"] if entry["lost"]] == [{"title": "Outlook's"}]


async def test_whoever_asks_why_is_told_only_which_fields_lost(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await contested(reconciling)
    told = await why(api)
    assert [entry["lost"] for entry in told["journal"] if entry["lost"]] == [["title"]]
    assert "Outlook's" not in str(told)
    assert "title" not in told


async def test_a_story_shows_what_is_under_way_without_its_content(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await reconciling.hear(in_espo("m1", event(description="A secret text")))
    told = await story(api)
    assert told["link"]["outlook"]["flight"]["verb"] == "create"
    assert "secret" not in str(told)


async def test_an_event_nobody_knows_has_no_story(api: httpx.AsyncClient) -> None:
    assert (await api.get("/why/m404")).json() == {"error": "nothing is known of this event"}
    assert (await api.get(f"/links/{uuid4()}")).status_code == 404


async def test_the_journal_says_who_restored_a_value(reconciling: Reconciling, api: httpx.AsyncClient) -> None:
    await contested(reconciling)
    (entry,) = [entry["id"] for entry in (await why(api))["journal"] if entry["lost"]]
    assert (await api.post(f"/restore/{entry}", json={"by": "olga"})).status_code == 202
    (write,) = await reconciling.take_sent()
    assert isinstance(write, UpdateOutlookEvent)
    assert write.patch.title == "Outlook's"
    last = (await why(api))["journal"][-1]
    assert (last["what"], last["by"], last["target"], last["fields"]) == ("restored", "olga", "outlook", ["title"])


@pytest.mark.parametrize("entry", [0, 10**30])
async def test_an_entry_that_is_not_there_restores_nothing(api: httpx.AsyncClient, entry: int) -> None:
    assert (await api.post(f"/restore/{entry}")).status_code == 404


@pytest.mark.scenario("M-19")
async def test_two_events_that_look_alike_are_both_kept_and_each_tells_of_the_other(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling, 1)
    await born_in_outlook(reconciling, 2, event(title="kick-off "))
    await born_in_outlook(reconciling, 3, event(title="Another"))
    (story,) = (await api.get("/why/o1")).json()["stories"]
    assert [(other["espo_id"], other["outlook_id"]) for other in story["alike"]] == [("m2", "o2")]
    told = (await api.get(f"/links/{story['alike'][0]['id']}")).json()
    assert [other["outlook_id"] for other in told["alike"]] == ["o1"]


async def test_an_event_that_is_the_only_one_of_its_kind_tells_of_no_other(
    reconciling: Reconciling, api: httpx.AsyncClient
) -> None:
    await reconciling.connect("ann")
    await born_in_outlook(reconciling)
    assert (await api.get("/why/o1")).json()["stories"][0]["alike"] == []
