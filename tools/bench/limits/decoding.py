"""msgspec decoding the pages that a pull reads, into the same types and into nothing but dictionaries."""

import time
from dataclasses import dataclass
from typing import Any

import msgspec

from graph.asking.answers import GraphEvent, Page

_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Decoding:
    """Events a second: as bare JSON, and as our types."""

    bare: float
    typed: float


def decoding(page: bytes) -> Decoding:
    """Decode one page again and again."""
    events = len(msgspec.json.decode(page)["value"])

    def typed() -> Any:
        return [msgspec.json.decode(bytes(one), type=GraphEvent) for one in msgspec.json.decode(page, type=Page).value]

    return Decoding(events * _a_second(lambda: msgspec.json.decode(page)), events * _a_second(typed))


def _a_second(work: Any) -> float:
    began, rounds = time.perf_counter(), 0
    while time.perf_counter() - began < _SECONDS:
        work()
        rounds += 1
    return rounds / (time.perf_counter() - began)
