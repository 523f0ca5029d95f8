"""What of a request's body reaches a record. EspoCRM drops the rest without a word, administrators' input too.

Dropped: ids, time stamps and other read-only attributes, names of linked records, fields whose scope or role forbids
editing, attributes that the entity type does not have. What stays is brought to EspoCRM's own form first.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.espo import errors
from sandbox.espo.definitions.field import Entity, Field

_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:?\d\d)")
STAMP = "%Y-%m-%d %H:%M:%S"


def accept(
    entity: Entity, body: Mapping[str, Any], *, admin: bool, creating: bool, forbidden: frozenset[str]
) -> dict[str, Any]:
    """Give the attributes of `body` that the caller may write, in EspoCRM's form.

    `forbidden` are fields that the caller's role does not let him edit. Raises EspoError 500 for a link-multiple that
    is no list of different ids: EspoCRM crashes on it.
    """
    accepted: dict[str, Any] = {}
    for field, attribute in entity.inputs:
        if attribute not in body or field.read_only or field.name in forbidden:
            continue
        if (field.read_only_after_create and not creating) or (field.admin_only and not admin):
            continue
        accepted[attribute] = _sanitized(field, attribute, body[attribute])
    return accepted


def _sanitized(field: Field, attribute: str, value: Any) -> Any:
    match field.kind:
        case "varchar" | "url" | "text":
            return _text(value, trimmed=field.kind != "text")
        case "email" if attribute == field.name:
            return _text(value, trimmed=True)
        case "bool":
            return value in (True, 1, "true", "1")
        case "datetime" | "datetimeOptional":
            return utc_form(value, date_only=attribute.endswith("Date"))
        case "linkMultiple" if attribute.endswith("Ids"):
            if not isinstance(value, list) or len(set(value)) != len(value):
                raise errors.crashed()
            return value
        case _:
            return value


def _text(value: Any, *, trimmed: bool) -> Any:
    if value is None or isinstance(value, bool | list | dict):
        return value
    text = str(value)
    return (text.strip() if trimmed else text) or None


def utc_form(value: Any, *, date_only: bool = False) -> Any:
    """Turn an ISO 8601 moment with an offset into EspoCRM's UTC form; leave everything else as it is.

    Fractions of a second are not understood, so they stay and fail validation later, as in EspoCRM.
    """
    if not isinstance(value, str) or not _ISO.fullmatch(value):
        return value or None if isinstance(value, str) else value
    if date_only:
        return value[:10]
    return datetime.fromisoformat(value).astimezone(UTC).strftime(STAMP)
