"""The parameters: chosen from what is really there, saved with who, refused with the field named (M03, M04, M33)."""

from typing import Any

import httpx
import pytest

from component.console.conftest import Person
from support.console import Around
from support.console_reconciler import account

MINE = "/users/ann-id/outlook"
FORM = {
    "calendar": "on",
    "direction": "outlook_to_espo",
    "since": "2026-01-01",
    "entity": ["Meeting", "Call"],
    "label": ["", "C"],
    "default_entity": "Meeting",
    "main_calendar": "cal-2",
    "other_calendars": [""],
    "winner": "latest",
    "private": "skip",
    "send_responses": "on",
}


@pytest.fixture
def connected(around: Around) -> Around:
    """Ann's mailbox is connected, and nothing is synced yet."""
    around.outlook.grants["ann-id"] = around.outlook.described("ann-id")
    return around


async def test_calendars_and_entities_are_those_that_are_there(connected: Around, ann: Person) -> None:
    page = await ann.opens(MINE)
    assert '<option value="cal-2">Travel</option>' in page.text
    assert '<option value="CVisit">Visit</option>' in page.text
    assert connected.reconciler.accounts == {}


async def test_the_first_save_waits_for_a_word_after_the_preview(connected: Around, ann: Person) -> None:
    await ann.opens(MINE)
    page = await ann.presses(MINE, FORM)
    assert "Saved" in page.text
    assert "What the sync would do" in page.text
    assert connected.reconciler.accounts["ann-id"]["awaits"] == ["outlook", "word"]


async def test_the_preview_tells_numbers_and_the_word_begins(connected: Around, ann: Person) -> None:
    connected.reconciler.accounts["ann-id"] = account("ann-id", awaits=["word"])
    await ann.opens(MINE)
    preview = await ann.opens(f"{MINE}/preview")
    assert "<dt>Invitations mailed</dt><dd>7</dd>" in preview.text
    assert (await ann.presses(f"{MINE}/begin")).url.path == "/users/ann-id/sync"
    assert connected.reconciler.accounts["ann-id"]["awaits"] == []


async def test_what_is_saved_is_what_was_typed_and_who_typed_it(connected: Around, ann: Person) -> None:
    await ann.opens(MINE)
    await ann.presses(MINE, FORM)
    rules = connected.reconciler.accounts["ann-id"]["rules"]
    assert rules["direction"] == "outlook_to_espo"
    assert rules["entities"] == {"Meeting": "", "Call": "C"}
    assert (rules["main_calendar"], rules["other_calendars"]) == ("cal-2", [""])
    assert connected.reconciler.told == [("saved", "ann")]


async def test_the_winner_of_a_single_field_is_saved_shown_again_and_taken_back(connected: Around, ann: Person) -> None:
    await ann.opens(MINE)
    page = await ann.presses(MINE, FORM | {"winner_of_title": "espo", "winner_of_span": ""})
    assert connected.reconciler.accounts["ann-id"]["rules"]["field_winners"] == {"title": "espo"}
    chosen = page.text.partition('name="winner_of_title"')[2].partition("</select>")[0]
    assert '<option value="espo" selected>' in chosen
    await ann.presses(MINE, FORM | {"winner_of_title": ""})
    assert connected.reconciler.accounts["ann-id"]["rules"]["field_winners"] == {}


async def test_a_winner_that_makes_no_sense_is_named_at_its_field_in_what_is_folded_away(
    connected: Around, ann: Person
) -> None:
    connected.reconciler.problems = [{"field": "settings.field_winners.title", "problem": "is no side"}]
    await ann.opens(MINE)
    page = await ann.presses(MINE, FORM | {"winner_of_title": "nobody"})
    assert '<p class="problem" id="field_winners-problem">is no side</p>' in page.text
    assert "<details open>" in page.text


async def test_a_setting_that_no_page_knows_is_kept(connected: Around, ann: Person) -> None:
    connected.reconciler.accounts["ann-id"] = account("ann-id", rules={"entities": {"Meeting": ""}, "of_tomorrow": 7})
    await ann.opens(MINE)
    await ann.presses(MINE, FORM)
    assert connected.reconciler.accounts["ann-id"]["rules"]["of_tomorrow"] == 7


RULES = {"direction": "both", "since": "2026-01-01", "entities": {"Meeting": "", "Call": "C"}}


@pytest.mark.rule("M33")
@pytest.mark.parametrize(
    "before",
    [{"direction": "outlook_to_espo"}, {"direction": "none"}, {"since": "2026-06-01"}, {"entities": {"Meeting": ""}}],
    ids=["from Outlook alone", "for Teams alone", "from a later day", "one entity type"],
)
async def test_what_pushes_more_than_before_waits_for_a_word_after_the_preview(
    connected: Around, ann: Person, before: dict[str, Any]
) -> None:
    connected.reconciler.accounts["ann-id"] = account("ann-id", rules=RULES | before)
    await ann.opens(MINE)
    page = await ann.presses(MINE, FORM | {"direction": "both"})
    assert "What the sync would do" in page.text


@pytest.mark.parametrize("direction", ["both", "outlook_to_espo"])
async def test_a_later_save_that_pushes_no_more_asks_for_no_word(
    connected: Around, ann: Person, direction: str
) -> None:
    connected.reconciler.accounts["ann-id"] = account("ann-id", rules=RULES)
    await ann.opens(MINE)
    page = await ann.presses(MINE, FORM | {"direction": direction})
    assert "What the sync would do" not in page.text


async def test_the_field_that_makes_no_sense_is_named_and_nothing_typed_is_lost(connected: Around, ann: Person) -> None:
    problem = "Value error, default_entity: Visit is not among the synced entity types"
    connected.reconciler.problems = [
        {"field": "settings", "problem": problem},
        {"field": "settings.since", "problem": "is further back than Graph can show a calendar"},
    ]
    await ann.opens(MINE)
    page = await ann.presses(MINE, FORM)
    assert page.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert '<p class="problem" id="default_entity-problem">Visit is not among the synced entity types</p>' in page.text
    assert '<p class="problem" id="since-problem">is further back' in page.text
    assert 'value="2026-01-01" aria-invalid="true"' in page.text
    assert '<option value="cal-2" selected>' in page.text


async def test_an_entity_named_twice_is_refused_before_anything_is_asked(connected: Around, ann: Person) -> None:
    await ann.opens(MINE)
    page = await ann.presses(MINE, FORM | {"entity": ["Call", "Call"]})
    assert "an entity type is named twice" in page.text
    assert connected.reconciler.told == []


async def test_a_row_is_added_with_a_free_entity_and_label(connected: Around, ann: Person) -> None:
    await ann.opens(MINE)
    part = await ann.sends(f"{MINE}/rows", FORM | {"csrf": ann.token}, **{"HX-Request": "true"})
    assert part.text.count('name="entity"') == 3
    assert '<option value="CVisit" selected>' in part.text
    assert 'name="label" value="M"' in part.text
    assert connected.reconciler.told == []


async def test_a_row_is_taken_away(connected: Around, ann: Person) -> None:
    await ann.opens(MINE)
    page = await ann.presses(f"{MINE}/rows", FORM | {"remove": "1"})
    assert page.text.count('name="entity"') == 1
    assert connected.reconciler.told == []


async def test_without_the_tick_the_sync_stops_and_the_connection_stays(connected: Around, ann: Person) -> None:
    connected.reconciler.accounts["ann-id"] = account("ann-id")
    await ann.opens(MINE)
    page = await ann.presses(MINE, {name: value for name, value in FORM.items() if name != "calendar"})
    assert "Connected</span>" in page.text
    assert connected.reconciler.told == [("ended", "ann")]


async def test_a_mailbox_that_cannot_be_listed_is_said(connected: Around, ann: Person) -> None:
    connected.outlook.mailbox_words = "This account has no licence."
    page = await ann.opens(MINE)
    assert "cannot be listed: This account has no licence." in page.text


async def test_without_access_a_save_saves_nothing(connected: Around, ann: Person) -> None:
    connected.outlook.scopes = ()
    connected.outlook.grants["ann-id"] = connected.outlook.described("ann-id")
    await ann.opens(MINE)
    assert (await ann.presses(MINE, FORM)).status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert connected.reconciler.told == []


async def test_an_administrators_change_is_told_with_the_administrators_name(connected: Around, root: Person) -> None:
    connected.reconciler.accounts["ann-id"] = account("ann-id")
    await root.opens(MINE)
    await root.presses(MINE, FORM)
    assert connected.reconciler.told == [("saved", "root")]
    assert connected.reconciler.accounts["ann-id"]["name"] == "Ann Lee"
