"""One account's settings, as the rules see them (M03, M05 to M20)."""

from datetime import date
from enum import StrEnum
from typing import Any, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from contracts.events import AllDay, Event, EventField, Private
from contracts.model import Model


class Direction(StrEnum):
    """Which way changes flow (M05 to M07); `NONE` is connected for Teams meetings only."""

    BOTH = "both"
    OUTLOOK_TO_ESPO = "outlook_to_espo"
    ESPO_TO_OUTLOOK = "espo_to_outlook"
    NONE = "none"


class Winner(StrEnum):
    """Whose value stands when both sides changed a field to different values (M29)."""

    LATEST = "latest"
    ESPO = "espo"
    OUTLOOK = "outlook"


ContestedField = Literal["title", "span", "location", "description"]
"""Fields that both sides can change to different values. People are merged one by one, and what else there is flows one way."""

CONTESTED: tuple[ContestedField, ...] = get_args(ContestedField)


class Rules(Model):
    """Settings of one account. `entities` maps each synced entity type to its label, "" for none.

    Calendars go by their ids in Graph, the mailbox's default calendar by "". New events of EspoCRM go to the main
    calendar; the main and the other calendars are read (M13). `private` says what is taken of private events (M18).
    `field_winners` says of single fields whose value stands, where `winner` is not to (M29).
    Where `categories` are named, only Outlook's events that bear one of them are taken. Guests of `blocked_domains`, and of
    domains below them, are passed on to neither side. With `send_responses` an organizer gets a mail of each answer that the
    account's owner gives in EspoCRM. `erase_pulled`: what came from Outlook is taken out of EspoCRM again, which makes sense
    only where nothing comes in any more.

    Raises pydantic's ValidationError, with the field named, for combinations that make no sense.
    """

    direction: Direction = Direction.BOTH
    since: date | None = None
    entities: dict[str, str] = Field(default_factory=lambda: {"Meeting": ""}, min_length=1)
    default_entity: str = "Meeting"
    main_calendar: str = ""
    other_calendars: tuple[str, ...] = ()
    remove_in_outlook: bool = False
    contacts_and_leads: bool = False
    description_both_ways: bool = False
    winner: Winner = Winner.LATEST
    field_winners: dict[ContestedField, Winner] = Field(default_factory=dict)
    private: Private = Private.SKIP
    categories: tuple[str, ...] = ()
    blocked_domains: tuple[str, ...] = ()
    send_responses: bool = True
    erase_pulled: bool = False

    @field_validator("entities")
    @classmethod
    def _labels_differ(cls, entities: dict[str, str]) -> dict[str, str]:
        labels = [label.strip().casefold() for label in entities.values() if label.strip()]
        if len(labels) != len(set(labels)):
            raise ValueError("two entity types have the same label")
        return {entity: label.strip() for entity, label in entities.items()}

    @model_validator(mode="after")
    def _every_event_has_a_type(self) -> Self:
        if self.default_entity not in self.entities:
            raise ValueError(f"default_entity: {self.default_entity} is not among the synced entity types")
        unlabelled = [entity for entity, label in self.entities.items() if not label and entity != self.default_entity]
        if unlabelled:
            raise ValueError(f"entities: only the default entity may go without a label, {unlabelled[0]} has none")
        return self

    @field_validator("other_calendars")
    @classmethod
    def _calendars_differ(cls, calendars: tuple[str, ...]) -> tuple[str, ...]:
        if len(calendars) != len(set(calendars)):
            raise ValueError("a calendar is named twice")
        return calendars

    @model_validator(mode="after")
    def _nothing_comes_in_that_is_erased(self) -> Self:
        if self.erase_pulled and self.direction is not Direction.NONE:
            raise ValueError("erase_pulled: the direction has to be none")
        return self

    @field_validator("categories")
    @classmethod
    def _categories_are_named(cls, categories: tuple[str, ...]) -> tuple[str, ...]:
        named = tuple(category.strip() for category in categories)
        if not all(named):
            raise ValueError("a category has no name")
        return named

    @field_validator("blocked_domains")
    @classmethod
    def _domains(cls, domains: tuple[str, ...]) -> tuple[str, ...]:
        bare = tuple(domain.strip().lower().removeprefix("@") for domain in domains)
        if not all(domain and "@" not in domain for domain in bare):
            raise ValueError("is no domain")
        return bare

    @property
    def calendars(self) -> tuple[str, ...]:
        """Every calendar that is read, the main one first."""
        return (self.main_calendar, *(calendar for calendar in self.other_calendars if calendar != self.main_calendar))

    def label_of(self, entity: str) -> str:
        """The label of an entity type (M12); "" for one that has none or is not synced."""
        return self.entities.get(entity, "")

    @property
    def told(self) -> dict[str, Any]:
        """What the Outlook connector has to know of these settings to tell no more than it may, by its name in a look."""
        return {"private": self.private, "categories": self.categories}

    @property
    def pulls(self) -> bool:
        """Whether Outlook's changes go to EspoCRM."""
        return self.direction in {Direction.BOTH, Direction.OUTLOOK_TO_ESPO}

    @property
    def pushes(self) -> bool:
        """Whether EspoCRM's changes go to Outlook."""
        return self.direction in {Direction.BOTH, Direction.ESPO_TO_OUTLOOK}

    def winner_of(self, field: EventField) -> Winner:
        """Whose value stands where both sides changed this field to different values (M29)."""
        return next((winner for name, winner in self.field_winners.items() if name == field), self.winner)

    def is_too_old(self, event: Event, zone: str) -> bool:
        """Whether the event ended before the day that the sync begins with, in the owner's zone (M11)."""
        if self.since is None:
            return False
        span = event.span
        last = span.last if isinstance(span, AllDay) else span.end.astimezone(ZoneInfo(zone)).date()
        return last < self.since
