"""How hard property tests try, and where tests keep their files."""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

pytest_plugins = ["scenarios.plugin"]

WHOLE = "system"
"""The fixture, one in each folder that has it, behind which all services run as processes."""

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


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """Keep together what belongs together: the tests of one running whole, else those of one file.

    The mark tells it to several processes that share the tests, and has to be there before they read it. The order tells it
    to one process, whatever order the tests came in.
    """
    for item in items:
        item.add_marker(pytest.mark.xdist_group(_together(item)))
    yield
    places: dict[str, int] = {}
    for item in items:
        places.setdefault(_together(item), len(places))
    items.sort(key=lambda item: places[_together(item)])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Function, nextitem: pytest.Item | None) -> Generator[None]:
    """Stop a running whole with its last test: left idle to the end of the session, it would slow down all that follows."""
    yield
    if _has_a_whole(item) and (nextitem is None or _together(nextitem) != _together(item)):
        for fixture in item._fixtureinfo.name2fixturedefs[WHOLE]:
            fixture.finish(item._request)  # type: ignore[arg-type]  # it is only handed on to hooks


def _together(item: pytest.Item) -> str:
    path = item.path.relative_to(Path(__file__).parent)
    return str(path.parent if _has_a_whole(item) else path)


def _has_a_whole(item: pytest.Item) -> bool:
    return WHOLE in getattr(item, "fixturenames", ())


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Clear the folder away, unless a failure may be explained by what is in it."""
    if exitstatus == pytest.ExitCode.OK:
        shutil.rmtree(session.config.option.basetemp, ignore_errors=True)
