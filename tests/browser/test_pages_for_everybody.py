"""Every page for everybody: narrow and wide, light and dark, by keyboard alone, with labels and contrast that axe finds right.

Each page leaves a screenshot in build/screenshots, for whoever wants to see what was tested.
"""

from dataclasses import dataclass
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from browser.conftest import SCREENSHOTS, NewVisitor
from browser.visiting import Visitor
from support.newcomers import not_connected
from support.whole import Whole
from tandem.people.cast import ADMIN, ANN, BEN

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_MOST_STOPS = 60


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    width: int
    scheme: Literal["light", "dark"]

    def __str__(self) -> str:
        return f"{self.width}-{self.scheme}"


LOOKS = [Look(width, scheme) for width in (360, 1440) for scheme in ("light", "dark")]
ADMINISTRATION = ["", "/access", "/failures", "/dead-letters", "/connections", "/changes"]


async def judged(page: Page, name: str, look: Look) -> None:
    """Take a picture of a page; see that it fits the window, and that axe finds nothing."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}-{look}.png", full_page=True)
    assert await page.evaluate("document.scrollingElement.scrollWidth") <= look.width, "it scrolls sideways"
    found = await Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()


async def window(new_visitor: NewVisitor, look: Look) -> Visitor:
    """Open a window of that width in that scheme."""
    visitor = await new_visitor(color_scheme=look.scheme)
    await visitor.page.set_viewport_size({"width": look.width, "height": 900})
    return visitor


async def test_signing_in(visitor: Visitor) -> None:
    # Only a few wrong passwords a minute are let through from one address, so all looks share one.
    await visitor.signs_in("nobody-at-all", "nothing")
    await expect(visitor.page.locator("#answer .alert")).to_be_visible()
    for look in LOOKS:
        await visitor.page.emulate_media(color_scheme=look.scheme)
        await visitor.page.set_viewport_size({"width": look.width, "height": 900})
        await judged(visitor.page, "sign-in", look)


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_a_users_pages(whole: Whole, new_visitor: NewVisitor, look: Look) -> None:
    visitor = await window(new_visitor, look)
    page = visitor.page
    title = f"Quarterly review {look}"
    await whole.plans_in_outlook(ANN, title)
    await whole.one_in_espo(ANN, title)
    await visitor.is_in(ANN)
    await expect(page.get_by_role("link", name=title)).to_be_visible()
    await judged(page, "my-sync", look)
    await page.get_by_role("link", name=title).click()
    await judged(page, "story", look)
    await page.get_by_role("link", name="Outlook", exact=True).click()
    await page.get_by_text("More", exact=True).click()
    await judged(page, "outlook", look)


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_the_way_to_a_connection(whole: Whole, new_visitor: NewVisitor, look: Look) -> None:
    visitor = await window(new_visitor, look)
    await visitor.is_in(await not_connected(whole, access=True))
    popup = await visitor.asks_for_consent()
    await judged(visitor.page, "connect", look)
    await popup.get_by_role("button", name="Cancel").click()
    await expect(popup.get_by_role("heading", name="You did not give consent")).to_be_visible()
    await popup.set_viewport_size({"width": look.width, "height": 680})
    await judged(popup, "consent-refused", look)
    await popup.close()
    await visitor.page.reload()
    await visitor.connects()
    await visitor.page.get_by_label("Outlook Calendar").check()
    await visitor.page.get_by_role("button", name="Save").click()
    await expect(visitor.page.get_by_role("button", name="Begin the sync")).to_be_visible()
    await judged(visitor.page, "preview", look)


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_the_administrators_pages(new_visitor: NewVisitor, look: Look) -> None:
    visitor = await window(new_visitor, look)
    await visitor.signs_in(ADMIN, ADMIN)
    await visitor.page.wait_for_url("**/sync")
    for path in ADMINISTRATION:
        await visitor.opens(f"/administration{path}")
        await judged(visitor.page, f"administration{path.replace('/', '-')}", look)


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_a_dead_letter(whole: Whole, new_visitor: NewVisitor, look: Look) -> None:
    visitor = await window(new_visitor, look)
    await visitor.signs_in(ADMIN, ADMIN)
    await visitor.page.wait_for_url("**/sync")
    await whole.parks_a_letter()

    async def listed() -> bool | None:
        await visitor.opens("/administration/dead-letters")
        return await visitor.page.get_by_role("row").count() > 1 or None

    await whole.eventually(listed)
    await visitor.page.get_by_role("row").nth(1).get_by_role("link").click()
    await visitor.page.get_by_role("button", name="Show the body").click()
    await expect(visitor.page.get_by_role("heading", name="Body")).to_be_visible()
    await judged(visitor.page, "dead-letter", look)


@pytest.mark.parametrize("look", LOOKS, ids=str)
async def test_a_page_that_belongs_to_somebody_else(whole: Whole, new_visitor: NewVisitor, look: Look) -> None:
    visitor = await window(new_visitor, look)
    await visitor.is_in(ANN)
    await visitor.opens(f"/users/{whole.id_of(BEN)}/sync")
    await expect(visitor.page.get_by_role("heading", name="Not allowed")).to_be_visible()
    await judged(visitor.page, "not-allowed", look)


async def reaches(page: Page, name: str) -> None:
    """Press Tab until the part of that name has the focus."""
    wanted = page.get_by_role("link", name=name, exact=True).or_(page.get_by_label(name, exact=True))
    wanted = wanted.or_(page.get_by_role("button", name=name, exact=True)).first
    for _ in range(_MOST_STOPS):
        await page.keyboard.press("Tab")
        if await wanted.evaluate("part => part === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {name}")


async def test_connecting_and_saving_by_keyboard_alone(whole: Whole, visitor: Visitor) -> None:
    dora, page = await not_connected(whole, access=True), visitor.page
    await visitor.opens("/")
    await page.keyboard.type(dora.login)
    await page.keyboard.press("Tab")
    await page.keyboard.type(dora.password)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/sync")
    await reaches(page, "Connect Outlook")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/outlook")
    await reaches(page, "Enabled")
    await page.keyboard.press("Space")
    await reaches(page, "Connect")
    async with page.expect_popup() as opened:
        await page.keyboard.press("Enter")
    popup = await opened.value
    await popup.get_by_role("button", name="Accept").wait_for()
    await reaches(popup, "Accept")
    await popup.keyboard.press("Enter")
    await expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    await reaches(page, "Outlook Calendar")
    await page.keyboard.press("Space")
    await reaches(page, "Add")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Entity 2", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Add")).to_be_focused()
    await reaches(page, "Save")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Saved", exact=True)).to_be_visible()
