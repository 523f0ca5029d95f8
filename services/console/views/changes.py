"""Changes of settings as sentences: which parameter, from what, to what (M03)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from console.clients.accounts import SettingsChange
from console.views.words import CONTESTED, DIRECTIONS, PRIVATE, RULES, WINNERS

_WORDS: Mapping[str, Mapping[str, str]] = {"direction": DIRECTIONS, "winner": WINNERS, "private": PRIVATE}
_PREFIX = "rules."


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One change: whose settings, who changed them and when, and what, one sentence a parameter."""

    account: str
    name: str
    at: datetime
    by: str
    what: tuple[str, ...]


def change_line(change: SettingsChange) -> ChangeLine:
    """Read one change."""
    return ChangeLine(change.account, change.name, change.at, change.by, _what(change))


def _what(change: SettingsChange) -> tuple[str, ...]:
    if change.before is None:
        return ("Connected",)
    if change.after is None:
        return ("Disconnected",)
    return tuple(_sentence(name, change.before, change.after) for name in change.fields)


def _sentence(path: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    name = path.removeprefix(_PREFIX)
    if path == name:
        return f"{name.capitalize()}: {_shown(name, before.get(name))} → {_shown(name, after.get(name))}"
    old, new = (values.get("rules", {}).get(name) for values in (before, after))
    return f"{RULES.get(name, name)}: {_shown(name, old)} → {_shown(name, new)}"


def _shown(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if name == "field_winners" and isinstance(value, dict):
        return ", ".join(f"{CONTESTED.get(of, of)}: {WINNERS.get(won, won)}" for of, won in value.items()) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} ({label})" if label else str(key) for key, label in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if value in (None, ""):
        return "the default" if name == "main_calendar" else "none"
    return _WORDS.get(name, {}).get(str(value), str(value))
