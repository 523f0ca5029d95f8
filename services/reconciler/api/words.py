"""Words for users, where a message on the bus has only a key word."""

from collections.abc import Mapping
from typing import Any

from contracts.size import TOO_LONG

_SKIPS: Mapping[str, str] = {
    "recurring": "recurring events are not synced",
    "private": "private events are not synced",
    "category": "it bears none of the categories that the settings name",
    "draft": "it is a draft in Outlook that has not been sent yet",
    "unreadable": "it is kept in a form that cannot be read",
    "too_long": TOO_LONG,
    "no_start": "it has no start",
    "cancelled": "it was called off before it was ever synced",
}

_STALLED = "it has not been read for longer than it should take, and nothing says why"


def of_skip(reason: str) -> str:
    """Why an event is not synced; reasons that are words already stay as they are."""
    return _SKIPS.get(reason, reason)


def with_reason(feed: Mapping[str, Any]) -> dict[str, Any]:
    """A feed's row as it is told: one that is stalled and has no other reason says so."""
    told = dict(feed)
    if told["stalled"] and not told["reason"]:
        told["reason"] = _STALLED
    return told
