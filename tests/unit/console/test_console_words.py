"""Moments, spans and health as people read them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from console.clients.accounts import Account
from console.views.health import health, troubles
from console.views.moments import ago, counted, moment, span_of, took
from contracts.events import AllDay, Timed

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def account(**more: Any) -> Account:
    return Account.model_validate({"id": "a", "name": "Ann", "mailbox": "ann@contoso.test"} | more)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "just now"), (59, "59 seconds ago"), (60, "1 minute ago"), (7_200, "2 hours ago"), (90_000, "1 day ago")],
)
def test_how_long_ago_is_told_in_the_largest_unit_that_fits(seconds: int, words: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_what_never_was_was_never() -> None:
    assert ago(None, NOW) == "never"


def test_a_moment_is_told_in_the_readers_zone_and_in_utc_where_the_zone_is_unknown() -> None:
    assert moment(NOW, "Asia/Kolkata") == "23 Nov 2026 14:30"
    assert moment(NOW, "Nowhere/Land") == "23 Nov 2026 09:00"


def test_a_span_names_the_second_day_only_where_there_is_one() -> None:
    assert span_of(Timed(start=NOW, end=NOW + timedelta(hours=1)), "UTC") == "23 Nov 2026 09:00 – 10:00"
    assert span_of(Timed(start=NOW, end=NOW + timedelta(days=1)), "UTC") == "23 Nov 2026 09:00 – 24 Nov 2026 09:00"
    assert span_of(AllDay(first=date(2026, 11, 23), last=date(2026, 11, 23)), "Asia/Kolkata") == "23 Nov 2026"
    assert span_of(AllDay(first=date(2026, 11, 23), last=date(2026, 11, 24)), "UTC") == "23 Nov 2026 – 24 Nov 2026"


@pytest.mark.parametrize(("milliseconds", "words"), [(None, ""), (420, "0.42 s"), (61_000, "1 minute")])
def test_how_long_a_change_took(milliseconds: int | None, words: str) -> None:
    assert took(milliseconds) == words


def test_one_is_singular() -> None:
    assert (counted(1, "event"), counted(0, "event")) == ("1 event", "0 events")


@pytest.mark.parametrize(
    ("more", "word", "tone"),
    [
        ({}, "In sync", "good"),
        ({"counts": {"pending": 2}}, "Working", "busy"),
        ({"counts": {"pending": 2}, "oldest_pending_seconds": 400}, "Late", "warn"),
        ({"counts": {"held": 2, "pending": 1}}, "Waiting for your word", "warn"),
        ({"feeds": [{"feed": "f", "failures": 3, "reason": "no licence"}]}, "In trouble", "bad"),
        ({"awaits": ["word"]}, "Not begun", "warn"),
        ({"awaits": ["word"], "attention": "connect again"}, "Needs you", "bad"),
    ],
    ids=str,
)
def test_health_tells_first_what_matters_most(more: dict[str, Any], word: str, tone: str) -> None:
    told = health(account(**more), NOW)
    assert (told.word, told.tone) == (word, tone)


def test_health_tells_the_last_change_each_way_and_what_is_pending() -> None:
    told = health(
        account(
            last_change={"to_espo": (NOW - timedelta(minutes=2)).isoformat()},
            counts={"pending": 3, "refused": 1},
            oldest_pending_seconds=70,
            skipped=1,
        ),
        NOW,
    )
    assert told.facts == (
        "last change to EspoCRM: 2 minutes ago",
        "to Outlook: never",
        "3 pending, the oldest for 1 minute",
        "1 failed",
        "1 event skipped",
    )


def test_a_trouble_of_several_feeds_is_told_once() -> None:
    feeds = [{"feed": name, "failures": 1, "reason": "no licence"} for name in ("one", "two")]
    assert troubles(account(feeds=feeds)) == ["no licence"]


@pytest.mark.parametrize(
    ("awaits", "phase"),
    [([], "running"), (["word"], "waiting"), (["outlook", "word"], "reading"), (["espo"], "reading")],
)
def test_the_phase_follows_from_what_is_awaited(awaits: list[str], phase: str) -> None:
    assert account(awaits=awaits).phase == phase
