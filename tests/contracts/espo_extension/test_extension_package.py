"""What `make extension` builds is what EspoCRM's extension manager takes, and the same on every machine."""

import asyncio
import json
import os
import shutil
import sys
import tomllib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[3]
Run = Callable[..., Awaitable[str]]

MODULE = "files/custom/Espo/Modules/Tandem"
CONTENT = [
    f"{MODULE}/Resources/i18n/de_DE/Call.json",
    f"{MODULE}/Resources/i18n/de_DE/Global.json",
    f"{MODULE}/Resources/i18n/de_DE/Meeting.json",
    f"{MODULE}/Resources/i18n/en_US/Call.json",
    f"{MODULE}/Resources/i18n/en_US/Global.json",
    f"{MODULE}/Resources/i18n/en_US/Meeting.json",
    f"{MODULE}/Resources/metadata/app/meetingServices.json",
    f"{MODULE}/Resources/metadata/entityDefs/Call.json",
    f"{MODULE}/Resources/metadata/entityDefs/Meeting.json",
    f"{MODULE}/Resources/metadata/scopes/OutlookCalendar.json",
    f"{MODULE}/Resources/module.json",
    f"{MODULE}/Tools/Meeting/MicrosoftAvailabilityChecker.php",
    "manifest.json",
]


@pytest.fixture
def version() -> str:
    """The project's version."""
    given: str = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    return given


@pytest.fixture
def manifest(package: Path) -> dict[str, Any]:
    """The package's manifest."""
    with ZipFile(package) as archive:
        read: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return read


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A copy of the sources on another machine, every file touched at another time."""
    copy = tmp_path / "elsewhere" / "espo-extension"
    shutil.copytree(ROOT / "espo-extension", copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy.parent)
    for path in copy.rglob("*"):
        os.utime(path, (0, 0))
    return copy


@pytest.fixture
async def package_from_elsewhere(elsewhere: Path, run: Run) -> Path:
    """The package that the other machine builds."""
    return Path((await run(sys.executable, elsewhere / "build.py")).strip())


def test_the_package_holds_the_manifest_and_the_module_and_nothing_else(package: Path) -> None:
    with ZipFile(package) as archive:
        assert archive.namelist() == CONTENT


def test_the_package_is_named_after_the_version_of_the_project(package: Path, version: str) -> None:
    assert package.name == f"tandem-espo-{version}.zip"


def test_the_manifest_carries_the_version_of_the_project(manifest: dict[str, Any], version: str) -> None:
    assert manifest["version"] == version


def test_the_manifest_has_every_key_that_the_extension_manager_reads(manifest: dict[str, Any]) -> None:
    assert set(manifest) == {
        "name",
        "module",
        "version",
        "description",
        "author",
        "releaseDate",
        "acceptableVersions",
        "php",
    }
    assert all(manifest.values())


def test_the_extension_is_called_as_its_module(manifest: dict[str, Any]) -> None:
    assert manifest["name"] == manifest["module"] == "Tandem"


def test_the_releases_that_tandem_knows_are_accepted_with_the_oldest_php_they_run_on(manifest: dict[str, Any]) -> None:
    assert manifest["acceptableVersions"] == [">=9.2.0"]
    assert manifest["php"] == [">=8.2.0"]


def test_without_being_told_where_it_is_written_into_dist_of_the_project(
    package_from_elsewhere: Path, elsewhere: Path
) -> None:
    assert package_from_elsewhere.parent == elsewhere.parent / "dist"


def test_the_same_sources_give_the_same_bytes_on_another_machine(package: Path, package_from_elsewhere: Path) -> None:
    assert package_from_elsewhere.read_bytes() == package.read_bytes()


@pytest.mark.parametrize("stray", ["Resources/module.json~", "Resources/.module.json", "Tools/notes.txt"])
async def test_a_file_that_does_not_belong_into_a_package_is_refused_by_name(elsewhere: Path, stray: str) -> None:
    (elsewhere / MODULE / stray).write_text("{}", encoding="utf-8")

    process = await asyncio.create_subprocess_exec(
        sys.executable, elsewhere / "build.py", stderr=asyncio.subprocess.PIPE
    )
    _, complaint = await process.communicate()

    assert process.returncode == 1
    assert stray in complaint.decode()
    assert not (elsewhere.parent / "dist").exists()
