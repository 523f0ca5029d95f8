"""How hard property tests try, and where tests keep their files."""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["scenarios.plugin"]

WHOLE = "system"
"""The fixture behind which all services run as processes, one for all tests of a folder."""

OF_A_WHOLE = frozenset(("browser", "observability", "operations", "scenarios", "system"))
"""The folders that have it."""

OWN_FOLDER = pytest.StashKey[Path]()
"""Where a run keeps its files that made a folder for them itself."""

ALL_PASSED = pytest.StashKey[bool]()

RUNNING = pytest.StashKey[set[Any]]()
"""The fixtures of the running whole that tests of the present folder had."""

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
        config.option.basetemp = config.stash[OWN_FOLDER] = Path(tempfile.mkdtemp(prefix="tandem-tests-"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep together what belongs together, whatever order the tests came in."""
    places: dict[str, int] = {}
    for item in items:
        places.setdefault(_together(item.nodeid), len(places))
    items.sort(key=lambda item: places[_together(item.nodeid)])


class Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
    """How several processes share the tests: each takes all that belong together."""

    def _split_scope(self, nodeid: str) -> str:
        return _together(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Share the tests so, however many processes there are."""
    return Together(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Function, nextitem: pytest.Item | None) -> Generator[None]:
    """Stop a running whole with its folder's last test, also with one that did without it.

    Left to the end of the session, it would slow down all that follows, in an environment that it set.
    """
    yield
    running = item.config.stash.setdefault(RUNNING, set())
    running.update(item._fixtureinfo.name2fixturedefs.get(WHOLE, ()))
    if nextitem is None or _together(nextitem.nodeid) != _together(item.nodeid):
        while running:
            running.pop().finish(item._request)


def _together(nodeid: str) -> str:
    """Name what a test belongs to: the folder that shares a running whole, else its file."""
    file = nodeid.partition("::")[0]
    folder = file.removeprefix("tests/").partition("/")[0]
    return folder if folder in OF_A_WHOLE else file


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Note how it ended."""
    session.config.stash[ALL_PASSED] = exitstatus == pytest.ExitCode.OK


def pytest_unconfigure(config: pytest.Config) -> None:
    """Clear the folder away, unless a failure may be explained by what is in it; of several processes, the first one does."""
    folder = config.stash.get(OWN_FOLDER, None)
    if folder is None:
        return
    explains = any(not found.is_dir() for found in folder.rglob("*"))
    if config.stash.get(ALL_PASSED, False) or not explains:
        shutil.rmtree(folder, ignore_errors=True)
