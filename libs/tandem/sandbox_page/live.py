"""What a browser is told while it looks: both calendars whenever something is new in them, as server-sent events.

Nobody tells the page of what happens in a simulator, so it looks, often and cheaply, and only while somebody looks at it.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx

from tandem.errors import CommandError
from tandem.sandbox_page.crossings import Crossings
from tandem.sandbox_page.desk import SIDES, Desk
from tandem.sandbox_page.mischief import Mischief

_EVERY_SECONDS = 0.2


async def told(desk: Desk, mischief: Mischief, stopping: asyncio.Event) -> AsyncIterator[str]:
    """Yield what is new, until the server stops or a simulator or the reconciler is gone: browsers come again by themselves."""
    crossings = Crossings(desk.reconciler, desk.account)
    last = ""
    with contextlib.suppress(httpx.HTTPError, CommandError):
        while not stopping.is_set():
            seen = await _seen(desk, crossings, mischief)
            now = json.dumps(seen)
            if seen["crossings"] or now != last:
                yield f"data: {now}\n\n"
                last = json.dumps(seen | {"crossings": []})
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _EVERY_SECONDS)


async def _seen(desk: Desk, crossings: Crossings, mischief: Mischief) -> dict[str, Any]:
    """Read everything. The calendars come last, so that they show what is told to have crossed."""
    new = await crossings.new()
    links, calendars = await asyncio.gather(desk.links(), desk.read())
    titles = {known["link"]: known["title"] for known in links.values()}
    return {
        **{
            side: [event | _standing(links.get(event["id"]), crossings, side) for event in calendars[side]]
            for side in SIDES
        },
        "crossings": [crossing | {"title": titles.get(crossing["link"]) or ""} for crossing in new],
        "mischief": sorted(mischief.on),
    }


def _standing(known: dict[str, Any] | None, crossings: Crossings, side: str) -> dict[str, Any]:
    """Say how an event stands; of what was only just made nobody knows yet."""
    if known is None:
        return {"link": None, "state": "new", "reason": "", "born": side}
    born = crossings.born.get(known["link"], side)
    return {"link": known["link"], "state": known["state"], "reason": known["reason"], "born": born}
