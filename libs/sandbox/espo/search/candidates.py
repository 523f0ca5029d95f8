"""Which records a where can match at all, found by index, so that a poll need not look at every record.

A connector polls for changes every two seconds; on ten thousand records the poll must cost next to nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.espo.records.inputs import utc_form
from sandbox.espo.records.store import EVENT_KEYS, Record, Table

_LOWER_BOUNDS = frozenset(("greaterThan", "greaterThanOrEquals", "after", "equals", "between"))


def candidates(table: Table, items: list[Any]) -> Iterator[Record]:
    """Give a superset of the live records that match all of `items`."""
    for item in items:
        if isinstance(item, Mapping) and item.get("type") in ("equals", "in"):
            values = [each for each in _list(item.get("value")) if isinstance(each, str)]
            match item.get("attribute"):
                case "id":
                    return table.pick(dict.fromkeys(values))
                case "assignedUserId":
                    return table.assigned_to(dict.fromkeys(values))
                case attribute if attribute in EVENT_KEYS:
                    return table.with_event_key(values)
                case "emailAddress":
                    return table.with_address([each.lower() for each in values])
    bound = modified_bound(items)
    return table.live() if bound is None else table.modified_since(bound)


def modified_bound(items: list[Any]) -> str | None:
    """Give a moment before which nothing that matches all of `items` was changed; None where they do not say."""
    return max((bound for item in items if (bound := _modified_bound(item)) is not None), default=None)


def _modified_bound(item: Any) -> str | None:
    if not isinstance(item, Mapping):
        return None
    value = item.get("value")
    if item.get("type") in ("and", "or"):
        bounds = [_modified_bound(each) for each in _list(value)]
        known = [bound for bound in bounds if bound is not None]
        if item["type"] == "and":
            return max(known, default=None)
        return min(known) if known and len(known) == len(bounds) else None
    if item.get("attribute") != "modifiedAt" or item.get("type") not in _LOWER_BOUNDS or item.get("dateTime"):
        return None
    lowest = _list(value)[0] if item["type"] == "between" and _list(value) else value
    bound = utc_form(lowest)
    return bound if isinstance(bound, str) else None


def _list(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else [value]
