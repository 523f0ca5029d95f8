"""The sandbox page: whatever somebody does on one side is seen to cross to the other, with the milliseconds."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from browser.at_the_sandbox import ESPO, NAMES, OUTLOOK, SIDES, Sandbox, other
from browser.conftest import NewVisitor
from browser.test_pages_for_everybody import LOOKS, Look, judged, reaches, window
from browser.visiting import Visitor
from support.whole import Whole
from tandem.people.cast import ANN, BEN, CLEO
from tandem.sandbox_page.mischief import KINDS

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]

HOUR = 40
MILLISECONDS = re.compile(r"\d+ m?s")


@pytest_asyncio.fixture(loop_scope="session")
async def mended(whole: Whole) -> AsyncIterator[None]:
    """Leave no trouble behind, however a test ends."""
    yield
    page = whole.system.addresses.sandbox_page
    for kind in KINDS:
        (await whole.http.post(f"{page}/mischief", json={"kind": kind, "on": False})).raise_for_status()


@pytest.mark.parametrize("side", SIDES)
async def test_an_event_made_on_one_side_is_seen_to_cross_with_its_milliseconds(visitor: Visitor, side: str) -> None:
    sandbox = await Sandbox.opened_by(visitor, ANN)
    await sandbox.makes(side, f"Made in {NAMES[side]}")
    await sandbox.sees(other(side), f"Made in {NAMES[side]}", "09:00")
    line = sandbox.crossed(f"Made in {NAMES[side]}", "created", to=other(side))
    await expect(line.locator(".ms")).to_have_text(MILLISECONDS)
    await expect(visitor.page.locator(f"#to-{other(side)} strong")).to_have_text(MILLISECONDS)


@pytest.mark.parametrize("side", SIDES)
async def test_an_event_dragged_on_one_side_moves_on_the_other(visitor: Visitor, side: str) -> None:
    title = f"Dragged in {NAMES[side]}"
    sandbox = await Sandbox.opened_by(visitor, ANN)
    await sandbox.makes(other(side), title, in_days=3, hour=10)
    await sandbox.sees(side, title, "10:00")
    await sandbox.drags(sandbox.event(side, title), 0, 2 * HOUR)
    await sandbox.sees(side, title, "12:00")
    await sandbox.sees(other(side), title, "12:00")
    await expect(sandbox.crossed(title, "updated: time", to=other(side))).to_be_visible()


async def test_the_lower_edge_changes_the_length(visitor: Visitor) -> None:
    sandbox = await Sandbox.opened_by(visitor, ANN)
    await sandbox.makes(OUTLOOK, "Longer", in_days=4)
    await sandbox.sees(ESPO, "Longer", "09:00–10:00")
    await sandbox.event(ESPO, "Longer").hover()
    await sandbox.drags(sandbox.event(ESPO, "Longer").locator(".edge"), 0, HOUR)
    await sandbox.sees(OUTLOOK, "Longer", "09:00–11:00")


async def test_dragging_over_free_hours_opens_the_form_for_them(visitor: Visitor) -> None:
    sandbox = await Sandbox.opened_by(visitor, CLEO)
    page = visitor.page
    hours = page.locator("#espo .scroll")
    await sandbox.stands_still(hours)
    box = await hours.bounding_box()
    assert box is not None
    right = box["width"] - 30
    await hours.hover(position={"x": right, "y": HOUR + 6})
    await page.mouse.down()
    await hours.hover(position={"x": right, "y": 3 * HOUR})
    await page.mouse.up()
    await expect(page.get_by_label("From", exact=True)).to_have_value("08:00")
    await page.get_by_label("Subject").fill("Drawn")
    await page.keyboard.press("Enter")
    await sandbox.sees(OUTLOOK, "Drawn", "08:00–10:00")


@pytest.mark.parametrize("side", SIDES)
async def test_a_subject_edited_on_one_side_is_read_on_the_other(visitor: Visitor, side: str) -> None:
    sandbox = await Sandbox.opened_by(visitor, BEN)
    await sandbox.makes(other(side), f"Draft in {side}")
    await sandbox.sees(side, f"Draft in {side}")
    await sandbox.event(side, f"Draft in {side}").click()
    await visitor.page.get_by_label("Subject").fill(f"Final in {side}")
    await visitor.page.get_by_role("button", name="Save").click()
    await sandbox.sees(other(side), f"Final in {side}")


async def test_what_is_deleted_on_one_side_leaves_the_other(visitor: Visitor) -> None:
    sandbox = await Sandbox.opened_by(visitor, BEN)
    for side in SIDES:
        await sandbox.makes(side, f"Off in {side}", in_days=5)
        await sandbox.sees(other(side), f"Off in {side}")
        await sandbox.event(side, f"Off in {side}").click()
        await visitor.page.get_by_role("button", name="Delete").click()
        await expect(sandbox.event(side, f"Off in {side}")).to_have_count(0)
        await expect(sandbox.event(other(side), f"Off in {side}")).to_have_count(0)
        await expect(sandbox.crossed(f"Off in {side}", "removed", to=other(side))).to_be_visible()


async def test_a_whole_day_and_a_call_cross_as_what_they_are(whole: Whole, visitor: Visitor) -> None:
    sandbox = await Sandbox.opened_by(visitor, CLEO)
    page = visitor.page
    await page.get_by_role("button", name="New event in Outlook").click()
    await page.get_by_label("Subject").fill("Holiday")
    await page.get_by_label("All day").check()
    await page.get_by_role("button", name="Save").click()
    await sandbox.sees(ESPO, "Holiday")
    await page.get_by_role("button", name="New event in Outlook").click()
    await page.get_by_label("Subject").fill("Ring Dana")
    await page.get_by_label("A call").check()
    await page.get_by_role("button", name="Save").click()
    await sandbox.sees(ESPO, "Ring Dana")
    calls = (await whole.espo(CLEO, "GET", "Call?maxSize=50"))["list"]
    assert "Ring Dana" in [call["name"] for call in calls]


async def test_each_person_has_calendars_of_their_own(visitor: Visitor) -> None:
    sandbox = await Sandbox.opened_by(visitor, ANN)
    await sandbox.makes(OUTLOOK, "Only Ann's")
    await sandbox.sees(ESPO, "Only Ann's")
    await visitor.page.get_by_role("radio", name=CLEO.name).check()
    await expect(sandbox.event(OUTLOOK, "Only Ann's")).to_have_count(0)
    await visitor.page.get_by_role("radio", name=ANN.name).check()
    await sandbox.sees(ESPO, "Only Ann's")


async def test_the_line_of_a_crossing_leads_to_the_events_story(visitor: Visitor) -> None:
    sandbox = await Sandbox.opened_by(visitor, ANN)
    await sandbox.makes(OUTLOOK, "With a story")
    line = sandbox.crossed("With a story", "created", to=ESPO)
    async with visitor.page.expect_popup() as opened:
        await line.get_by_role("link", name="The story of With a story").click()
    story = await opened.value
    await story.get_by_label("User name").fill(ANN.login)
    await story.get_by_label("Password").fill(ANN.password)
    await story.get_by_role("button", name="Sign in").click()
    await expect(story.get_by_role("heading", name="With a story")).to_be_visible()


@pytest.mark.parametrize(
    ("trouble", "side"), [("Microsoft throttles", ESPO), ("Microsoft is down", ESPO), ("EspoCRM is down", OUTLOOK)]
)
@pytest.mark.usefixtures("mended")
async def test_what_waited_out_a_trouble_crosses_once_it_is_over(visitor: Visitor, trouble: str, side: str) -> None:
    sandbox = await Sandbox.opened_by(visitor, BEN)
    switch = visitor.page.get_by_role("button", name=trouble, exact=True)
    await switch.click()
    await expect(switch).to_have_attribute("aria-pressed", "true")
    title = f"Waits out {trouble}"
    await sandbox.makes(side, title, in_days=6)
    await expect(visitor.page.locator(f"#{side} .waiting")).to_have_text("1 on the way")
    await expect(sandbox.event(other(side), title)).to_have_count(0)
    await switch.click()
    await sandbox.sees(other(side), title)


async def test_show_me_plays_the_product_and_leaves_nothing_behind(visitor: Visitor) -> None:
    sandbox = await Sandbox.opened_by(visitor, CLEO)
    await visitor.page.get_by_role("button", name="Show me").click()
    await expect(visitor.page.locator("#caption")).to_contain_text("Now you.", timeout=60_000)
    for side in SIDES:
        await expect(sandbox.event(side, "Coffee with Dana")).to_have_count(0)


async def test_show_me_is_given_up_with_another_persons_calendars_and_can_be_played_again(visitor: Visitor) -> None:
    await Sandbox.opened_by(visitor, ANN)
    page = visitor.page
    show_me = page.get_by_role("button", name="Show me")
    await show_me.click()
    await expect(show_me).to_have_attribute("aria-disabled", "true")
    await page.get_by_role("radio", name=BEN.name).check()
    await expect(show_me).not_to_have_attribute("aria-disabled", "true")
    await show_me.click()
    await expect(page.locator("#caption")).to_contain_text("Now you.", timeout=60_000)


async def test_an_event_that_is_moved_and_removed_at_once_is_gone_without_a_complaint(visitor: Visitor) -> None:
    sandbox = await Sandbox.opened_by(visitor, CLEO)
    await sandbox.makes(OUTLOOK, "Moved, then taken away", in_days=3)
    await sandbox.sees(ESPO, "Moved, then taken away")
    await sandbox.event(OUTLOOK, "Moved, then taken away").focus()
    await visitor.page.keyboard.press("ArrowDown")
    await visitor.page.keyboard.press("Delete")
    await expect(sandbox.event(ESPO, "Moved, then taken away")).to_have_count(0)
    await expect(sandbox.event(OUTLOOK, "Moved, then taken away")).to_have_count(0)
    await expect(sandbox.crossed("Moved, then taken away", "removed", to=ESPO)).to_be_visible()
    assert "not there any more" not in await visitor.page.locator("#caption").inner_text()


async def test_everything_is_done_by_keyboard_alone(visitor: Visitor) -> None:
    sandbox = await Sandbox.opened_by(visitor, CLEO)
    page = visitor.page
    await reaches(page, "New event in EspoCRM")
    await page.keyboard.press("Enter")
    await page.keyboard.type("By keyboard")
    await page.keyboard.press("Enter")
    await sandbox.sees(OUTLOOK, "By keyboard", "09:00–10:00")
    await sandbox.event(OUTLOOK, "By keyboard").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "Shift+ArrowDown"):
        await page.keyboard.press(key)
    await sandbox.sees(ESPO, "By keyboard", "09:30–10:45")
    await expect(sandbox.event(OUTLOOK, "By keyboard")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Subject")).to_have_value("By keyboard")
    await page.keyboard.press("Escape")
    await expect(sandbox.event(OUTLOOK, "By keyboard")).to_be_focused()
    await page.keyboard.press("Shift+ArrowUp")
    await sandbox.sees(ESPO, "By keyboard", "09:30–10:30")
    await sandbox.event(ESPO, "By keyboard").focus()
    await page.keyboard.press("Delete")
    await expect(sandbox.event(OUTLOOK, "By keyboard")).to_have_count(0)


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_the_page_for_everybody(new_visitor: NewVisitor, look: Look) -> None:
    visitor = await window(new_visitor, look)
    sandbox = await Sandbox.opened_by(visitor, ANN)
    title = f"Seen on the page {look}"
    await sandbox.makes(OUTLOOK, title, in_days=1)
    await sandbox.sees(ESPO, title)
    await expect(sandbox.crossed(title, "created", to=ESPO)).to_be_visible()
    await expect(visitor.page.locator(".pill")).to_have_count(0)  # half faded it is no text any more
    await judged(visitor.page, "sandbox", look)
    await sandbox.event(ESPO, title).click()
    await expect(visitor.page.get_by_role("dialog")).to_be_visible()
    await judged(visitor.page, "sandbox-event", look)
