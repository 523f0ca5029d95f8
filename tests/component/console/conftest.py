"""The console before small services, and people who come to it with a browser's manners."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from support.console import Around, console_before
from support.console_reconciler import FakeReconciler


class Person:
    """Somebody with a browser: it keeps cookies, follows redirects, and says where its forms come from."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self.http = http
        self._url = url
        self.token = ""

    async def signs_in(self, name: str, password: str | None = None, **more: str) -> httpx.Response:
        """Type a name and its password; the name itself, unless said otherwise."""
        return await self.sends("/sign-in", {"user": name, "password": password or name} | more)

    async def opens(self, path: str) -> httpx.Response:
        """Open a page, and remember the token of its forms."""
        page = await self.http.get(path)
        if token := re.search(r'name="csrf" value="([^"]+)"', page.text):
            self.token = token[1]
        return page

    async def presses(self, path: str, fields: dict[str, Any] | None = None) -> httpx.Response:
        """Send a form of the page that was opened last."""
        return await self.sends(path, {"csrf": self.token} | (fields or {}))

    async def sends(self, path: str, fields: dict[str, Any], **headers: str) -> httpx.Response:
        """Send any form."""
        origin = {"Origin": self._url, "Sec-Fetch-Site": "same-origin"}
        return await self.http.post(path, data=fields, headers=origin | headers)


class Visitors:
    """Lets people come."""

    def __init__(self, around: Around, stack: AsyncExitStack) -> None:
        self._around = around
        self._stack = stack

    async def somebody(self) -> Person:
        """Give somebody who is not signed in."""
        client = httpx.AsyncClient(base_url=self._around.url, follow_redirects=True)
        return Person(await self._stack.enter_async_context(client), self._around.url)

    async def who_is(self, name: str) -> Person:
        """Give somebody who is signed in."""
        person = await self.somebody()
        assert (await person.signs_in(name)).status_code == httpx.codes.OK
        return person


@pytest.fixture
async def around() -> AsyncIterator[Around]:
    """The console, and the services behind it."""
    async with console_before(FakeReconciler()) as around:
        yield around


@pytest.fixture
async def visitors(around: Around) -> AsyncIterator[Visitors]:
    """People."""
    async with AsyncExitStack() as stack:
        yield Visitors(around, stack)


@pytest.fixture
async def ann(visitors: Visitors) -> Person:
    """A user with access."""
    return await visitors.who_is("ann")


@pytest.fixture
async def root(visitors: Visitors) -> Person:
    """An administrator."""
    return await visitors.who_is("root")
