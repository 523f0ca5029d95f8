"""Faults on demand, and a record of what was asked: the part of the control surface that stands before every answer."""

import re
from dataclasses import dataclass
from typing import Any, Literal

import msgspec


class Fault(msgspec.Struct, forbid_unknown_fields=True):
    """A fault for requests that match: answer something else, answer late, or drop the connection.

    `path` is a regular expression, searched for in the path with its query; `times` how often it strikes (None: for
    ever). `drop` `before`: nothing is carried out; `after`: it is, and the caller never learns. `caller` spares whoever
    does not sign in as this app.
    """

    method: str = ""
    path: str = ""
    times: int | None = 1
    status: int | None = None
    headers: dict[str, str] = {}
    body: Any = None
    delay_ms: float = 0
    drop: Literal["before", "after"] | None = None
    caller: str = ""

    def __post_init__(self) -> None:
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"path is no regular expression: {error}") from error

    def strikes(self, method: str, path: str, app: str | None = None) -> bool:
        """Tell whether the fault is for this request."""
        if self.times == 0 or (self.method and self.method.upper() != method):
            return False
        if self.caller and self.caller != app:
            return False
        return re.search(self.path, path) is not None

    def written(self) -> tuple[bytes, str]:
        """Write the body to answer with, and its content type: text as HTML, anything else as JSON, null as nothing."""
        if isinstance(self.body, str):
            return self.body.encode(), "text/html"
        return (b"" if self.body is None else bytes(msgspec.json.encode(self.body))), "application/json"


class Faults:
    """The faults in force, in the order given; the first that matches strikes."""

    def __init__(self) -> None:
        self._all: list[Fault] = []

    def add(self, faults: list[Fault]) -> None:
        """Put faults in force."""
        self._all += faults

    def clear(self) -> None:
        """Forget all faults."""
        self._all = []

    def strike(self, method: str, path: str, app: str | None = None) -> Fault | None:
        """Take the fault for a request of an app, if there is one."""
        for fault in self._all:
            if fault.strikes(method, path, app):
                if fault.times is not None:
                    fault.times -= 1
                return fault
        return None


@dataclass(slots=True)
class Record:
    """One request as it came: `at` in seconds since 1970; `status` is 0 while unanswered or where it was dropped."""

    method: str
    path: str
    at: float
    app: str | None
    status: int = 0

    def shown(self) -> dict[str, Any]:
        """Write for the control surface."""
        return {"method": self.method, "path": self.path, "status": self.status, "time": self.at, "app": self.app}
