"""Every synced change becomes one line that a person can read at a glance."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tandem.local.follow import line

CREATED: dict[str, Any] = {
    "id": 1,
    "at": "2026-03-02 12:03:04.250000+00:00",
    "account": "u1",
    "name": "Ann Lee",
    "source": "espo",
    "target": "outlook",
    "what": "created",
    "entity": "Meeting",
    "fields": ["title", "span"],
    "latency_ms": 412,
}


@pytest.fixture(autouse=True)
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The terminal stands in UTC."""
    with monkeypatch.context() as here:
        here.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


def test_a_line_tells_when_whose_which_way_what_and_how_fast() -> None:
    assert line(CREATED) == "12:03:04  Ann Lee       EspoCRM → Outlook  Meeting created  0.41 s"


def test_an_update_names_its_fields() -> None:
    assert "Meeting updated (title, span)" in line({**CREATED, "what": "updated"})


def test_the_way_from_outlook_lines_up_with_the_way_to_it() -> None:
    to_espo = line({**CREATED, "source": "outlook", "target": "espo"})
    assert to_espo.index("→") == line(CREATED).index("→")


def test_a_change_whose_beginning_is_unknown_tells_no_latency() -> None:
    assert line({**CREATED, "latency_ms": None}).endswith("Meeting created")
