"""People at a real browser: how they sign in, connect a mailbox, and what their pages complained of."""

import re
from dataclasses import dataclass, field

from playwright.async_api import BrowserContext, ConsoleMessage, Page, expect

from support.whole import Whole
from tandem.people.cast import Colleague

PATIENCE_MS = 20_000
_SAID_NO = re.compile(r"status of (401|403|422) ")
"""The browser notes every answer like these, and they are answers that our pages mean to give."""


@dataclass
class Visitor:
    """Somebody with a browser of their own. `complaints`: what the browser refused or could not make sense of."""

    whole: Whole
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the console is."""
        return self.whole.system.addresses.console

    def listen(self) -> None:
        """Take note of what the console's own pages complain of; Microsoft's are not ours."""
        self.context.on("console", self._note)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    async def opens(self, path: str) -> None:
        """Open a page."""
        await self.page.goto(f"{self.url}{path}")

    async def signs_in(self, name: str, password: str) -> None:
        """Sign in, by way of the first page."""
        await self.opens("/")
        await self.page.get_by_label("User name").fill(name)
        await self.page.get_by_label("Password").fill(password)
        await self.page.get_by_role("button", name="Sign in").click()

    async def is_in(self, who: Colleague) -> None:
        """Sign in, and see one's own page."""
        await self.signs_in(who.login, who.password)
        await self.page.wait_for_url("**/sync")

    async def asks_for_consent(self) -> Page:
        """Tick *Enabled* and press *Connect*; gives Microsoft's window."""
        await self.page.get_by_role("link", name="Outlook", exact=True).click()
        await self.page.get_by_label("Enabled").check()
        async with self.page.expect_popup() as opened:
            await self.page.get_by_role("button", name="Connect").click()
        popup = await opened.value
        await popup.get_by_role("button", name="Accept").wait_for()
        return popup

    async def connects(self) -> None:
        """Connect one's mailbox; the window closes by itself."""
        popup = await self.asks_for_consent()
        async with popup.expect_event("close"):
            await popup.get_by_role("button", name="Accept").click()
        await expect(self.page.get_by_text("Connected", exact=True)).to_be_visible()

    async def begins_to_sync(self) -> None:
        """Save the parameters as they are offered, and let the first sync begin."""
        await self.page.get_by_label("Outlook Calendar").check()
        await self.page.get_by_role("button", name="Save").click()
        await self.page.get_by_role("button", name="Begin the sync").click()
        await self.page.wait_for_url("**/sync")

    def _note(self, message: ConsoleMessage) -> None:
        ours = (message.location or {}).get("url", "").startswith(self.url)
        if ours and message.type in ("error", "warning") and not _SAID_NO.search(message.text):
            self.complaints.append(message.text)
