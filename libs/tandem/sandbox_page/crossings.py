"""What crossed, from the reconciler's journal: which way, what, and how many milliseconds it took."""

from collections.abc import Iterable
from typing import Any

from tandem.api import BEGINNING, Reconciler

_SHOWN = 40


class Crossings:
    """The crossings of one account, followed from the beginning on; and on which side each event was first made."""

    def __init__(self, reconciler: Reconciler, account: str) -> None:
        self._reconciler = reconciler
        self._account = account
        self._last = BEGINNING
        self.born: dict[str, str] = {}

    async def new(self) -> list[dict[str, Any]]:
        """Give the latest of those that came since the last question, the oldest first."""
        found: list[dict[str, Any]] = []
        while rows := await self._reconciler.synced(self._last, 0):
            self._last = rows[-1]["place"]
            found += self._ours(rows)
        return found[-_SHOWN:]

    def _ours(self, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        ours = [row for row in rows if row["account"] == self._account]
        for row in ours:
            if row["what"] == "created":
                self.born.setdefault(row["link"], row["source"])
        told = ("id", "at", "source", "target", "what", "entity", "fields", "link")
        return [{name: row[name] for name in told} | {"ms": row["latency_ms"]} for row in ours]
