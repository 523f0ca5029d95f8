"""*My calendar sync*: how it stands, every event with its reason, its story, and what its owner can say (M29, M32, M34)."""

import httpx
import pytest

from component.console.conftest import Person
from support.console import NOW, Around
from support.console_reconciler import account

LINK = "7b1c2f0e-3f57-4c7e-9f3c-0d1f2a3b4c5d"
MINE = "/users/ann-id/sync"


def listed(title: str | None, **more: object) -> dict[str, object]:
    """Describe an event of the list."""
    span = {"kind": "timed", "start": "2026-11-23T09:00:00Z", "end": "2026-11-23T10:00:00Z"}
    return {
        "link": LINK,
        "entity": "Meeting",
        "title": title,
        "span": span,
        "state": "in sync",
        "reason": "fine",
    } | more


def story(user: str, *, state: str = "in sync") -> dict[str, object]:
    """Describe an event in which a conflict was decided."""
    entry = {
        "id": 41,
        "at": NOW.isoformat(),
        "what": "to be updated",
        "source": "outlook",
        "target": "espo",
        "fields": ["title"],
        "reason": "title changed on both sides, Outlook's value stands",
        "latency_ms": None,
        "by": "",
        "lost": {"title": "The other title"},
    }
    written = entry | {"id": 42, "what": "updated", "latency_ms": 840, "lost": {}}
    link = {"id": LINK, "account": user, "origin": "outlook", "entity": "Meeting", "state": state, "reason": "fine"}
    return {"link": link, "title": "Kick-off", "span": None, "journal": [entry, written]}


@pytest.fixture
def connected(around: Around) -> Around:
    """Ann syncs."""
    around.reconciler.accounts["ann-id"] = account("ann-id")
    return around


async def test_who_is_not_connected_reads_how_to_begin(ann: Person) -> None:
    assert "Connect Outlook" in (await ann.opens(MINE)).text


async def test_an_event_is_listed_in_its_owners_own_time(connected: Around, ann: Person) -> None:
    connected.reconciler.events = [listed("Kick-off")]
    page = await ann.opens(MINE)
    assert "Kick-off" in page.text
    assert "23 Nov 2026 10:00 – 11:00" in page.text


async def test_a_title_is_text_whatever_it_holds(connected: Around, ann: Person) -> None:
    connected.reconciler.events = [listed("<script>alert(1)</script>")]
    page = await ann.opens(MINE)
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text


async def test_a_skipped_event_is_listed_with_its_reason(connected: Around, ann: Person) -> None:
    connected.reconciler.events = [
        listed(
            None,
            link=None,
            entity=None,
            span=None,
            outlook_id="AAMk",
            state="skipped",
            reason="recurring events are not synced",
        )
    ]
    page = await ann.opens(MINE)
    assert "An event of Outlook" in page.text
    assert "recurring events are not synced" in page.text


async def test_a_search_gives_the_part_of_the_page_that_changes(connected: Around, ann: Person) -> None:
    connected.reconciler.events = [listed("Kick-off"), listed("Lunch")]
    part = await ann.http.get(f"{MINE}/events", params={"q": "lunch"}, headers={"HX-Request": "true"})
    assert "Lunch" in part.text
    assert "Kick-off" not in part.text
    assert "<html" not in part.text


async def test_more_events_are_fetched_with_the_search_kept(connected: Around, ann: Person) -> None:
    connected.reconciler.events = [listed(f"Day {number}") for number in range(3)]
    page = await ann.http.get(f"{MINE}/events", params={"q": "day"})
    assert "q=day&amp;state=&amp;after=2" in page.text
    more = await ann.http.get(f"{MINE}/events", params={"q": "day", "after": "2"})
    assert "Day 2" in more.text
    assert "<table" not in more.text


async def test_a_story_tells_what_was_decided_written_and_how_long_it_took(connected: Around, ann: Person) -> None:
    connected.reconciler.stories[LINK] = story("ann-id")
    page = await ann.opens(f"{MINE}/{LINK}")
    assert "Decided: to be updated in EspoCRM: subject" in page.text
    assert "Updated in EspoCRM: subject" in page.text
    assert "0.84 s" in page.text
    assert "23 Nov 2026 10:00:00" in page.text


@pytest.mark.scenario("T-27")
async def test_the_owner_reads_which_guests_are_not_connected(connected: Around, ann: Person) -> None:
    connected.reconciler.stories[LINK] = story("ann-id")
    assert "not connected" not in (await ann.opens(f"{MINE}/{LINK}")).text
    connected.reconciler.stories[LINK] = story("ann-id") | {"not_connected": ["Ben Okafor", "Cleo Marin"]}
    assert "Ben Okafor, Cleo Marin are not connected." in (await ann.opens(f"{MINE}/{LINK}")).text


async def test_the_value_that_lost_is_shown_and_restored_in_its_owners_name(connected: Around, ann: Person) -> None:
    connected.reconciler.stories[LINK] = story("ann-id")
    page = await ann.opens(f"{MINE}/{LINK}")
    assert "The other title" in page.text
    page = await ann.presses(f"{MINE}/{LINK}/restore/41")
    assert "is being restored" in page.text
    assert connected.reconciler.told == [("/restore/41", "ann")]


async def test_an_entry_of_another_event_is_not_restored(connected: Around, ann: Person) -> None:
    connected.reconciler.stories[LINK] = story("ann-id")
    await ann.opens(f"{MINE}/{LINK}")
    assert (await ann.presses(f"{MINE}/{LINK}/restore/7")).status_code == httpx.codes.NOT_FOUND
    assert connected.reconciler.told == []


async def test_another_users_event_is_as_good_as_none(connected: Around, ann: Person) -> None:
    connected.reconciler.stories[LINK] = story("ben-id")
    assert (await ann.opens(f"{MINE}/{LINK}")).status_code == httpx.codes.NOT_FOUND
    await ann.opens("/")
    assert (await ann.presses(f"{MINE}/{LINK}/retry")).status_code == httpx.codes.NOT_FOUND
    assert connected.reconciler.told == []


async def test_a_refused_event_is_tried_again(connected: Around, ann: Person) -> None:
    connected.reconciler.stories[LINK] = story("ann-id")
    await ann.opens(f"{MINE}/{LINK}")
    assert "It is tried again." in (await ann.presses(f"{MINE}/{LINK}/retry")).text
    assert connected.reconciler.told == [(f"/links/{LINK}/retry", "ann")]


@pytest.mark.parametrize("word", ["approved", "refused"])
async def test_held_removals_wait_for_a_word_and_take_it(connected: Around, ann: Person, word: str) -> None:
    connected.reconciler.accounts["ann-id"]["counts"] = {"held": 4}
    page = await ann.opens(MINE)
    assert "4 removals wait for your word" in page.text
    await ann.presses("/users/ann-id/held", {"word": word})
    assert connected.reconciler.told == [(word, "ann")]


async def test_any_other_word_on_held_removals_is_refused(connected: Around, ann: Person) -> None:
    await ann.opens(MINE)
    assert (await ann.presses("/users/ann-id/held", {"word": "maybe"})).status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert connected.reconciler.told == []


@pytest.mark.parametrize("word", ["approved", "refused"])
async def test_the_held_removal_of_one_event_takes_a_word_of_its_own(connected: Around, ann: Person, word: str) -> None:
    connected.reconciler.stories[LINK] = story("ann-id", state="held")
    page = await ann.opens(f"{MINE}/{LINK}")
    assert "Keep the event" in page.text
    assert "Your word is taken." in (await ann.presses(f"{MINE}/{LINK}/release", {"word": word})).text
    assert connected.reconciler.told == [(word, "ann")]


async def test_an_event_of_which_nothing_is_held_asks_for_no_word(connected: Around, ann: Person) -> None:
    connected.reconciler.stories[LINK] = story("ann-id")
    assert "Keep the event" not in (await ann.opens(f"{MINE}/{LINK}")).text
    assert (await ann.presses(f"{MINE}/{LINK}/release", {"word": "maybe"})).status_code == 422
    assert connected.reconciler.told == []


@pytest.mark.scenario("M-19")
async def test_an_event_that_looks_like_another_says_so_and_leads_there(connected: Around, ann: Person) -> None:
    other = "00000000-0000-0000-0000-00000000000b"
    connected.reconciler.stories[LINK] = story("ann-id") | {"alike": [{"id": other}]}
    assert f"{MINE}/{other}" in (await ann.opens(f"{MINE}/{LINK}")).text


async def test_a_sync_that_cannot_be_asked_is_said_on_a_page_of_ours(connected: Around, ann: Person) -> None:
    connected.reconciler.down = True
    page = await ann.opens(MINE)
    assert page.status_code == httpx.codes.SERVICE_UNAVAILABLE
    assert "The sync cannot be asked at the moment." in page.text


async def test_what_fails_behind_a_part_is_said_on_the_page_that_stands(connected: Around, ann: Person) -> None:
    connected.reconciler.down = True
    part = await ann.http.get(f"{MINE}/health", headers={"HX-Request": "true"})
    assert part.headers["HX-Retarget"] == "#notice"
    assert "<html" not in part.text
