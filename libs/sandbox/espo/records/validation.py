"""Field validation: EspoCRM checks fields in their defined order and reports the first failure, by field and rule."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from sandbox.espo import errors
from sandbox.espo.definitions.field import Entity, Field

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")


def check(entity: Entity, state: Mapping[str, Any], given: Mapping[str, Any], *, creating: bool) -> None:
    """Check `state` (the record as it would be), on an update only the fields that `given` touches.

    Raises EspoError 400 with the field and the rule that failed: required, valid, maxLength, pattern, emailAddress.
    """
    for field in entity.fields:
        if field.read_only or not (creating or any(each in given for each in field.writable())):
            continue
        failure = _failure(field, state, given)
        if failure is not None:
            raise errors.invalid(entity.name, field.name, failure)


def _failure(field: Field, state: Mapping[str, Any], given: Mapping[str, Any]) -> str | None:
    if field.required and not _present(field, state):
        return "required"
    rule = _RULES.get(field.kind)
    return None if rule is None else rule(field, state, given)


def _present(field: Field, state: Mapping[str, Any]) -> bool:
    match field.kind:
        case "link":
            return bool(state.get(f"{field.name}Id"))
        case "datetimeOptional":
            return bool(state.get(field.name) or state.get(f"{field.name}Date"))
        case _:
            return state.get(field.name) is not None and state.get(field.name) != ""


def _text_failure(field: Field, state: Mapping[str, Any], _: Mapping[str, Any]) -> str | None:
    value = state.get(field.name)
    if value is None:
        return None
    if not isinstance(value, str):
        return "valid"
    if field.max_length is not None and len(value) > field.max_length:
        return "maxLength"
    if field.pattern is not None and not re.fullmatch(field.pattern, value):
        return "pattern"
    sound = field.kind != "url" or urlsplit(value if "://" in value else f"//{value}").netloc
    return None if sound else "valid"


def _enum_failure(field: Field, state: Mapping[str, Any], given: Mapping[str, Any]) -> str | None:
    if field.name not in given or not field.options:
        return None
    value = state.get(field.name)
    optional = field.default is None and value in (None, "")
    return None if optional or value in field.options else "valid"


def _address_failure(field: Field, state: Mapping[str, Any], _: Mapping[str, Any]) -> str | None:
    value = state.get(field.name)
    return "emailAddress" if value is not None and not _ADDRESS.fullmatch(str(value)) else None


def _moment_failure(field: Field, state: Mapping[str, Any], _: Mapping[str, Any]) -> str | None:
    sound = _is_moment(state.get(field.name)) and _is_date(state.get(f"{field.name}Date"))
    return None if sound else "valid"


def _parent_failure(field: Field, state: Mapping[str, Any], _: Mapping[str, Any]) -> str | None:
    kind = state.get(f"{field.name}Type")
    return "valid" if kind is not None and kind not in field.foreign_types else None


def _is_moment(value: Any) -> bool:
    if value is None:
        return True
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return False
    return _parses(datetime.fromisoformat, value)


def _is_date(value: Any) -> bool:
    return value is None or (
        isinstance(value, str) and bool(_DATE.fullmatch(value)) and _parses(date.fromisoformat, value)
    )


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


_RULES: dict[str, Callable[[Field, Mapping[str, Any], Mapping[str, Any]], str | None]] = {
    "varchar": _text_failure,
    "url": _text_failure,
    "enum": _enum_failure,
    "email": _address_failure,
    "datetime": _moment_failure,
    "datetimeOptional": _moment_failure,
    "linkParent": _parent_failure,
}
