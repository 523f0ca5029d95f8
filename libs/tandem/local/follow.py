"""One readable line for every synced change, as it happens."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from tandem.api import BEGINNING, Reconciler
from tandem.errors import UnreachableError

_WAIT_SECONDS = 2.0
"""Short, because a request under way delays the end of the reconciler that answers it."""
_PAUSE_SECONDS = 1.0
_SIDES = {"outlook": "Outlook", "espo": "EspoCRM"}


async def synced(reconciler: Reconciler) -> AsyncIterator[dict[str, Any]]:
    """Yield what gets synced from the beginning on, for ever; a reconciler that does not answer is asked again."""
    last = BEGINNING
    while True:
        try:
            changes = await reconciler.synced(last, _WAIT_SECONDS)
        except UnreachableError:
            await asyncio.sleep(_PAUSE_SECONDS)
            continue
        for change in changes:
            last = change["place"]
            yield change


def line(change: dict[str, Any]) -> str:
    """Tell one synced change: when (local time), whose, from where to where, what, and how long it took."""
    at = datetime.fromisoformat(change["at"]).astimezone()
    source, target = _SIDES[change["source"]], _SIDES[change["target"]]
    fields = f" ({', '.join(change['fields'])})" if change["what"] == "updated" and change["fields"] else ""
    way = f"{source:>7} → {target:<7}"
    took = "" if change["latency_ms"] is None else f"  {change['latency_ms'] / 1000:.2f} s"
    return f"{at:%H:%M:%S}  {change['name']:<12}  {way}  {change['entity']} {change['what']}{fields}{took}"
