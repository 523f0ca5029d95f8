"""What the smoke run concluded, step by step, and how it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.table import Table

from tandem.people.entries import Entry
from tandem.people.stage import Place
from tandem.smoke.play import Played, differences
from tandem.smoke.stories import Story


@dataclass(frozen=True, slots=True)
class Verdict:
    """One thing that had to hold. `unmet` says what was expected and what is seen instead."""

    what: str
    way: str
    seconds: float | None
    unmet: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether it held."""
        return not self.unmet


def of_step(played: Played) -> Verdict:
    """Conclude on a step."""
    story, step = played.story, played.step
    what = f"“{story.subject}”: {story.owner.name} {step.title}"
    return Verdict(what, f"{step.side} → {step.side.other}", played.seconds, played.unmet)


def of_words(what: str, unmet: tuple[str, ...]) -> Verdict:
    """Conclude on a statement about the whole."""
    return Verdict(what, "", None, unmet)


def everywhere(told: Iterable[Story], seen: dict[Place, list[Entry]]) -> tuple[str, ...]:
    """Compare all calendars with the ends of all stories: each entry as it was left, and none that belongs to no story."""
    told = tuple(told)
    unmet = [words for story in told for words in differences(story, story.steps[-1], seen)]
    for (side, colleague), entries in seen.items():
        strays = [entry for entry in entries if not any(story.subject in entry.title for story in told)]
        unmet += [f"{colleague.name}'s {side}: expected nothing else; seen {stray}" for stray in strays]
    return tuple(unmet)


def table(verdicts: Iterable[Verdict]) -> Table:
    """Show all verdicts, with what was expected and seen where one did not hold."""
    shown = Table("", "step", "from → to", "seconds")
    for verdict in verdicts:
        seconds = "" if verdict.seconds is None else f"{verdict.seconds:.2f}"
        words = "\n".join([verdict.what, *(f"  {line}" for line in verdict.unmet)])
        shown.add_row("[green]✓[/]" if verdict.held else "[red]✗[/]", words, verdict.way, seconds)
    return shown
