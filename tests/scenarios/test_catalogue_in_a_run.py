"""What a run of the marked tests says in the end, and with which exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scenarios.report import RULES, SCENARIOS, TESTS, rows


def run(folder: Path, source: str) -> subprocess.CompletedProcess[str]:
    """Run one file of tests as `make scenarios` would."""
    (folder / "pytest.ini").write_text("[pytest]\nmarkers =\n  scenario\n  rule\n")
    (folder / "test_marked.py").write_text(f"import pytest\n{source}\n")
    words = ["-m", "pytest", "-q", "-p", "scenarios.plugin", "-m", "scenario or rule", "--catalogue"]
    return subprocess.run(  # noqa: S603  # our own command
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        check=False,
    )


def holding(*ids: str, deed: str = "pass") -> str:
    """Write a test that bears these ids of scenarios, and holds every rule."""
    marks, rules = ", ".join(f"'{row}'" for row in ids), ", ".join(f"'{row.id}'" for row in rows(RULES))
    return f"@pytest.mark.rule({rules})\n@pytest.mark.scenario({marks})\ndef test_it():\n    {deed}"


def covered() -> tuple[str, ...]:
    """Give the ids of all rows that want a test."""
    return tuple(row.id for row in rows(SCENARIOS) if not row.why_not)


def test_a_run_in_which_every_row_is_held_passes_and_shows_the_table(tmp_path: Path) -> None:
    ended = run(tmp_path, holding(*covered()))
    assert ended.returncode == pytest.ExitCode.OK, ended.stdout
    assert f"{len(covered())} passed" in ended.stdout
    assert "A-01  passed" in ended.stdout


def test_a_row_whose_test_fails_fails_the_run_by_name(tmp_path: Path) -> None:
    ended = run(tmp_path, holding(*covered(), deed="raise AssertionError"))
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED
    assert "A-01  failed" in ended.stdout


def test_a_marker_that_names_no_row_fails_the_run(tmp_path: Path) -> None:
    ended = run(tmp_path, holding(*covered(), "Z-99"))
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED
    assert "Z-99: the catalogue has no such row" in ended.stdout


def test_a_row_that_was_forgotten_fails_the_run(tmp_path: Path) -> None:
    ended = run(tmp_path, holding(*covered()[1:]))
    assert ended.returncode == pytest.ExitCode.TESTS_FAILED
    assert "A-01: neither a test nor a reason" in ended.stdout
