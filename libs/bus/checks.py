"""What a check of something outside reports: step by step, what holds, and in words what to mend where it does not.

Whoever sets the product up has several things wrong at once and wants to know them all. So a check stops nowhere: a step
that stands on a failed one is not tried and says so, and the first step that failed is the one to mend first.
"""

import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import NoReturn

from starlette.responses import JSONResponse, Response


class State(StrEnum):
    """How a step ended."""

    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at. `ok` is true for what passed, with a warning or without; `words` are for people."""

    step: str
    ok: bool
    words: str
    state: State


class Failure(Exception):  # noqa: N818  # a finding, not a fault of ours
    """The step does not hold; its text says what to mend."""


class Doubt(Exception):  # noqa: N818  # a finding, not a fault of ours
    """The step holds, but its text says what may surprise."""


Look = Callable[[], Awaitable[str]]
"""Looks at one thing: gives words, raises Failure or Doubt."""


class Checklist:
    """Collects the steps of one check. The text of `known` exceptions is fit for people; each fails its step as Failure does."""

    def __init__(self, *known: type[Exception]) -> None:
        self._known: tuple[type[Exception], ...] = (Failure, *known)
        self.steps: list[Step] = []

    async def step(self, name: str, look: Look, *, after: Sequence[str] = ()) -> None:
        """Look at one thing, unless one of the steps named in `after` did not hold."""
        held = {step.step for step in self.steps if step.ok}
        missing = [each for each in after if each not in held]
        if missing:
            self._note(name, State.SKIPPED, f"not tried, because it needs “{missing[0]}”")
            return
        try:
            self._note(name, State.PASSED, await look())
        except Doubt as doubt:
            self._note(name, State.WARNING, str(doubt))
        except self._known as failure:
            self._note(name, State.FAILED, str(failure))

    def _note(self, name: str, state: State, words: str) -> None:
        self.steps.append(Step(name, state in (State.PASSED, State.WARNING), words, state))


def answer(steps: Sequence[Step]) -> Response:
    """Answer a request with the steps. The status is 200 whatever they found: the check itself was carried out."""
    return JSONResponse({"steps": [asdict(step) for step in steps]})


def tell(steps: Sequence[Step]) -> NoReturn:
    """End a program that was a check: the steps as JSON on standard output; exit code 1 where one failed."""
    sys.stdout.write(json.dumps({"steps": [asdict(step) for step in steps]}, ensure_ascii=False) + "\n")
    sys.exit(any(step.state is State.FAILED for step in steps))
