"""One running whole and one real Chromium for all tests of a session, and a window of their own for each person."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from browser.visiting import PATIENCE_MS, Visitor
from support.needed import program
from support.running import peopled, whole
from support.whole import Whole
from tandem.local.system import System

__all__ = ["whole"]

SCREENSHOTS = Path(__file__).parents[2] / "build" / "screenshots"

NewVisitor = Callable[..., Awaitable[Visitor]]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The system's Chromium."""
    return program("chromium", "chromium-browser", "google-chrome")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A browser."""
    async with async_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def system(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """The whole, with the sandbox's people connected."""
    assert chromium
    async with peopled(tmp_path_factory) as system:
        yield system


@pytest_asyncio.fixture(loop_scope="session")
async def new_visitor(whole: Whole, browser: Browser) -> AsyncIterator[NewVisitor]:
    """Give somebody a browser window; at the end none of our pages may have complained of anything."""
    async with AsyncExitStack() as stack:
        visitors: list[Visitor] = []

        async def come(**options: Any) -> Visitor:
            context = await browser.new_context(viewport={"width": 1440, "height": 900}, **options)
            stack.push_async_callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            visitor = Visitor(whole, context, await context.new_page())
            visitor.listen()
            visitors.append(visitor)
            return visitor

        yield come
        assert [visitor.complaints for visitor in visitors if visitor.complaints] == []


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(new_visitor: NewVisitor) -> Visitor:
    """Somebody with a browser window."""
    return await new_visitor()
