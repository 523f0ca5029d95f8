"""What the doctor found: parts of an installation, each with its steps, read leniently from whoever looked."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from bus.checks import State, Step


@dataclass(frozen=True, slots=True)
class Part:
    """One part, such as EspoCRM, and the steps of its check in order."""

    name: str
    steps: tuple[Step, ...]


def failing(parts: Iterable[Part]) -> tuple[str, Step] | None:
    """Give the part and the step to mend first: the first that failed. None where nothing did."""
    steps = ((part.name, step) for part in parts for step in part.steps)
    return next(((name, step) for name, step in steps if step.state is State.FAILED), None)


def told(answer: Any) -> tuple[Step, ...]:
    """Read the steps that a check told as JSON. Raises ValueError where it is something else."""
    try:
        return tuple(Step(each["step"], each["ok"], each["words"], State(each["state"])) for each in answer["steps"])
    except (KeyError, TypeError) as error:
        raise ValueError("this is no report of a check") from error


def alone(name: str, state: State, words: str) -> tuple[Step, ...]:
    """Say one thing about a part that could not be looked at in steps."""
    return (Step(name, state in (State.PASSED, State.WARNING), words, state),)


def report(parts: Iterable[Part]) -> dict[str, Any]:
    """Describe the findings for a script: `{"ok", "failing": {"part", "step", "words"} or null, "parts"}`."""
    parts = tuple(parts)
    first = failing(parts)
    return {
        "ok": first is None,
        "failing": {"part": first[0], "step": first[1].step, "words": first[1].words} if first else None,
        "parts": [{"part": part.name, "steps": [asdict(step) for step in part.steps]} for part in parts],
    }
