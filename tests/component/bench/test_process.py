"""What a process has used is told with what it had others do: PostgreSQL and Kafka work in processes of their own."""

import asyncio
import sys
from pathlib import Path

from tools.bench.process import Meter

from tandem.local.processes import Program, Running

_SECONDS = 0.6
_WORKS = f"import time; t = time.process_time\nwhile t() < {_SECONDS}: pass\nprint(flush=True); input()"
_HAS_IT_DONE = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_WORKS!r}])"


async def test_the_work_of_a_process_that_was_started_by_another_counts_as_the_others() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", _HAS_IT_DONE), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    meter = Meter((Running(Program("both", "none"), process, Path()),))

    await process.stdout.readline()
    seconds = meter.seconds()["both"]
    await process.communicate(b"\n")

    assert seconds > _SECONDS * 0.9
