"""The parameters of a connection: as a form shows them, as it sends them back, and as the reconciler wants them (M03).

What makes sense is the reconciler's to say. Here its answer is brought to the field that it speaks of.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from console.clients.accounts import Rules
from console.clients.service import Problem
from console.views.words import CONTESTED, RULES
from console.visit import Form

_PUSHES = frozenset(("both", "espo_to_outlook"))
_NEXT_LABELS = "MCEVABDFGHIJKLNOPQRSTUWXYZ"


@dataclass(frozen=True, slots=True)
class Row:
    """An entity type and its identification label."""

    entity: str
    label: str


@dataclass(frozen=True, slots=True)
class Parameters:
    """The form's values, as they were typed. `since` is an ISO date or ""; lists are separated by commas.

    `field_winners` names only the fields for which the winner is not that of all others.
    """

    direction: str = "both"
    since: str = ""
    rows: tuple[Row, ...] = (Row("Meeting", ""),)
    default_entity: str = "Meeting"
    main_calendar: str = ""
    other_calendars: tuple[str, ...] = ()
    remove_in_outlook: bool = False
    contacts_and_leads: bool = False
    description_both_ways: bool = False
    winner: str = "latest"
    field_winners: dict[str, str] = field(default_factory=dict)
    private: str = "skip"
    categories: str = ""
    blocked_domains: str = ""
    send_responses: bool = True

    @classmethod
    def of_rules(cls, rules: Rules) -> "Parameters":
        """Show the settings in force."""
        return cls(
            direction=rules.direction,
            since=rules.since.isoformat() if rules.since else "",
            rows=tuple(Row(entity, label) for entity, label in rules.entities.items()),
            default_entity=rules.default_entity,
            main_calendar=rules.main_calendar,
            other_calendars=rules.other_calendars,
            remove_in_outlook=rules.remove_in_outlook,
            contacts_and_leads=rules.contacts_and_leads,
            description_both_ways=rules.description_both_ways,
            winner=rules.winner,
            field_winners=rules.field_winners,
            private=rules.private,
            categories=", ".join(rules.categories),
            blocked_domains=", ".join(rules.blocked_domains),
            send_responses=rules.send_responses,
        )

    @classmethod
    def of_form(cls, form: Form) -> "Parameters":
        """Read what was sent."""
        entities, labels = form.getlist("entity"), form.getlist("label")
        return cls(
            direction=form.get("direction", ""),
            since=form.get("since", "").strip(),
            rows=tuple(Row(entity, label.strip()) for entity, label in zip(entities, labels, strict=False)),
            default_entity=form.get("default_entity", ""),
            main_calendar=form.get("main_calendar", ""),
            other_calendars=tuple(form.getlist("other_calendars")),
            remove_in_outlook="remove_in_outlook" in form,
            contacts_and_leads="contacts_and_leads" in form,
            description_both_ways="description_both_ways" in form,
            winner=form.get("winner", ""),
            field_winners={name: won for name in CONTESTED if (won := form.get(f"winner_of_{name}", ""))},
            private=form.get("private", ""),
            categories=form.get("categories", "").strip(),
            blocked_domains=form.get("blocked_domains", "").strip(),
            send_responses="send_responses" in form,
        )

    def push_more_than(self, before: Rules) -> bool:
        """Whether records are to go to Outlook that were not wanted there before, perhaps many, with their invitations (M33)."""
        if self.direction not in _PUSHES:
            return False
        earlier = self.since != "" and before.since is not None and date.fromisoformat(self.since) < before.since
        more = any(row.entity not in before.entities for row in self.rows)
        return before.direction not in _PUSHES or earlier or more

    def with_row(self, entities: Iterable[str]) -> "Parameters":
        """Add a row for the first entity type that has none, with a label that is free."""
        taken = {row.entity for row in self.rows}
        entity = next((name for name in entities if name not in taken), None)
        if entity is None:
            return self
        labels = {row.label.casefold() for row in self.rows}
        label = next((one for one in (entity[:1].upper(), *_NEXT_LABELS) if one.casefold() not in labels), "")
        return replace(self, rows=(*self.rows, Row(entity, label)))

    def without_row(self, place: int) -> "Parameters":
        """Take a row away, by its place from 0."""
        return replace(self, rows=tuple(row for at, row in enumerate(self.rows) if at != place))

    def problems(self) -> dict[str, str]:
        """Name what cannot even be sent: a date that is none, an entity type twice, no entity type at all."""
        found: dict[str, str] = {}
        if self.since:
            try:
                date.fromisoformat(self.since)
            except ValueError:
                found["since"] = "is no date"
        names = [row.entity for row in self.rows]
        if not names:
            found["entities"] = "at least one entity type is synced"
        elif len(names) != len(set(names)):
            found["entities"] = "an entity type is named twice"
        return found

    def settings(self) -> dict[str, Any]:
        """Give the settings as the reconciler wants them."""
        return {
            "direction": self.direction,
            "since": self.since or None,
            "entities": {row.entity: row.label for row in self.rows},
            "default_entity": self.default_entity,
            "main_calendar": self.main_calendar,
            "other_calendars": [calendar for calendar in self.other_calendars if calendar != self.main_calendar],
            "remove_in_outlook": self.remove_in_outlook,
            "contacts_and_leads": self.contacts_and_leads,
            "description_both_ways": self.description_both_ways,
            "winner": self.winner,
            "field_winners": self.field_winners,
            "private": self.private,
            "categories": _listed(self.categories),
            "blocked_domains": _listed(self.blocked_domains),
            "send_responses": self.send_responses,
        }


def _listed(words: str) -> list[str]:
    return [word.strip() for word in words.split(",") if word.strip()]


@dataclass(frozen=True, slots=True)
class Problems:
    """What makes no sense: by field, and what belongs to no field."""

    by_field: dict[str, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()


def problems_of(problems: Sequence[Problem]) -> Problems:
    """Bring the reconciler's words to the form's fields.

    It names a field by its path (`settings.since`, `settings.entities.Call`); where several fields do not fit together, the
    words begin with the field's name.
    """
    by_field: dict[str, str] = {}
    others: list[str] = []
    for problem in problems:
        parts = problem.field.removeprefix("settings").strip(".").split(".")
        words = problem.problem.removeprefix("Value error, ")
        name, colon, rest = words.partition(": ")
        if colon and name in RULES:
            by_field.setdefault(name, rest)
        elif parts[0] in RULES:
            by_field.setdefault(parts[0], words)
        else:
            others.append(f"{problem.field}: {words}" if problem.field else words)
    return Problems(by_field, tuple(others))
