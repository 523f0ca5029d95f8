"""The conflict table of the manual, as situations for the core: `docs/conflicts.md` is what the tests are made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

from contracts.events import Event
from reconciler.core.decide import decide
from reconciler.core.decision import Decision
from reconciler.core.link import Link, Side, SideName
from reconciler.core.rules import Rules
from support.links import ANN, NOON, event, gone, link, present

MANUAL = Path(__file__).parents[2] / "docs" / "conflicts.md"

OVER = "over, with guests"
OVER_AND_REMOVED = "over, with guests, remove in Outlook"

_SIDES: dict[str, SideName] = {"Outlook": "outlook", "EspoCRM": "espo"}
_DIRECTIONS = {"both": "both", "to EspoCRM": "outlook_to_espo", "to Outlook": "espo_to_outlook", "none": "none"}
_SETTINGS: dict[str, dict[str, Any]] = {
    "": {},
    "remove in Outlook": {"remove_in_outlook": True},
    "EspoCRM wins": {"winner": "espo"},
    "Outlook wins": {"winner": "outlook"},
    "EspoCRM wins this field": {"winner": "outlook", "field_winners": {"title": "espo"}},
    "Outlook wins this field": {"winner": "espo", "field_winners": {"title": "outlook"}},
    OVER: {},
    OVER_AND_REMOVED: {"remove_in_outlook": True},
}
_PAIRS = (
    ("created", "absent"),
    ("absent", "created"),
    ("same", "same"),
    ("edited", "same"),
    ("same", "edited"),
    ("edited", "edited in another field"),
    ("edited earlier", "edited later"),
    ("edited later", "edited earlier"),
    ("edited alike", "edited alike"),
    ("removed", "same"),
    ("removed", "edited"),
    ("same", "removed"),
    ("edited", "removed"),
    ("removed", "removed"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One cell of the table: a situation, what is done, and why."""

    born: str
    direction: str
    outlook: str
    espo: str
    setting: str
    done: str = ""
    why: str = ""

    @property
    def situation(self) -> tuple[str, ...]:
        """What makes this row this row."""
        return self.born, self.direction, self.outlook, self.espo, self.setting

    @property
    def rules(self) -> Rules:
        """The account's settings in this row."""
        return Rules.model_validate({"direction": _DIRECTIONS[self.direction], **_SETTINGS[self.setting]})

    @property
    def link(self) -> Link:
        """Both sides as this row says."""
        over = self.setting in {OVER, OVER_AND_REMOVED}
        base = event(people=(ANN,) if over else ())
        sides = _side(self.outlook, "Outlook", base), _side(self.espo, "EspoCRM", base)
        return link(*sides, origin=_SIDES[self.born], over=over)

    def decide(self) -> Decision:
        """What the core says."""
        return decide(self.link, self.rules)


def rows() -> list[Row]:
    """The rows of the manual, in order."""
    lines = [line for line in MANUAL.read_text("utf-8").splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")] for line in lines]
    return [Row(*found) for found in cells if found[0] in _SIDES]


def situations() -> Iterator[tuple[str, ...]]:
    """Every combination that the table has to speak of."""
    for born, direction, (outlook, espo) in product(_SIDES, _DIRECTIONS, _PAIRS):
        if (outlook, espo) == ("created", "absent") and born != "Outlook":
            continue
        if (outlook, espo) == ("absent", "created") and born != "EspoCRM":
            continue
        yield from (
            (born, direction, outlook, espo, setting) for setting in _that_matter(outlook, espo, born, direction)
        )


def in_words(decision: Decision) -> str:
    """What is done, as the table says it."""
    names = {"outlook": "Outlook", "espo": "EspoCRM"}
    deeds = {"create": "create in", "update": "update", "delete": "remove from"}
    wishes = [f"{deeds[wish.verb]} {names[wish.side]}" for wish in decision.wishes]
    if not wishes:
        return "nothing"
    return " and ".join(wishes) + (", keep the other value" if decision.conflicts else "")


def _that_matter(outlook: str, espo: str, born: str, direction: str) -> tuple[str, ...]:
    if direction == "both" and {outlook, espo} == {"edited earlier", "edited later"}:
        of_a_field = ("EspoCRM wins this field", "Outlook wins this field")
        return "", "EspoCRM wins", "Outlook wins", *of_a_field, OVER
    leads_to_outlook = direction in {"both", "to Outlook"}
    if leads_to_outlook and espo == "removed" and outlook != "removed":
        return ("", "remove in Outlook", OVER_AND_REMOVED) if born == "Outlook" else ("", OVER)
    edited_in_espo = {("same", "edited"), ("edited", "edited in another field")}
    of_one_field = {("edited earlier", "edited later"), ("edited later", "edited earlier")}
    if leads_to_outlook and (outlook, espo) in edited_in_espo | of_one_field:
        return "", OVER
    return ("",)


def _side(state: str, name: str, base: Event) -> Side:
    later = NOON + timedelta(hours=1)
    titled = base.model_copy(update={"title": name})
    elsewhere = base.model_copy(update={"location": "Elsewhere"})
    alike = base.model_copy(update={"title": "The same on both sides"})
    sides = {
        "absent": Side(),
        "removed": gone(),
        "created": present(base),
        "same": present(base),
        "edited": present(titled, agreed=base),
        "edited in another field": present(elsewhere, agreed=base),
        "edited alike": present(alike, agreed=base),
        "edited earlier": present(titled, agreed=base),
        "edited later": present(titled, agreed=base, at=later),
    }
    return sides[state]
