#!/usr/bin/env python3
"""Builds the package that an administrator installs in EspoCRM: `make extension`.

EspoCRM takes an extension as one zip: `manifest.json`, and below `files/` what is copied into its own folder. The manifest
here leaves the version out: it is the project's, so that a package always says which Tandem it belongs to. The same
sources give the same bytes on every machine, so that anyone can check a package against the release that it claims to be.

Source of the layout: EspoCRM documentation, Development, Making extension package.
"""

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent
PACKED = (".json", ".php")
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first moment that a zip can name; it stands for "no time at all"."""
READABLE = 0o100644 << 16
UNIX = 3


class UnexpectedFileError(Exception):
    """Something lies among the sources that is neither metadata nor PHP, such as an editor's backup."""


def build(sources: Path, version: str, folder: Path) -> Path:
    """Write the package of that version into the folder, made if missing, and give its path.

    Raises UnexpectedFileError for a file that does not belong into a package; nothing is written then.
    """
    entries = {"manifest.json": manifest(sources, version), **dict(files(sources))}
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / f"tandem-espo-{version}.zip"
    with ZipFile(package, "w", ZIP_STORED) as archive:
        for name in sorted(entries):
            archive.writestr(_entry(name), entries[name])
    return package


def manifest(sources: Path, version: str) -> bytes:
    """Give the manifest with the version filled in."""
    described = json.loads((sources / "manifest.json").read_bytes())
    return json.dumps({**described, "version": version}, indent=4).encode() + b"\n"


def files(sources: Path) -> Iterator[tuple[str, bytes]]:
    """Give name and content of every file that EspoCRM is to copy. Raises UnexpectedFileError."""
    for path in (sources / "files").rglob("*"):
        if path.is_dir():
            continue
        if path.suffix not in PACKED or path.name.startswith("."):
            raise UnexpectedFileError(path)
        yield path.relative_to(sources).as_posix(), path.read_bytes()


def project_version() -> str:
    """Give the version in `pyproject.toml`."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, EARLIEST)
    entry.create_system = UNIX
    entry.external_attr = READABLE
    return entry


def main() -> None:
    """Build from the sources beside this file; say where the package is."""
    parser = argparse.ArgumentParser(description="Build the EspoCRM extension.")
    parser.add_argument("folder", nargs="?", type=Path, default=PROJECT / "dist", help="where to write it (dist)")
    try:
        package = build(HERE, project_version(), parser.parse_args().folder)
    except UnexpectedFileError as error:
        sys.exit(f"does not belong into a package, remove it: {error}")
    sys.stdout.write(f"{package}\n")


if __name__ == "__main__":
    main()
