"""The end of a run: waits until everything is as it must be, then has everything read anew and sees that nothing is written."""

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tandem.api import Reconciler
from tandem.errors import CommandError
from tandem.people.entries import Side
from tandem.people.stage import Stage
from tandem.smoke.quiet import writes
from tools.chaos.deeds import History
from tools.chaos.invariants import Seen, Violation, violations
from tools.chaos.reading import read

STUCK_SECONDS = 30.0
_LOOK_SECONDS = 1.0
_BY = "chaos"


@dataclass(frozen=True, slots=True)
class End:
    """What stands at the end: the laws that do not hold, what both systems hold, and how long it took to come to rest."""

    violations: tuple[Violation, ...]
    seen: Seen
    seconds: float


async def come_to_rest(
    on: Stage, reconciler: Reconciler, histories: list[History], patience: float, broke: Collection[str]
) -> End:
    """Wait until nothing is pending and every law holds, then for a quiet pass; within `patience` seconds each.

    What does not come to rest needs no quiet pass. `broke` says which processes ended without a reason of theirs, until now.
    """
    began = time.monotonic()
    found = await _rested(on, reconciler, histories, patience)
    seconds = time.monotonic() - began
    if not found:
        found = await _quiet_pass(on, reconciler, histories, patience)
    found += [
        Violation("nothing is parked", "", f"{letter['service']}: {letter['reason']}")
        for letter in await reconciler.dead_letters(None, "parked")
    ]
    found += [Violation("no process breaks", "", words) for words in broke]
    return End(tuple(found), await read(on), seconds)


async def _quiet_pass(on: Stage, reconciler: Reconciler, histories: list[History], patience: float) -> list[Violation]:
    """Have everything read anew; answer what is written because of it, and what does not hold afterwards."""
    before = {side: len(await written(on, side)) for side in Side}
    asked = [await reconciler.resync(account["id"], _BY) for account in await reconciler.accounts()]
    found = await _rested(on, reconciler, histories, patience)
    late = [write for side in Side for write in (await written(on, side))[before[side] :]]
    found += [Violation("a quiet pass writes nothing", "", write) for write in late]
    if not asked:
        found.append(Violation("a quiet pass writes nothing", "", "nobody is connected, so nothing was read anew"))
    return found


async def written(on: Stage, side: Side) -> list[str]:
    """List what our product wrote to a side. Keeping a subscription writes to nobody's calendar."""
    return [write for write in await writes(on, side) if "/subscriptions" not in write]


async def _rested(on: Stage, reconciler: Reconciler, histories: list[History], patience: float) -> list[Violation]:
    """Wait for the end of all work; answer what does not hold once patience is over."""
    work = Work(time.monotonic())
    deadline = time.monotonic() + patience
    while True:
        pending = await _pending(reconciler)
        amiss = violations(histories, await read(on))
        now = time.monotonic()
        work.note(pending, now)
        if not (any(pending.values()) or amiss):
            return []
        if now > deadline:
            return amiss + [Violation("it comes to rest", "", words) for words in work.stuck(now)]
        await asyncio.sleep(_LOOK_SECONDS)


async def _pending(reconciler: Reconciler) -> dict[str, int]:
    try:
        return await reconciler.pending()
    except CommandError as error:
        return {f"the reconciler does not tell: {error}": 1}


class Work:
    """What is still to be done, look by look. Sweeps go on at rest, so there may be some at any moment; what is stuck stays."""

    def __init__(self, began: float) -> None:
        self._began = began
        self._left: dict[str, int] = {}
        self._done_at: dict[str, float] = {}

    def note(self, pending: Mapping[str, int], now: float) -> None:
        """Take in how much of each kind of work there is at this moment."""
        self._left = dict(pending)
        self._done_at |= {what: now for what, count in pending.items() if not count}

    def stuck(self, now: float) -> list[str]:
        """Name the kinds of which there was always some for a while now."""
        return [
            f"{what}: {count}"
            for what, count in self._left.items()
            if count and now - self._done_at.get(what, self._began) > STUCK_SECONDS
        ]
