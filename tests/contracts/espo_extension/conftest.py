"""The package as `make extension` builds it, what it declares, and PHP to run its code."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from support.needed import program

ROOT = Path(__file__).parents[3]
SOURCES = ROOT / "espo-extension"
MODULE = Path("custom/Espo/Modules/Tandem")

Run = Callable[..., Awaitable[str]]


@pytest.fixture
def run() -> Run:
    """Runs a program that must succeed; gives what it prints."""

    async def running(*command: str | Path) -> str:
        process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        printed, _ = await process.communicate()
        assert process.returncode == 0, printed.decode()
        return printed.decode()

    return running


@pytest.fixture
async def package(tmp_path: Path, run: Run) -> Path:
    """The package, built from the sources."""
    return Path((await run(sys.executable, SOURCES / "build.py", tmp_path / "dist")).strip())


@pytest.fixture
def espocrm_folder(package: Path, tmp_path: Path) -> Path:
    """The folder of an EspoCRM after installation: everything below the package's `files/`."""
    with ZipFile(package) as archive:
        archive.extractall(tmp_path)
    return tmp_path / "files"


@pytest.fixture
def resources(espocrm_folder: Path) -> Path:
    """The module's resources, as installed."""
    return espocrm_folder / MODULE / "Resources"


@pytest.fixture
def declared(resources: Path) -> dict[str, dict[str, Any]]:
    """The module's metadata by section and name: `declared["entityDefs"]["Meeting"]`."""
    sections: dict[str, dict[str, Any]] = {}
    for path in (resources / "metadata").rglob("*.json"):
        sections.setdefault(path.parent.name, {})[path.stem] = json.loads(path.read_bytes())
    return sections


@pytest.fixture
def php() -> str:
    """PHP on the command line."""
    return program("php")
