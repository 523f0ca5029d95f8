"""How hard property tests try, and where tests keep their files."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import Phase, settings

pytest_plugins = ["scenarios.plugin"]

settings.register_profile("quick", max_examples=100, deadline=None)
settings.register_profile("long", max_examples=5000, deadline=None)
# For `make mutants`: that a test fails is all there is to know, and its smallest example is not looked for.
settings.register_profile("mutants", max_examples=100, deadline=None, database=None, phases=[Phase.generate])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_configure(config: pytest.Config) -> None:
    """Give this run a folder of its own.

    Pytest's usual one is shared by all runs of a user, and each run closes it to other users at its start. PostgreSQL, which
    runs as another user where the tests run as root, would lose its data under a run beside this one.
    """
    if config.option.basetemp is None:
        config.option.basetemp = Path(tempfile.mkdtemp(prefix="tandem-tests-"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Say which tests stay together when several processes share them: those of one running whole, or of one file."""
    for item in items:
        whole = "system" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group(str(item.path.parent if whole else item.path)))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Clear the folder away, unless a failure may be explained by what is in it."""
    if exitstatus == pytest.ExitCode.OK:
        shutil.rmtree(session.config.option.basetemp, ignore_errors=True)
