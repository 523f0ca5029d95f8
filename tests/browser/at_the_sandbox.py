"""The sandbox page at a real browser, as its people use it: by pointer or by keyboard, on either side."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from playwright.async_api import Locator, Page, expect

from browser.visiting import Visitor
from tandem.people.cast import Colleague

OUTLOOK, ESPO = "outlook", "espo"
_AT_REST = re.compile("in sync$")
NAMES = {OUTLOOK: "Outlook", ESPO: "EspoCRM"}
SIDES = (OUTLOOK, ESPO)


def other(side: str) -> str:
    """Give the side across."""
    return ESPO if side == OUTLOOK else OUTLOOK


@dataclass(frozen=True, slots=True)
class Sandbox:
    """The page, open."""

    page: Page

    @classmethod
    async def opened_by(cls, visitor: Visitor, who: Colleague) -> "Sandbox":
        """Open the page, and somebody's calendars in it."""
        await visitor.page.goto(visitor.whole.system.addresses.sandbox_page)
        await visitor.page.get_by_role("radio", name=who.name).check()
        await expect(visitor.page.get_by_text("Live", exact=True)).to_be_visible()
        return cls(visitor.page)

    def event(self, side: str, title: str) -> Locator:
        """Find an event on one side."""
        return self.page.locator(f"#{side} .event").filter(has_text=title)

    def crossed(self, title: str, what: str, to: str) -> Locator:
        """Find the line that tells of a crossing."""
        return self.page.locator(f"#crossings .to-{to}").filter(has_text=title).filter(has_text=what)

    async def makes(self, side: str, title: str, in_days: int = 2, hour: int = 9) -> None:
        """Make an event of an hour by the form."""
        await self.page.get_by_role("button", name=f"New event in {NAMES[side]}").click()
        day = self.page.get_by_label("Day", exact=True)
        today = date.fromisoformat(await day.input_value())
        await day.fill((today + timedelta(days=in_days)).isoformat())
        await self.page.get_by_label("From", exact=True).fill(f"{hour:02}:00")
        await self.page.get_by_label("To", exact=True).fill(f"{hour + 1:02}:00")
        await self.page.get_by_label("Subject").fill(title)
        await self.page.get_by_role("button", name="Save").click()

    async def sees(self, side: str, title: str, when: str = "") -> None:
        """See an event on one side, at a time of the day if one is given, and that it has come to rest."""
        card = self.event(side, title)
        await expect(card).to_have_count(1)
        if when:
            await expect(card).to_contain_text(when)
        await expect(card).to_have_attribute("aria-label", _AT_REST)

    async def stands_still(self, what: Locator) -> None:
        """Wait until nothing above a part of the page has moved it for thirty frames: what loads late pushes it down."""
        await what.evaluate(
            """async (part) => {
                for (let still = 0, y = NaN; still < 30; ) {
                    await new Promise(requestAnimationFrame);
                    const now = part.getBoundingClientRect().y;
                    still = now === y ? still + 1 : 0;
                    y = now;
                }
            }"""
        )

    async def drags(self, what: Locator, right: float, down: float) -> None:
        """Drag a part of the page by so many pixels."""
        box = await what.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + min(8, box["height"] / 2)
        await self.page.mouse.move(x, y)
        await self.page.mouse.down()
        await self.page.mouse.move(x + right, y + down, steps=6)
        await self.page.mouse.up()
