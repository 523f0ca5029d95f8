"""The documents are current, complete, and name only what exists."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from tandem.main import app

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "espo-extension/README.md"])
COMMANDS = set(getattr(get_command(app), "commands", {}))
_BY_HAND = [page for page in PAGES if "made from" not in page.read_text("utf-8")[:400].lower()]


def test_the_pages_that_are_made_from_the_code_are_current() -> None:
    made = subprocess.run(
        [sys.executable, "-m", "tools.docs", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (made.returncode, made.stdout, made.stderr) == (0, "", ""), "run `make docs`"


def test_every_setting_says_what_it_means() -> None:
    rows = [line for line in (ROOT / "docs/settings.md").read_text("utf-8").splitlines() if line.startswith("| `")]

    assert [row for row in rows if re.search(r"\|\s+\|", row)] == []
    assert len(rows) > 40


def test_the_manual_has_every_rule_once_and_in_order() -> None:
    rules = re.findall(r"^### (M\d\d) ", (ROOT / "docs/manual.md").read_text("utf-8"), re.MULTILINE)

    assert rules == [f"M{number:02}" for number in range(1, 36)]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8"))
    local = [link for link in links if not link.startswith(("http:", "https:"))]

    assert [link for link in local if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", _BY_HAND, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"`tandem ([a-z]+)", page.read_text("utf-8"))

    assert sorted(set(named) - COMMANDS) == []


@pytest.mark.parametrize("page", _BY_HAND, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_setting_that_a_page_names_exists(page: Path) -> None:
    known = set(re.findall(r"`(TANDEM_[A-Z_]+)`", (ROOT / "docs/settings.md").read_text("utf-8")))
    named = {name.rstrip("_") for name in re.findall(r"TANDEM_[A-Z_]+", page.read_text("utf-8"))}

    assert sorted(named - known) == []
