"""The end of a life: the faults stop, all comes to rest and is judged, and reading everything anew must write nothing."""

from tools.chaos.ending import written
from tools.chaos.invariants import Violation, violations
from tools.chaos.reading import read

from reconciler.handlers.resync import resync
from simulation.company import Company
from simulation.moves import Moves
from tandem.people.entries import Side
from tandem.people.stage import Stage

_ROUND, _LONG_ROUND = 31.0, 1200.0
"""Seconds between two looks at everything: a little more than calendars are polled at, and later what outlasts a write budget."""
_ROUNDS, _SHORT_ROUNDS = 60, 30
_WORK_LEFT = (
    "SELECT (SELECT count(*) FROM links WHERE in_flight > 0 OR due_at IS NOT NULL) + (SELECT count(*) FROM outbox)"
)


async def end(moves: Moves, company: Company, on: Stage) -> list[Violation]:
    """Bring a life to its end; give what does not hold. What does not come to rest needs no quiet pass."""
    moves.mortal = False
    found = await _rested(moves, company, on, least=3)
    if not found:
        before = {side: len(await written(on, side)) for side in Side}
        moves.diary.writes = sum(before.values())
        for user in company.users:
            async with moves.system.database.unit() as unit:
                await resync(unit, user, "the simulation")
        found = await _rested(moves, company, on, least=8)
        late = [write for side in Side for write in (await written(on, side))[before[side] :]]
        found += [Violation("a quiet pass writes nothing", "", write) for write in late]
    return found + moves.parked


async def _rested(moves: Moves, company: Company, on: Stage, least: int) -> list[Violation]:
    """Go on for so many rounds at least, then until nothing is left to do and every law holds."""
    found: list[Violation] = []
    left = 0
    for number in range(_ROUNDS):
        moves.clock.advance(_ROUND if number < _SHORT_ROUNDS else _LONG_ROUND)
        await moves.tick()
        await moves.system.schedule.keep_house()
        await moves.drain()
        left = int(await moves.connection.fetchval(_WORK_LEFT))
        if number >= least and not left:
            found = violations(company.load.histories, await read(on))
            if not found:
                return []
    return found + ([Violation("it comes to rest", "", f"{left} left to do")] if left else [])
