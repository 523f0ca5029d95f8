"""`python -m tools.screenshots` takes the two pictures of the README, in `docs/images/`: the sandbox page, and a user's own sync.

Everything is started, used as people would and stopped again; Chromium must be installed.
"""

import asyncio
import shutil
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, Page, async_playwright

from contracts.events import AllDay, Timed
from tandem.local.system import System, running
from tandem.local.wanted import Wanted
from tandem.people.cast import ANN, BEN, DANA, EMIL
from tandem.people.entries import Entry, Side
from tandem.people.stage import Stage, stage

_PLACE = Path(__file__).parents[1] / "docs" / "images"
_PATIENCE_MS = 30_000


async def take() -> None:
    """Take both."""
    _PLACE.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        async with (
            running(Wanted(port_base=0, directory=Path(folder) / "run")) as system,
            async_playwright() as playwright,
        ):
            async with stage(system.addresses, system.directory) as on:
                await _plan(on)
            browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            await _sandbox(browser, system)
            await _my_sync(browser, system)
            await browser.close()


async def _plan(on: Stage) -> None:
    """Fill Ann's week, on both sides."""
    outlook, espo = on.calendars[Side.OUTLOOK, ANN], on.calendars[Side.ESPO, ANN]
    week = [datetime.now(ZoneInfo(ANN.zone)).date() + timedelta(days=ahead) for ahead in range(7)]
    await outlook.create(Entry("Quarterly review", _at(week[1], 9, 90), "Board room", frozenset({BEN.address})))
    await outlook.create(Entry("Dentist", _at(week[2], 8, 45)))
    await outlook.create(Entry("Trade fair", AllDay(first=week[4], last=week[5]), "Hall 7"))
    await espo.create(Entry("Demo at Client Ltd", _at(week[2], 11, 90), "Pier 4", frozenset({DANA.address})))
    await espo.create(Entry("Ring Emil", _at(week[3], 10, 30), people=frozenset({EMIL.address}), call=True))
    await espo.create(Entry("Contract draft", _at(week[3], 13, 120)))
    await outlook.create(Entry("Team lunch", _at(week[6], 12, 60), "Canteen"))


def _at(day: date, hour: int, minutes: int) -> Timed:
    start = datetime.combine(day, time(hour), ZoneInfo(ANN.zone)).astimezone(UTC)
    return Timed(start=start, end=start + timedelta(minutes=minutes))


async def _sandbox(browser: Browser, system: System) -> None:
    page = await _window(browser, 1400, 880)
    await page.goto(system.addresses.sandbox_page)
    for side in ("outlook", "espo"):
        await page.wait_for_function(f"document.querySelectorAll('#{side} .event:not(.waits)').length === 7")
    await page.locator("#espo .event", has_text="Contract draft").focus()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.locator("#outlook .event.arrived", has_text="13:30").wait_for()
    await page.locator(".pill").wait_for(state="detached")
    await page.screenshot(path=_PLACE / "sandbox.png")


async def _my_sync(browser: Browser, system: System) -> None:
    page = await _window(browser, 1280, 640)
    await page.goto(system.addresses.console)
    await page.get_by_label("User name").fill(ANN.login)
    await page.get_by_label("Password").fill(ANN.password)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("link", name="Quarterly review").wait_for()
    await page.screenshot(path=_PLACE / "my-sync.png")


async def _window(browser: Browser, width: int, height: int) -> Page:
    page = await browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
    page.set_default_timeout(_PATIENCE_MS)
    return page


if __name__ == "__main__":
    if shutil.which("chromium") is None:
        sys.exit("the pictures are taken with Chromium, which is not installed")
    asyncio.run(take())
