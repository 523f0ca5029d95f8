"""What a test needs and may not find: a developer's run then skips and says why, CI's fails, where nobody reads the skips."""

import importlib.util
import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

IN_CI = os.environ.get("CI") == "true"
ORACLES = Path(__file__).parents[3] / "shared" / "oracles"
"""What real systems said, beside the repository."""

WITHOUT_ORACLES = not ORACLES.is_dir() and not IN_CI
"""Whether tests that are made from the oracles are skipped; where CI lacks them, their modules fail to be read."""


def program(*names: str) -> str:
    """Find a program of the system's by any of these names."""
    return next(filter(None, map(shutil.which, names)), None) or _lacking(" or ".join(names))


def apache_kafka() -> None:
    """Have what starts a real Apache Kafka."""
    for name in ("java", "mvn"):
        program(name)


def module(name: str, how: str) -> None:
    """Have a module of Python that is not among the locked ones of every developer; `how` says what installs it."""
    if importlib.util.find_spec(name) is None:
        _lacking(f"{name} ({how})")


def oracle(name: str = "") -> Path:
    """Find a file of the oracles, or their folder."""
    found = ORACLES / name
    return found if found.exists() else _lacking(f"shared/oracles/{name}")


def _lacking(what: str) -> NoReturn:
    if IN_CI:
        pytest.fail(f"CI needs {what}, and skips nothing")
    pytest.skip(f"needs {what}, and there is none here")
