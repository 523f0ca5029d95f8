"""Fetches Kafka's jars once, through Maven, as the `pom.xml` beside this file names them.

They are kept outside version control, in a folder named after the content of that file, so that a newer version in it
is fetched by itself and a half-finished fetch is never taken for a whole one.
"""

import asyncio
import hashlib
import os
import shutil
from pathlib import Path

_POM = Path(__file__).with_name("pom.xml")
_KEPT_IN = Path(__file__).parents[4] / ".local" / "kafka"


class ToolMissing(Exception):  # noqa: N818  # it states what is wrong
    """A program that has to be installed is not; says which."""


def tool(name: str) -> str:
    """Find a program. Raises ToolMissing."""
    found = shutil.which(name)
    if found is None:
        raise ToolMissing(f"Apache Kafka needs `{name}`, which is not installed (Java 17 or later, and Maven)")
    return found


async def jars() -> Path:
    """Give the folder of Kafka's jars, fetched where they are missing. Raises ToolMissing, or RuntimeError with Maven's words."""
    version = hashlib.sha256(_POM.read_bytes()).hexdigest()[:12]
    folder = _KEPT_IN / f"jars-{version}"
    if not folder.exists():
        partial = folder.with_suffix(f".{os.getpid()}")
        await _copy_dependencies(partial)
        if not folder.exists():
            partial.rename(folder)
    return folder


async def _copy_dependencies(folder: Path) -> None:
    maven = await asyncio.create_subprocess_exec(
        tool("mvn"),
        "--quiet",
        "--batch-mode",
        "--no-transfer-progress",
        f"--file={_POM}",
        "dependency:copy-dependencies",
        "-DincludeScope=runtime",
        f"-DoutputDirectory={folder}",
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    words, _ = await maven.communicate()
    if maven.returncode:
        raise RuntimeError(f"Maven could not fetch Kafka's jars:\n{words.decode(errors='replace').strip()}")
