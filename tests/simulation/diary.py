"""What is known of a life when it is over."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from tools.chaos.deeds import History
from tools.chaos.invariants import Violation


@dataclass(slots=True)
class Diary:
    """The laws that did not hold, what people did, and every step in order.

    `keyed`: this EspoCRM has a field for the keys of events. `known` are the doubles that nothing, or only such a field, could
    have prevented.
    """

    seed: int
    keyed: bool = True
    violations: list[Violation] = field(default_factory=list)
    known: list[Violation] = field(default_factory=list)
    histories: list[History] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    deaths: int = 0
    repeats: int = 0
    writes: int = 0

    @property
    def deeds(self) -> int:
        """How much people did."""
        return sum(len(history.deeds) for history in self.histories)

    def note(self, what: str) -> None:
        """Write down a step."""
        self.steps.append(f"{datetime.now(UTC):%H:%M:%S.%f} {what}")

    def told(self, *, whole: bool = False) -> str:
        """Tell in few words what does not hold, and what was done with the events concerned; `whole`: every step, too."""
        lines = [f"life {self.seed}, {'with' if self.keyed else 'without'} the extension"]
        lines += [f"  known double: {each.law}: #{each.tag} {each.words}" for each in self.known]
        lines += [f"  {each.law}: {f'#{each.tag} ' if each.tag else ''}{each.words}" for each in self.violations]
        concerned = {each.tag for each in self.violations}
        for history in self.histories:
            if history.tag in concerned:
                lines += [f"  #{history.tag} {history.owner.name}'s: {deed}" for deed in history.deeds]
        return "\n".join(lines + ([f"    {step}" for step in self.steps] if whole else []))
