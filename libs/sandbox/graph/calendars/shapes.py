"""The JSON shapes that Graph takes, checked as strictly as its type system does.

Real Graph refuses a wrong JSON type, an unknown property and an unknown enumeration member before Exchange sees the
request, and ignores the letter case of enumerations. A simulator that shrugged at any of these would let a client pass
its tests and fail in production.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.graph.errors import bad_body

Check = Callable[[Any, str], Any]


def text(value: Any, name: str) -> str:
    """Take a string; null means empty."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise bad_body(f"Cannot convert the value of '{name}' to the expected type 'Edm.String'.")
    return value


def flag(value: Any, name: str) -> bool:
    """Take a boolean."""
    if not isinstance(value, bool):
        raise bad_body(f"Cannot convert the value of '{name}' to the expected type 'Edm.Boolean'.")
    return value


def whole(value: Any, name: str) -> int:
    """Take a 32-bit whole number."""
    if isinstance(value, bool) or not isinstance(value, int) or not -(2**31) <= value < 2**31:
        raise bad_body(f"Cannot convert the value of '{name}' to the expected type 'Edm.Int32'.")
    return value


def number(value: Any, name: str) -> float:
    """Take any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise bad_body(f"Cannot convert the value of '{name}' to the expected type 'Edm.Double'.")
    return value


def one_of(*members: str) -> Check:
    """Take a member of an enumeration, in any letter case; its own spelling comes back."""
    spelling = {member.lower(): member for member in members}

    def check(value: Any, name: str) -> str:
        member = spelling.get(value.lower()) if isinstance(value, str) else None
        if member is None:
            raise bad_body(f"Requested value '{value}' was not found for the property '{name}'.")
        return member

    return check


def many(check: Check) -> Check:
    """Take a JSON array whose items all pass `check`; null means none."""

    def check_all(value: Any, name: str) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            raise bad_body(f"The property '{name}' must be a collection.")
        return [check(item, name) for item in value]

    return check_all


def optional(check: Check) -> Check:
    """Take null as null, and anything else as `check` does."""
    return lambda value, name: None if value is None else check(value, name)


def record(type_name: str, fields: Mapping[str, Check]) -> Check:
    """Take a JSON object with no other properties than these; annotations (`@`) are passed over."""

    def check(value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise bad_body(f"The property '{name}' must be an object of type '{type_name}'.")
        taken = {}
        for key, inner in value.items():
            if "@" in key:
                continue
            if key not in fields:
                raise unknown_property(key, type_name)
            taken[key] = fields[key](inner, f"{name}/{key}")
        return taken

    return check


def unknown_property(name: str, type_name: str) -> Exception:
    """Refuse a property that the type does not have."""
    return bad_body(
        f"The property '{name}' does not exist on type '{type_name}'. Make sure to only use property names that are"
        " defined by the type.",
    )
