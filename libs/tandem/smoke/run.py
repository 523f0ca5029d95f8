"""`tandem smoke`: the whole product driven as its users would, on a fresh system of its own.

It proves what no part can prove alone: that what a person does on one side appears on the other, once, and that nothing
moves any more when the people have stopped.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from tandem.api import Reconciler
from tandem.local.signals import until_stopped
from tandem.local.system import System, running
from tandem.local.wanted import Wanted
from tandem.people.stage import Stage, stage
from tandem.smoke.play import play
from tandem.smoke.quiet import settled, writes_during
from tandem.smoke.stories import Story, stories
from tandem.smoke.verdicts import Verdict, everywhere, of_step, of_words, table

SMOKE_DIRECTORY = Path(".local/smoke")
_DAYS_AHEAD = 7
_SETTLE_SECONDS = 20.0
_QUIET_SECONDS = 5.0


@dataclass(slots=True)
class _Tally:
    """The verdicts so far; whole once the run has come to its end."""

    verdicts: list[Verdict]
    whole: bool = False


def smoke(kafka: str, console: Console) -> bool:
    """Run and print every step; answer whether all held. Raises CommandError when the system does not start or dies."""
    tally = _Tally([])
    asyncio.run(_until_stopped(kafka, console, tally))
    console.print(table(tally.verdicts))
    return tally.whole and all(verdict.held for verdict in tally.verdicts)


async def _until_stopped(kafka: str, console: Console, tally: _Tally) -> None:
    wanted = Wanted(kafka=kafka, port_base=0, directory=SMOKE_DIRECTORY)
    await until_stopped(_run(wanted, console, tally))


async def _run(wanted: Wanted, console: Console, tally: _Tally) -> None:
    console.print("starting …")
    async with running(wanted) as system:
        console.print("playing …")
        await system.supervisor.while_alive(_drive(system, console, tally))
        tally.whole = True


async def _drive(system: System, console: Console, tally: _Tally) -> None:
    async for verdict in verdicts(system):
        tally.verdicts.append(verdict)
        console.print(f"{'✓' if verdict.held else '✗'} {verdict.what}", markup=False)


async def verdicts(system: System) -> AsyncIterator[Verdict]:
    """Play all stories one after the other, then look at the whole and at the quiet that has to follow."""
    told = stories((datetime.now(UTC) + timedelta(days=_DAYS_AHEAD)).date())
    at = system.addresses
    async with stage(at, system.directory) as on, Reconciler(at.reconciler, at.service_secret) as reconciler:
        for story in told:
            async for played in play(on, story):
                yield of_step(played)
        yield of_words("nothing is pending", await settled(reconciler, _SETTLE_SECONDS))
        yield of_words(f"nothing is written for {_QUIET_SECONDS:.0f} s", await writes_during(on, _QUIET_SECONDS))
        yield await _whole(on, told)


async def _whole(on: Stage, told: tuple[Story, ...]) -> Verdict:
    return of_words("every calendar holds its entries once, and no others", everywhere(told, await on.entries()))
