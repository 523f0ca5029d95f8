"""Recordings of real instances: what was asked, by whom, and what came back; webhook deliveries in between."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_PRUNED = "pruned for the record"
_PRUNED_IN_SILENCE = ("auth.token.login",)


@dataclass(frozen=True, slots=True)
class Transcript:
    """One recorded exchange. `delivered` says that EspoCRM asked and a receiver answered."""

    name: str
    delivered: bool
    caller: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    raw: str | None
    body: Any
    status: int
    answer_headers: dict[str, str]
    answer: Any
    answer_text: str | None
    pruned: bool


def load(file: Path, version: str) -> list[Transcript]:
    """Read the recordings of one version, in the order in which they were made."""
    recorded = json.loads(file.read_text(encoding="utf-8"))["transcripts"]
    return [_read(each) for each in recorded if each["espocrm_version"] == version]


def _read(recorded: dict[str, Any]) -> Transcript:
    request, response = recorded["request"], recorded["response"]
    return Transcript(
        name=recorded["name"],
        delivered=recorded["direction"].startswith("EspoCRM"),
        caller=request.get("as") or "",
        method=request["method"],
        path=request["path"],
        query=request.get("query_encoded", ""),
        headers=request.get("headers", {}),
        raw=request.get("body_raw"),
        body=request.get("body"),
        status=response["status"],
        answer_headers=response.get("headers", {}),
        answer=response.get("body"),
        answer_text=response.get("body_text"),
        pruned=_PRUNED in (recorded.get("note") or "") or recorded["name"] in _PRUNED_IN_SILENCE,
    )
