"""The command line as a person uses it: a process, an environment, what it printed and how it ended."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Said:
    """What a command printed, and the exit code that it ended with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed for a script."""
        return json.loads(self.out)


async def tandem(*words: str, folder: Path, answer: str = "", **environment: str) -> Said:
    """Run `tandem` in a folder, with this environment only; `answer` is what is typed."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tandem.main", *words),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        env={"COLUMNS": "200", **environment},
    )
    out, err = await process.communicate(answer.encode())
    assert process.returncode is not None
    return Said(process.returncode, out.decode(), err.decode())
