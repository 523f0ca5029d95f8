"""The conflict table of the manual, as situations for the core: `docs/conflicts.md` is what the tests are made from."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from reconciler.core import privacy
from reconciler.core.decide import decide
from reconciler.core.decision import Decision
from reconciler.core.link import Link
from reconciler.core.rules import ContestedField, Rules
from reconciler.core.side import SideName
from support.conflict_states import TOLD, after_telling, edited_instead, side
from support.links import ANN, event, link

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
    "description both ways": {"description_both_ways": True},
    "private as busy time": {"private": "busy"},
    "private in full": {"private": "full"},
    "categories": {"categories": ("Customers",)},
    "contacts and leads": {"contacts_and_leads": True},
    "blocked domain": {"blocked_domains": ("client.test",)},
    "contacts and leads, blocked domain": {"contacts_and_leads": True, "blocked_domains": ("client.test",)},
    "new label": {"entities": {"Meeting": "M"}},
    "erase what was pulled": {"erase_pulled": True},
}
VARIED = frozenset({"direction", *(name for settings in _SETTINGS.values() for name in settings)})
"""Settings that the table has rows for."""

NOT_OF_A_PAIR = {
    "since": "says which events get here",
    "main_calendar": "says where new events are made",
    "other_calendars": "says which events get here",
    "default_entity": "says which entity type a new event becomes",
    "send_responses": "says who is mailed of an answer, not what is written",
}
"""Settings that change nothing of what is done with a pair, and why."""

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
_STATES = frozenset(state for pair in _PAIRS for state in pair)
_OF_ANY_FIELD = frozenset(
    {
        *(
            "",
            "remove in Outlook",
            "EspoCRM wins",
            "Outlook wins",
            "EspoCRM wins this field",
            "Outlook wins this field",
        ),
        *(OVER, OVER_AND_REMOVED),
    }
)
_OF_PRIVATE = ("", "private as busy time", "private in full")


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
    def link(self) -> Link | None:
        """Both sides as this row says; None for what never gets here."""
        if self.outlook in TOLD:
            return after_telling(self.outlook, _SIDES[self.born], self.rules)
        over = self.setting in {OVER, OVER_AND_REMOVED}
        base = event(people=(ANN,) if over else ())
        sides = side(self.outlook, "Outlook", base), side(self.espo, "EspoCRM", base)
        pair = link(*sides, origin=_SIDES[self.born], over=over)
        return privacy.erased(pair) if self.rules.erase_pulled else pair

    def decide(self) -> Decision | None:
        """What the core says; None if it is not asked."""
        pair = self.link
        return decide(pair, self.rules) if pair else None

    @property
    def is_of_any_field(self) -> bool:
        """Whether the row speaks of every field alike, and not of one in particular."""
        return self.setting in _OF_ANY_FIELD and {self.outlook, self.espo} <= _STATES

    def decide_of(self, field: ContestedField, *, busy_only: bool = False) -> Decision | None:
        """What the core says where it is this field that was edited, which may cross."""
        pair = self.link
        if pair is None:
            return None
        sides = (edited_instead(pair.outlook, field), edited_instead(pair.espo, field))
        pair = pair.model_copy(update={"outlook": sides[0], "espo": sides[1], "busy_only": busy_only})
        winners = dict(zip((field,), self.rules.field_winners.values(), strict=False))
        may_cross = {"description_both_ways": True, "field_winners": winners}
        return decide(pair, self.rules.model_copy(update=may_cross))


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
    for born, direction in product(_SIDES, _DIRECTIONS):
        yield from ((born, direction, *pair) for pair in _of_settings(born, direction))


def in_words(decision: Decision | None) -> str:
    """What is done, as the table says it."""
    if decision is None:
        return "nothing"
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


def _of_settings(born: str, direction: str) -> Iterator[tuple[str, str, str]]:
    """What happened, and under which settings, where a setting lets cross what others keep, or keeps what others let cross."""
    pulls, pushes = direction in {"both", "to EspoCRM"}, direction in {"both", "to Outlook"}
    yield "description edited", "same", ""
    if pulls and born == "EspoCRM":
        yield "description edited", "same", "description both ways"
    yield "same", "description edited", ""
    if pushes and born == "Outlook":
        yield "same", "description edited", "description both ways"

    if born == "Outlook":
        yield from (("created, private", "absent", setting) for setting in _OF_PRIVATE)
        yield "created without the category", "absent", "categories"
    yield from (("made private", "same", setting) for setting in _OF_PRIVATE)
    for setting in _OF_PRIVATE[1:]:
        yield "moved while private", "same", setting
        yield "renamed while private", "same", setting
    yield "category taken off", "same", "categories"

    yield "contact invited", "same", ""
    if pulls:
        yield "contact invited", "same", "blocked domain"
    yield "same", "contact invited", ""
    if pushes:
        yield "same", "contact invited", "contacts and leads"
        yield "same", "contact invited", "contacts and leads, blocked domain"

    yield "same", "same", "new label"
    if direction == "none":
        yield "same", "same", "erase what was pulled"
