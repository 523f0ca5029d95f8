"""Comparing a recorded answer with a simulated one, up to ids and the moments of the machine's own clock.

The record keeps some long answers as a summary (how many rows, which keys); the simulator's answer is summarised the
same way first. Sizes of a whole product's configuration (counts of settings, of paths, of characters) are left out.
"""

import re
from typing import Any

from sandbox.espo.replay.identities import REDACTED

_MOMENTS = frozenset(("streamUpdatedAt", "lastAccess", "processedAt", "processAt"))
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_LENGTH = re.compile(r"<(\d+) chars>")
_SIZES = frozenset(("size_chars", "keys_count", "paths_count", "Meeting_paths"))
_SUMMARIES = frozenset(("list_len", "first_keys", "urls", "top_level_keys", "has", "other_keys"))
Difference = tuple[str, Any, Any]
MISSING = "(missing)"


def differences(recorded: Any, simulated: Any, place: str = "") -> list[Difference]:
    """Give the places where two values differ, with both values; lists of plain texts compare as sets."""
    if isinstance(recorded, dict) and isinstance(simulated, dict):
        keys = dict.fromkeys([*recorded, *simulated])
        return [
            difference
            for key in keys
            for difference in differences(recorded.get(key, MISSING), simulated.get(key, MISSING), f"{place}.{key}")
        ]
    if isinstance(recorded, list) and isinstance(simulated, list):
        if all(isinstance(each, str) for each in (*recorded, *simulated)):
            recorded, simulated = sorted(recorded), sorted(simulated)
        elif len(recorded) == len(simulated):
            return [
                difference
                for position, (one, other) in enumerate(zip(recorded, simulated, strict=True))
                for difference in differences(one, other, f"{place}[{position}]")
            ]
    if _same(recorded, simulated, place.rpartition(".")[2]):
        return []
    return [(place, recorded, simulated)]


def summarised(recorded: Any, simulated: Any) -> tuple[Any, Any]:
    """Bring both values to the form that a pruned record has."""
    if not isinstance(recorded, dict) or not isinstance(simulated, dict):
        if isinstance(recorded, list) and isinstance(simulated, list) and len(recorded) == len(simulated):
            pairs = [summarised(one, other) for one, other in zip(recorded, simulated, strict=True)]
            return [one for one, _ in pairs], [other for _, other in pairs]
        if isinstance(recorded, str) and _LENGTH.fullmatch(recorded) and isinstance(simulated, str):
            return recorded, f"<{len(simulated)} chars>"
        return recorded, simulated
    kept: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    for key, value in recorded.items():
        if key in _SIZES:
            continue
        found = (
            _summary(key, value, simulated)
            if key in _SUMMARIES
            else simulated.get(key, None if value is None else MISSING)
        )
        kept[key], shown[key] = summarised(value, found)
    return kept, shown


def _summary(key: str, recorded: Any, simulated: dict[str, Any]) -> Any:
    rows = simulated.get("list", [])
    match key:
        case "list_len":
            return len(rows)
        case "first_keys":
            return sorted(rows[0]) if rows else []
        case "urls":
            return [row.get("url") for row in rows]
        case "has":
            return {each: each in simulated for each in recorded}
        case "other_keys":
            return [each for each in simulated if each != "table"]
        case _:
            return [each for each in simulated if each in recorded]


def _same(recorded: Any, simulated: Any, key: str) -> bool:
    if recorded == REDACTED:
        return isinstance(simulated, str) and len(simulated) == len(REDACTED)
    if key in _MOMENTS and isinstance(recorded, str) and isinstance(simulated, str):
        return bool(_STAMP.fullmatch(recorded) and _STAMP.fullmatch(simulated))
    return bool(recorded == simulated and isinstance(recorded, bool) == isinstance(simulated, bool))
