"""A user's whole way through the pages: connect, parameters, preview, both directions, the story of an event, disconnect."""

import re

import pytest
from playwright.async_api import expect

from browser.conftest import NewVisitor
from browser.visiting import Visitor
from support.newcomers import connects, not_connected
from support.whole import START, Whole, told_apart
from tandem.people.cast import ANN, BEN, Colleague

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]


async def syncing(whole: Whole, visitor: Visitor) -> Colleague:
    """Let somebody new connect and begin to sync."""
    dora = await not_connected(whole, access=True)
    await visitor.is_in(dora)
    await visitor.connects()
    await visitor.begins_to_sync()
    return dora


@pytest.mark.rule("M01", "M03")
async def test_connecting_shows_the_mailbox_and_its_real_calendars(whole: Whole, visitor: Visitor) -> None:
    dora = await not_connected(whole, access=True)
    await visitor.is_in(dora)
    await visitor.connects()
    await expect(visitor.page.get_by_text(dora.address, exact=True)).to_be_visible()
    await expect(visitor.page.get_by_label("Direction")).to_be_hidden()
    await visitor.page.get_by_label("Outlook Calendar").check()
    await expect(visitor.page.get_by_label("Direction")).to_be_visible()
    await expect(visitor.page.get_by_label("Main calendar")).to_contain_text("Calendar (default)")
    await expect(visitor.page.get_by_role("group", name="Other calendars")).to_contain_text("Birthdays")


@pytest.mark.rule("M04", "M33")
@pytest.mark.scenario("W-07")
async def test_the_preview_counts_before_anything_is_written(whole: Whole, visitor: Visitor) -> None:
    dora = await not_connected(whole, access=True)
    invites = told_apart("Invites")
    await whole.plans_in_outlook(dora, "Already there")
    await whole.plans_in_espo(dora, invites, usersIds=[whole.id_of(dora), whole.id_of(ANN)])
    await visitor.is_in(dora)
    await visitor.connects()
    await visitor.page.get_by_label("Outlook Calendar").check()
    await visitor.page.get_by_role("button", name="Save").click()
    await expect(visitor.page.get_by_role("button", name="Begin the sync")).to_be_visible()
    to_espo = visitor.page.locator(".facts div").filter(has_text="To EspoCRM")
    await expect(to_espo).to_contain_text("1")
    await expect(visitor.page.locator(".facts div").filter(has_text="Invitations mailed")).to_contain_text("1")
    assert await whole.in_espo(dora, "Already there") == await whole.in_outlook(dora, invites) == []
    await visitor.page.get_by_role("button", name="Begin the sync").click()
    await whole.one_in_espo(dora, "Already there")
    await whole.one_in_outlook(dora, invites)
    assert await whole.mails(invites) == [("invite", ANN.address)]


@pytest.mark.rule("M33")
async def test_settings_that_push_more_show_the_invitations_before_any_is_mailed(
    whole: Whole, visitor: Visitor
) -> None:
    dora = await syncing(whole, visitor)
    await connects(whole, dora, direction="outlook_to_espo")
    invites = told_apart("Invites")
    await whole.plans_in_espo(dora, invites, usersIds=[whole.id_of(dora), whole.id_of(ANN)])
    await visitor.opens(f"/users/{whole.id_of(dora)}/outlook")
    await visitor.page.get_by_label("Direction").select_option("both")
    await visitor.page.get_by_role("button", name="Save").click()
    begin = visitor.page.get_by_role("button", name="Begin the sync")
    await begin.wait_for()
    await expect(visitor.page.locator(".facts div").filter(has_text="Invitations mailed")).to_contain_text("1")
    assert await whole.in_outlook(dora, invites) == []
    await begin.click()
    await whole.one_in_outlook(dora, invites)
    assert await whole.mails(invites) == [("invite", ANN.address)]


@pytest.mark.rule("M03")
async def test_a_row_is_added_and_a_wrong_one_is_named_at_its_field(whole: Whole, visitor: Visitor) -> None:
    await visitor.is_in(await not_connected(whole, access=True))
    await visitor.connects()
    page = visitor.page
    await page.get_by_label("Outlook Calendar").check()
    await page.get_by_role("button", name="Add").click()
    label = page.get_by_label("Label of entity 2")
    await expect(label).to_have_value("C")
    await label.fill("")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("#entities-problem")).to_contain_text("only the default entity may go without a label")
    await page.get_by_label("Label of entity 2").fill("C")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()


@pytest.mark.rule("M07", "M34")
async def test_events_cross_both_ways_and_are_listed_searched_and_told(whole: Whole, visitor: Visitor) -> None:
    dora = await syncing(whole, visitor)
    page = visitor.page
    await whole.plans_in_outlook(dora, "From Outlook")
    await whole.one_in_espo(dora, "From Outlook")
    await whole.plans_in_espo(dora, "From EspoCRM")
    await whole.one_in_outlook(dora, "From EspoCRM")

    await visitor.opens("/")
    await expect(page.get_by_role("link", name="From EspoCRM")).to_be_visible()
    await page.get_by_label("Search").fill("outlook")
    await expect(page.get_by_role("link", name="From EspoCRM")).to_be_hidden()
    await page.get_by_role("link", name="From Outlook").click()
    await expect(page.get_by_role("cell", name=re.compile("^Created in EspoCRM"))).to_be_visible()
    await expect(page.get_by_text("in sync", exact=True)).to_be_visible()


@pytest.mark.scenario("W-17")
async def test_a_page_that_is_closed_in_the_middle_stops_nothing(whole: Whole, visitor: Visitor) -> None:
    dora = await not_connected(whole, access=True)
    await whole.plans_in_outlook(dora, "Waits for nobody")
    await visitor.is_in(dora)
    await visitor.connects()
    await visitor.page.get_by_label("Outlook Calendar").check()
    await visitor.page.get_by_role("button", name="Save").click()
    begin = visitor.page.get_by_role("button", name="Begin the sync")
    await begin.wait_for()
    async with visitor.page.expect_request("**/begin"):
        await begin.click(no_wait_after=True)
    await visitor.page.close()
    await whole.one_in_espo(dora, "Waits for nobody")


@pytest.mark.rule("M34")
async def test_a_skipped_event_says_why(whole: Whole, visitor: Visitor) -> None:
    dora = await syncing(whole, visitor)
    await whole.plans_in_outlook(dora, "Doctor", sensitivity="private")
    page = visitor.page
    await page.get_by_label("State").select_option("skipped")

    async def listed() -> bool | None:
        await page.get_by_role("button", name="Show").click()
        return await page.get_by_text("private events are not synced").is_visible() or None

    await whole.eventually(listed)


@pytest.mark.rule("M01")
async def test_disconnecting_leaves_events_where_they_are_and_stops_the_sync(whole: Whole, visitor: Visitor) -> None:
    dora = await syncing(whole, visitor)
    page = visitor.page
    await whole.plans_in_outlook(dora, "Stays")
    await whole.one_in_espo(dora, "Stays")
    await page.get_by_role("link", name="Outlook", exact=True).click()
    await page.get_by_text("Disconnect", exact=True).click()
    await page.get_by_role("button", name="Disconnect now").click()
    await expect(page.get_by_text("Connected", exact=True)).to_be_hidden()
    assert len(await whole.in_outlook(dora, "Stays")) == 1
    assert len(await whole.in_espo(dora, "Stays")) == 1
    assert whole.id_of(dora) not in [account["id"] for account in await whole.reconciler.accounts()]


async def test_who_connected_by_the_tenants_permission_finds_the_parameters(visitor: Visitor) -> None:
    await visitor.is_in(ANN)
    await visitor.page.get_by_role("link", name="Outlook", exact=True).click()
    await expect(visitor.page.get_by_text("by your administrator")).to_be_visible()
    await expect(visitor.page.get_by_label("Label of entity 1")).to_have_value("C")


async def test_nobody_sees_another_users_pages(whole: Whole, visitor: Visitor, new_visitor: NewVisitor) -> None:
    await visitor.is_in(ANN)
    event = await whole.plans_in_espo(BEN, f"Ben's own {START:%H%M}")
    ben = await new_visitor()
    await ben.is_in(BEN)
    await whole.one_in_outlook(BEN, f"Ben's own {START:%H%M}")
    assert event
    await ben.opens("/")
    await ben.page.get_by_role("link", name="Ben's own").click()
    theirs = ben.page.url.removeprefix(ben.url)
    for path in (f"/users/{whole.id_of(BEN)}/outlook", f"/users/{whole.id_of(BEN)}/sync", theirs):
        answer = await visitor.context.request.get(f"{visitor.url}{path}")
        assert answer.status == 403
        assert "belongs to another user" in await answer.text()
