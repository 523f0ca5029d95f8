"""Prints both catalogues after a run of their tests: `pytest -m "scenario or rule" --catalogue`.

A plugin and no script, because only pytest knows how each test ended. The run fails if a row failed, if a marker names no
row, or if a row has neither a test nor a reason.
"""

from collections import defaultdict

import pytest

from scenarios.report import RULES, SCENARIOS, Catalogue, amiss, rows, table

_OPTION = "--catalogue"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the table as an option."""
    parser.addoption(_OPTION, action="store_true", help="print how every scenario and every rule stands")


def pytest_configure(config: pytest.Config) -> None:
    """Listen to the run if the table was asked for."""
    if config.getoption(_OPTION):
        for catalogue in (SCENARIOS, RULES):
            config.pluginmanager.register(Listener(catalogue), catalogue.title)


class Listener:
    """Hears how each test ended that bears the marker of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._rows = rows(catalogue)
        self._rows_of: dict[str, set[str]] = {}
        self._outcomes: defaultdict[str, list[str]] = defaultdict(list)

    @property
    def _amiss(self) -> list[str]:
        return amiss(self._rows, set().union(*self._rows_of.values()))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note which test holds which rows."""
        for item in items:
            held = {str(row) for mark in item.iter_markers(self._catalogue.marker) for row in mark.args}
            if held:
                self._rows_of[item.nodeid] = held

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test ended, or that it could not begin or clean up."""
        if report.when == "call" or report.outcome != "passed":
            for row in self._rows_of.get(report.nodeid, ()):
                self._outcomes[row].append(report.outcome)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fail a run that passed but left the catalogue amiss."""
        if self._amiss and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table."""
        terminalreporter.section(self._catalogue.title)
        for line in (*table(self._rows, self._outcomes), *self._amiss):
            terminalreporter.line(line)
