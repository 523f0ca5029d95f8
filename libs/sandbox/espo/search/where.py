"""Where items, compiled to predicates on records, with MariaDB's manners: nulls match no comparison, text ignores case.

Each item is checked as EspoCRM checks it, and a wrong one is refused with EspoCRM's words.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.espo import errors
from sandbox.espo.access.acl import Access
from sandbox.espo.definitions.events import ATTENDEES
from sandbox.espo.definitions.field import Entity
from sandbox.espo.records.inputs import utc_form
from sandbox.espo.records.store import Record, Store
from sandbox.espo.records.views import Views
from sandbox.espo.search import periods

Predicate = Callable[[Record], bool]
_KEYS = frozenset(("type", "attribute", "field", "value", "dateTime", "timeZone", "data"))
_LINK_TYPES = frozenset(("linkedWith", "notLinkedWith", "isLinked", "isNotLinked", "linkedWithAll"))
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "equals": lambda a, b: a in b if isinstance(b, list) else a == b,
    "notEquals": lambda a, b: a not in b if isinstance(b, list) else a != b,
    "in": lambda a, b: a in b if isinstance(b, list) else a == b,
    "notIn": lambda a, b: a not in b if isinstance(b, list) else a != b,
    "greaterThan": lambda a, b: a > b,
    "after": lambda a, b: a > b,
    "greaterThanOrEquals": lambda a, b: a >= b,
    "lessThan": lambda a, b: a < b,
    "before": lambda a, b: a < b,
    "lessThanOrEquals": lambda a, b: a <= b,
    "between": lambda a, b: b[0] <= a <= b[1],
    "like": lambda a, b: _like(str(b)).fullmatch(str(a)) is not None,
    "notLike": lambda a, b: _like(str(b)).fullmatch(str(a)) is None,
    "startsWith": lambda a, b: str(a).startswith(str(b)),
    "endsWith": lambda a, b: str(a).endswith(str(b)),
    "contains": lambda a, b: str(b) in str(a),
    "notContains": lambda a, b: str(b) not in str(a),
}
_UNARY: dict[str, Callable[[Any], bool]] = {
    "isNull": lambda value: value is None,
    "isNotNull": lambda value: value is not None,
    "isTrue": bool,
    "isFalse": lambda value: not value,
    "isEmpty": lambda value: not value,
    "isNotEmpty": bool,
}
_SEVERAL = "several"  # attributes whose value is a list, any of which may match


@dataclass(frozen=True, slots=True)
class Compiler:
    """Compiles the where items of one request."""

    entity: Entity
    access: Access
    store: Store
    views: Views
    now: datetime
    zone: str
    repeats_reasons: bool

    def all_of(self, items: list[Any]) -> Predicate:
        """Compile items that must all hold. Raises EspoError 400, or 500 for a key that EspoCRM does not know."""
        predicates = [self._item(item) for item in items]
        if len(predicates) == 1:
            return predicates[0]
        return lambda record: all(predicate(record) for predicate in predicates)

    def refuse(self, reason: str) -> errors.EspoError:
        """Give a refusal in the words of the release: 9.x says some sentences twice."""
        return errors.EspoError(400, f"{reason} {reason}" if self.repeats_reasons else reason)

    def _item(self, item: Any) -> Predicate:
        if not isinstance(item, Mapping):
            raise errors.EspoError(400, "Bad where item.")
        if not _KEYS.issuperset(item):
            raise errors.crashed()
        kind, value = str(item.get("type")), item.get("value")
        if kind in ("and", "or", "not"):
            return self._group(kind, value)
        attribute = str(item.get("attribute") or item.get("field") or "")
        if ":" in attribute or "(" in attribute:
            raise self.refuse("Complex expressions are forbidden in where.")
        if kind in _LINK_TYPES:
            return self._link(kind, attribute, value)
        self._check(kind, attribute)
        if item.get("dateTime") or kind in periods.RELATIVE_TYPES or kind in ("on", "notOn"):
            return self._calendar(kind, attribute, value, str(item.get("timeZone") or self.zone))
        return self._compare(kind, attribute, value)

    def _check(self, kind: str, attribute: str) -> None:
        known = kind in _COMPARE or kind in _UNARY or kind in periods.RELATIVE_TYPES or kind in ("on", "notOn")
        if not known:
            raise errors.EspoError(400, f"Unknown where item type '{kind}'.")
        if attribute not in self.entity.read and attribute != "acceptanceStatus":
            raise errors.EspoError(400, f"Not existing attribute '{attribute}' in where.")
        if attribute in self.access.hidden(self.entity):
            raise self.refuse(f"Forbidden attribute '{attribute}' in where.")

    def _group(self, kind: str, value: Any) -> Predicate:
        items = list(value.values()) if isinstance(value, dict) else list(value or ())
        if kind == "not":
            inner = self.all_of(items)
            return lambda record: not inner(record)
        if kind == "and":
            return self.all_of(items)
        predicates = [self._item(each) for each in items]
        return lambda record: any(predicate(record) for predicate in predicates)

    def _compare(self, kind: str, attribute: str, value: Any) -> Predicate:
        get = self._getter(attribute)
        if kind in _UNARY:
            test = _UNARY[kind]
            return lambda record: test(get(record))
        compare, wanted = _COMPARE[kind], _comparable(value)
        if attribute in ("emailAddress", "acceptanceStatus"):
            return lambda record: any(compare(each, wanted) for each in get(record) or ())
        return lambda record: (found := _folded(get(record))) is not None and compare(found, wanted)

    def _calendar(self, kind: str, attribute: str, value: Any, zone: str) -> Predicate:
        days = f"{attribute}Date"
        if days in self.entity.read and (periods.is_day(value) or kind in periods.RELATIVE_TYPES):
            by_day, by_moment = self._ranged(kind, days, value, zone, moments=False), None
            by_moment = self._ranged(kind, attribute, value, zone, moments=True)
            return lambda record: by_day(record) if record.values.get(days) else by_moment(record)
        return self._ranged(kind, attribute, value, zone, moments=not attribute.endswith("Date"))

    def _ranged(self, kind: str, attribute: str, value: Any, zone: str, *, moments: bool) -> Predicate:
        if kind in periods.RELATIVE_TYPES:
            return self._within(attribute, *periods.relative(kind, value, self.now, zone, moments=moments))
        if moments and periods.is_day(value):
            first, last = periods.day_range(value, zone)
            bound = {"after": last, "greaterThan": last, "greaterThanOrEquals": first}
            bound |= {"before": first, "lessThan": first, "lessThanOrEquals": last}
            if kind in ("on", "equals", "notOn", "notEquals"):
                inside = self._within(attribute, first, last)
                return inside if kind in ("on", "equals") else lambda record: not inside(record)
            return self._compare(kind, attribute, bound.get(kind, value))
        if moments and kind == "between" and all(periods.is_day(each) for each in value):
            return self._within(attribute, periods.day_range(value[0], zone)[0], periods.day_range(value[1], zone)[1])
        return self._compare({"on": "equals", "notOn": "notEquals"}.get(kind, kind), attribute, value)

    def _within(self, attribute: str, first: str | None, last: str | None) -> Predicate:
        get = self._getter(attribute)

        def within(record: Record) -> bool:
            found = get(record)
            return found is not None and (first is None or found >= first) and (last is None or found <= last)

        return within

    def _link(self, kind: str, name: str, value: Any) -> Predicate:
        field = self.entity.field(name)
        if field is None or field.kind not in ("link", "linkMultiple"):
            raise errors.EspoError(400, f"Not existing link '{name}' in where.")
        if kind in ("isLinked", "isNotLinked"):
            return lambda record: bool(self._linked(record, name)) == (kind == "isLinked")
        wanted = value if isinstance(value, list) else [value]
        for each in wanted:
            found = self.store.find(field.foreign, each)
            if found is None or not self.access.may(found, "read"):
                raise errors.EspoError(400, f"Record '{each}' of link '{name}' in where does not exist.")
        if kind == "linkedWithAll":
            return lambda record: set(wanted) <= set(self._linked(record, name))
        return lambda record: bool(set(wanted) & set(self._linked(record, name))) == (kind == "linkedWith")

    def _linked(self, record: Record, name: str) -> list[str]:
        field = self.entity.field(name)
        if field is not None and field.kind == "link":
            one = record.values.get(f"{name}Id")
            return [one] if one else []
        return record.linked(name)

    def _getter(self, attribute: str) -> Callable[[Record], Any]:
        match attribute:
            case "id":
                return lambda record: record.id
            case "deleted":
                return lambda record: record.deleted
            case "emailAddress":
                return lambda record: [each["lower"] for each in record.emails]
            case "acceptanceStatus":
                return _statuses
        if self.entity.field(attribute) is not None or attribute.endswith(("Id", "Type", "Date", "At")):
            return lambda record: record.values.get(attribute)
        return lambda record: self.views.value(record, attribute, self.access)


def _statuses(record: Record) -> list[str]:
    rows = (row for link in ATTENDEES for row in record.links.get(link, {}).values())
    return [str(row.status).lower() for row in rows if not row.removed]


def _comparable(value: Any) -> Any:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [_folded(utc_form(each)) for each in value]
    return _folded(utc_form(value))


def _folded(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _like(pattern: str) -> re.Pattern[str]:
    return re.compile("".join({"%": ".*", "_": "."}.get(each, re.escape(each)) for each in pattern), re.DOTALL)
