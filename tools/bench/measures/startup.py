"""How long each service takes to be ready, one at a time on a machine that does nothing else, and what that costs."""

import time

from tools.bench.process import usage
from tools.bench.rows import Row
from tools.bench.whole import Whole


async def startup(whole: Whole) -> list[Row]:
    """Stop and start services."""
    return [await _of(whole, name) for name in whole.form.starts]


async def _of(whole: Whole, name: str) -> Row:
    supervisor = whole.system.supervisor
    program = next(child.program for child in supervisor.running if child.name == name)
    await supervisor.stop(name)
    began = time.perf_counter()
    await supervisor.start(program)
    seconds = time.perf_counter() - began
    used = usage(next(child.process.pid for child in supervisor.running if child.name == name))
    note = f"{used.seconds:.1f} s of processor, {used.memory / 2**20:,.0f} MiB"
    return Row(f"start-up: {name}", seconds, "s", note=note)
