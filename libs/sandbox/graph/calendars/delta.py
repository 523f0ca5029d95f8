"""Delta rounds over a calendar's window: what a reader who was here before must hear now.

A token is the reader's whole state (calendar, window, generation reached), so any replica of a client may go on with
it and any link may be asked for again. What left the window, or changed outside it, is told as removed; series come as
the master with all slim occurrences, never split over pages.
Source: Microsoft Graph v1.0 documentation, "event: delta" and "Use delta query to track changes".
"""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from sandbox.graph.calendars import series
from sandbox.graph.calendars.items import Item, View
from sandbox.graph.calendars.mailbox import Calendar, Mailbox
from sandbox.graph.calendars.tenant import Tenant
from sandbox.graph.errors import GraphError

_TYPE = "#microsoft.graph.event"


class Cursor(msgspec.Struct, frozen=True, array_like=True):
    """Where a reader stands. `upto` is the generation at which the round in progress ends; None between rounds."""

    epoch: int
    calendar: str
    start: datetime
    end: datetime
    after: int = 0
    upto: int | None = None
    baseline: bool = True

    def token(self) -> str:
        """Write as an opaque token."""
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a round: entries as they go over the wire, and the cursor for the link that closes it."""

    entries: list[dict[str, Any]]
    cursor: Cursor

    @property
    def is_last(self) -> bool:
        """Tell whether the round is over."""
        return self.cursor.upto is None


def read_token(token: str) -> Cursor:
    """Read a token back. Raises GraphError 400 for what is none."""
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)), type=Cursor)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise GraphError(400, "ErrorInvalidSyncStateData", "Badly formed token.") from None


def read_page(tenant: Tenant, mailbox: Mailbox, cursor: Cursor, view: View, size: int) -> Page:
    """Read the next page, at least `size` changes if there are so many; a series counts as one.

    Raises GraphError 410 `SyncStateNotFound` for a token whose generation is no longer kept.
    """
    calendar = mailbox.calendar(cursor.calendar)
    oldest = calendar.log.head - tenant.config.delta_generations
    if cursor.epoch != tenant.delta_epoch or (cursor.after < oldest and not cursor.baseline):
        raise GraphError(
            410,
            "SyncStateNotFound",
            "The sync state generation is not found;"
            f" generation={cursor.after};[highest={calendar.log.head}][lowest={max(oldest, 0)}]",
        )
    opening = cursor.upto is None
    upto = calendar.log.head if cursor.upto is None else cursor.upto
    entries: list[dict[str, Any]] = []
    if cursor.baseline and opening and (tenant.config.empty_first_page or not _anything(calendar, cursor)):
        return Page(entries, moved(cursor, cursor.after, upto))
    told, reached = 0, cursor.after
    for mark in calendar.log.between(cursor.after, upto):
        if told == size:
            return Page(_maybe_twice(tenant, entries), moved(cursor, reached, upto))
        reached = mark.generation
        item = calendar.items.get(mark.key)
        if item is not None and (told_now := _entries(mailbox, item, cursor, view)):
            entries += told_now
        elif cursor.baseline:
            continue
        else:
            gone = mark.key if view.immutable else mark.rest_id
            entries.append({"@odata.type": _TYPE, "id": gone, "@removed": {"reason": "deleted"}})
        told += 1
    return Page(_maybe_twice(tenant, entries), moved(cursor, upto, None))


def moved(cursor: Cursor, after: int, upto: int | None) -> Cursor:
    """Move a cursor on; a finished round leaves the baseline behind."""
    baseline = cursor.baseline and upto is not None
    return msgspec.structs.replace(cursor, after=after, upto=upto, baseline=baseline)


def _anything(calendar: Calendar, cursor: Cursor) -> bool:
    return any(is_inside(item, cursor.start, cursor.end) for item in calendar.items.values())


def is_inside(item: Item, start: datetime, end: datetime) -> bool:
    """Tell whether an item, or an instance of its series, touches the window."""
    return series.is_touched(item, start, end) if item.recurrence else series.overlaps(item, start, end)


def _entries(mailbox: Mailbox, item: Item, cursor: Cursor, view: View) -> list[dict[str, Any]]:
    """Write an item that is inside the window; empty where it is outside."""
    if item.recurrence is None:
        inside = series.overlaps(item, cursor.start, cursor.end)
        return [{"@odata.type": _TYPE, **item.shown(view)}] if inside else []
    instances = mailbox.know_instances(series.instances(item, cursor.start, cursor.end))
    if not instances:
        return []
    told = [one.slim(view) if one.kind == "occurrence" else one.shown(view) for one in instances]
    return [{"@odata.type": _TYPE, **entry} for entry in (item.shown(view), *told)]


def _maybe_twice(tenant: Tenant, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [*entries, *entries] if tenant.config.repeat_in_delta else entries
