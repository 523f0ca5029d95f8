"""Which rights the API user's role lacks, from the access table that `App/user` shows, pure.

A scope is an object of levels by action, plainly true where it is merely on, and absent where nothing is granted.
"""

from collections.abc import Iterable, Mapping
from typing import Any

_ON_EVENTS = {"create": ("yes",), "read": ("all",), "edit": ("all",), "delete": ("all",)}
_READ_ALL = {"read": ("all",)}

Table = Mapping[str, Any]


def missing_on_events(table: Table, entities: Iterable[str]) -> list[str]:
    """Name what the sync of these entity types lacks."""
    return [words for entity in entities if (words := _missing(table, entity, _ON_EVENTS))]


def missing_on_people(table: Table) -> tuple[list[str], list[str]]:
    """Name what finding users lacks, and what finding other people and teams lacks, without which the sync still works."""
    needed = _missing(table, "User", _READ_ALL)
    wished = (_missing(table, scope, _READ_ALL) for scope in ("Contact", "Lead", "Team"))
    return [needed] if needed else [], [words for words in wished if words]


def _missing(table: Table, scope: str, wanted: Mapping[str, tuple[str, ...]]) -> str:
    granted = table.get(scope)
    levels = granted if isinstance(granted, Mapping) else {}
    lacking = [f"{action} “{enough[0]}”" for action, enough in wanted.items() if levels.get(action) not in enough]
    return f"{scope}: {', '.join(lacking)}" if lacking else ""
