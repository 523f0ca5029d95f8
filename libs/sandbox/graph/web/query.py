"""Query options on events: the small part of OData that a calendar client needs, everything else refused.

A simulator that ignored an option it does not know would answer a question that was not asked. Sources: Microsoft Graph
v1.0 documentation, "List events" and "Get singleValueLegacyExtendedProperty" (the name part of an extended property's id
is case-sensitive, its value is not).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.graph.calendars.drafts import PROPERTIES, extended_id
from sandbox.graph.calendars.items import Item, View
from sandbox.graph.errors import GraphError, bad_query

_MAX_TOP = 1000
_LITERAL = r"'((?:[^']|'')*)'"
_BY_ICAL_UID = re.compile(rf"iCalUId\s+eq\s+{_LITERAL}")
_BY_EXTENDED = re.compile(
    rf"singleValueExtendedProperties/any\(\s*(\w+)\s*:\s*\1/id\s+eq\s+{_LITERAL}\s+and\s+"
    rf"(?:\1/value\s+(?P<op>eq|ne)\s+{_LITERAL}|(?P<call>contains|startswith)\(\s*\1/value\s*,\s*{_LITERAL}\s*\))\s*\)",
    re.IGNORECASE,
)
_EXPAND_EXTENDED = re.compile(
    rf"singleValueExtendedProperties\(\s*\$filter\s*=\s*(id\s+eq\s+{_LITERAL}(?:\s+or\s+id\s+eq\s+{_LITERAL})*)\s*\)",
    re.IGNORECASE,
)
_ID_EQ = re.compile(rf"id\s+eq\s+{_LITERAL}", re.IGNORECASE)
_ORDERS: dict[str, Callable[[Item], Any]] = {
    "start/datetime": lambda item: item.start.utc,
    "end/datetime": lambda item: item.end.utc,
    "createddatetime": lambda item: item.created,
    "lastmodifieddatetime": lambda item: item.modified,
    "subject": lambda item: item.fields["subject"].lower(),
}
_ALWAYS = ("@odata.type", "@odata.etag", "id")
_EXCEPTIONS = "exceptionoccurrences"


@dataclass(frozen=True, slots=True)
class Options:
    """What a request asks of a list or an item. `select` None is everything; `extended` are ids to write out."""

    select: frozenset[str] | None = None
    extended: frozenset[str] = frozenset()
    exceptions: bool = False
    wanted: Callable[[Item], bool] | None = None
    order: tuple[Callable[[Item], Any], bool] | None = None
    top: int | None = None
    skip: int = 0

    def arranged(self, items: list[Item]) -> list[Item]:
        """Filter and order; without an order the oldest creation comes first."""
        found = [item for item in items if self.wanted(item)] if self.wanted else items
        key, descending = self.order or (_ORDERS["createddatetime"], False)
        return sorted(found, key=key, reverse=descending)

    def shown(self, item: Item, view: View) -> dict[str, Any]:
        """Write an item with what was selected and expanded."""
        shown = item.shown(view)
        if self.select is not None:
            if "cancelledOccurrences" in self.select and item.recurrence:
                series_id = item.id_for(view)
                shown["cancelledOccurrences"] = [f"OID.{series_id}.{day}" for day in sorted(item.removed_days)]
            if "exceptionOccurrences" in self.select and self.exceptions and item.recurrence:
                shown["exceptionOccurrences"] = [one.shown(view) for _, one in sorted(item.exceptions.items())]
            shown = {k: v for k, v in shown.items() if k in self.select or k in _ALWAYS}
        if self.extended:
            found = [{"id": one, "value": item.extended[one]} for one in sorted(self.extended & item.extended.keys())]
            if found:
                shown["singleValueExtendedProperties"] = found
        return shown


def read_options(query: Mapping[str, str], *, extra: frozenset[str] = frozenset()) -> Options:
    """Read the `$` options. Raises GraphError 400 for anything outside the grammar; `extra` names are someone else's."""
    readers = {"$select", "$expand", "$filter", "$orderby", "$top", "$skip"}
    if unknown := [key for key in query if key not in readers and key not in extra]:
        raise bad_query(f"The query parameter '{unknown[0]}' is not supported.")
    expand = query.get("$expand", "")
    return Options(
        select=_select(query["$select"]) if "$select" in query else None,
        extended=_expand(expand) if expand and expand.lower() != _EXCEPTIONS else frozenset(),
        exceptions=expand.lower() == _EXCEPTIONS,
        wanted=_filter(query["$filter"]) if "$filter" in query else None,
        order=_order(query["$orderby"]) if "$orderby" in query else None,
        top=_count(query["$top"], "$top", 1, _MAX_TOP) if "$top" in query else None,
        skip=_count(query["$skip"], "$skip", 0, 2**31) if "$skip" in query else 0,
    )


def _select(text: str) -> frozenset[str]:
    known = {name.lower(): name for name in PROPERTIES}
    names = [name.strip() for name in text.split(",") if name.strip()]
    if unknown := [name for name in names if name.lower() not in known]:
        raise GraphError(
            400,
            "RequestBroker--ParseUri",
            f"Could not find a property named '{unknown[0]}' on type 'microsoft.graph.event'.",
        )
    return frozenset(known[name.lower()] for name in names)


def _expand(text: str) -> frozenset[str]:
    found = _EXPAND_EXTENDED.fullmatch(text.strip())
    if found is None:
        raise GraphError(400, "ErrorInvalidUrlQuery", "Parsing OData Select and Expand failed.")
    return frozenset(extended_id(_unquoted(one)) for one in _ID_EQ.findall(found.group(1)))


def _filter(text: str) -> Callable[[Item], bool]:
    if found := _BY_ICAL_UID.fullmatch(text.strip()):
        uid = _unquoted(found.group(1))
        return lambda item: item.ical_uid == uid
    found = _BY_EXTENDED.fullmatch(text.strip())
    if found is None:
        raise GraphError(400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes.")
    name = extended_id(_unquoted(found.group(2)))
    value = _unquoted(found.group(4) or found.group(6) or "").lower()
    compare = _COMPARE[(found["op"] or found["call"]).lower()]
    return lambda item: name in item.extended and compare(item.extended[name].lower(), value)


_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "contains": lambda one, other: other in one,
    "startswith": lambda one, other: one.startswith(other),
}


def _order(text: str) -> tuple[Callable[[Item], Any], bool]:
    name, _, direction = text.strip().partition(" ")
    key = _ORDERS.get(name.lower())
    if key is None or direction.strip().lower() not in {"", "asc", "desc"}:
        raise bad_query(f"The expression '{text}' is not supported in $orderby.")
    return key, direction.strip().lower() == "desc"


def _count(text: str, name: str, low: int, high: int) -> int:
    if not text.isdecimal() or not low <= int(text) <= high:
        raise bad_query(f"The value '{text}' of query parameter '{name}' is not from {low} to {high}.")
    return int(text)


def _unquoted(text: str) -> str:
    return text.replace("''", "'")
