"""What a run proved: figures, and a short story of each law that did not hold."""

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.table import Table

from tandem.api import Reconciler
from tandem.errors import CommandError
from tandem.people.entries import Side
from tandem.people.stage import Stage
from tools.chaos.deeds import History, tag_of
from tools.chaos.ending import End, written
from tools.chaos.field import Field
from tools.chaos.load import Load
from tools.chaos.storm import Storm

_JOURNAL_LINES = 12


@dataclass(frozen=True, slots=True)
class Report:
    """The figures. `faults` counts what struck, by kind; `stories` has one text for each event with a law broken."""

    seed: int
    faults: dict[str, int]
    gave_up: dict[str, int]
    events: int
    deeds: dict[str, int]
    writes: dict[str, int]
    mails: dict[str, int]
    seconds_to_rest: float
    broken: dict[str, int]
    stories: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether every law held."""
        return not self.broken

    def write(self, folder: Path) -> None:
        """Leave the figures as JSON, and the stories as text."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "chaos.json").write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False))
        (folder / "chaos-stories.txt").write_text("\n\n".join(self.stories))

    def table(self) -> Table:
        """Show the figures."""
        shown = Table("what", "how many", title=f"chaos, seed {self.seed}")
        for name, count in self.faults.items():
            shown.add_row(name, str(count))
        shown.add_section()
        shown.add_row("faults survived" if self.held else "faults", str(sum(self.faults.values())))
        for name, count in self.gave_up.items():
            shown.add_row(f"{name} gave up and was started again", str(count))
        shown.add_row("events", str(self.events))
        for name, count in self.deeds.items():
            shown.add_row(f"people: {name}", str(count))
        for name, count in self.writes.items():
            shown.add_row(f"writes to {name}", str(count))
        for name, count in self.mails.items():
            shown.add_row(f"mails: {name}", str(count))
        shown.add_row("seconds until rest", f"{self.seconds_to_rest:.0f}")
        shown.add_row("duplicates", str(self.broken.get("nothing twice", 0)))
        shown.add_row("losses", str(self.broken.get("nothing lost", 0) + self.broken.get("no edit lost", 0)))
        for law, count in self.broken.items():
            shown.add_row(f"[red]broken: {law}[/]", str(count))
        return shown


async def report(
    seed: int, on: Stage, reconciler: Reconciler, load: Load, storm: Storm, *, field: Field, end: End
) -> Report:
    """Count, and tell the stories."""
    deeds = Counter(f"{deed.kind} in {deed.side}" for history in load.histories for deed in history.deeds)
    stories = [await _story(history, end, reconciler) for history in load.histories if _broken_for(history.tag, end)]
    general = [f"{found.law}: {found.words}" for found in end.violations if not found.tag]
    return Report(
        seed=seed,
        faults=dict(sorted(storm.struck.items())),
        gave_up=dict(field.gave_up),
        events=len(load.histories),
        deeds=dict(sorted(deeds.items())),
        writes={str(side): len(await written(on, side)) for side in Side},
        mails=dict(Counter(mail.kind for mail in end.seen.mails)),
        seconds_to_rest=end.seconds,
        broken=dict(Counter(found.law for found in end.violations)),
        stories=(*general, *stories, *([f"logs: {field.system.wanted.directory / 'logs'}"] if end.violations else [])),
    )


def _broken_for(tag: str, end: End) -> list[str]:
    return [f"{found.law}: {found.words}" for found in end.violations if found.tag == tag]


async def _story(history: History, end: End, reconciler: Reconciler) -> str:
    lines = [f"#{history.tag}, born in {history.origin}, {history.holder.name}'s", *_broken_for(history.tag, end)]
    lines += ["  people:", *(f"    {deed}" for deed in history.deeds), "  tandem why:"]
    ids = {
        known
        for entries in end.seen.calendars.values()
        for known, entry in entries.items()
        if tag_of(entry.title) == history.tag
    }
    for known in sorted(ids | set(history.ids.values())):
        lines += [f"    {known}", *(f"      {line}" for line in await _why(reconciler, known.rpartition("/")[2]))]
    return "\n".join(lines)


async def _why(reconciler: Reconciler, known: str) -> list[str]:
    try:
        told = await reconciler.why(known)
    except CommandError as error:
        return [str(error)]
    lines = [f"skipped: {skip['reason']}" for skip in told["skips"]]
    for story in told["stories"]:
        lines.append(f"{story['link']['state']}: {story['link'].get('reason', '')}")
        lines += [_entry(entry) for entry in story["journal"][-_JOURNAL_LINES:]]
    return lines


def _entry(entry: dict[str, Any]) -> str:
    words = ("at", "what", "source", "target", "fields", "reason")
    return " · ".join(str(entry[word]) for word in words if entry.get(word))
