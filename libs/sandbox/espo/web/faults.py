"""Faults to order: what a test may ask the simulator to do wrong, and to which requests."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(slots=True)
class Fault:
    """One order. `status` None lets the request through (delayed, or with its connection dropped).

    `caller` is an API key: requests with another one, or with none, are spared.
    """

    method: str | None
    path: re.Pattern[str]
    times: int
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    delay_ms: float = 0
    drop: Literal["before", "after"] | None = None
    caller: str = ""

    def meets(self, method: str, path: str, key: str) -> bool:
        """Tell whether the order is for this request."""
        return self.method in (None, method) and self.caller in ("", key) and self.path.search(path) is not None


class Faults:
    """The orders that wait, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, orders: list[Mapping[str, Any]]) -> None:
        """Add orders as the control surface takes them. Raises ValueError for one that makes no sense."""
        self._waiting += [_read(order) for order in orders]

    def clear(self) -> None:
        """Forget every order."""
        self._waiting.clear()

    def take(self, method: str, path: str, key: str = "") -> Fault | None:
        """Give the first order that this request with its API key meets, and count it."""
        for fault in self._waiting:
            if fault.meets(method, path, key):
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None

    def shown(self) -> list[dict[str, Any]]:
        """Give the waiting orders, for the state of the simulator."""
        return [
            {"method": fault.method, "path": fault.path.pattern, "times": fault.times, "status": fault.status}
            for fault in self._waiting
        ]


def _read(order: Mapping[str, Any]) -> Fault:
    drop = order.get("drop")
    if drop not in (None, "before", "after"):
        raise ValueError("drop is before or after")
    unknown = set(order) - {"method", "path", "times", "status", "headers", "body", "delay_ms", "drop", "caller"}
    if unknown:
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")
    try:
        path = re.compile(str(order.get("path", "")))
    except re.error as wrong:
        raise ValueError(f"path is no regular expression: {wrong}") from wrong
    method = order.get("method")
    return Fault(
        method=str(method).upper() if method else None,
        path=path,
        times=int(order.get("times", 1)),
        status=order.get("status"),
        headers=dict(order.get("headers") or {}),
        body=order.get("body"),
        delay_ms=float(order.get("delay_ms", 0)),
        drop=drop,
        caller=str(order.get("caller", "")),
    )
