"""One account's settings, as the rules see them (M03, M05 to M20)."""

from datetime import date
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from contracts.events import AllDay, Event
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


class Rules(Model):
    """Settings of one account. `entities` maps each synced entity type to its label, "" for none.

    Calendars go by their ids in Graph, the mailbox's default calendar by "". New events of EspoCRM go to the main
    calendar; the main and the other calendars are read (M13).

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

    @property
    def calendars(self) -> tuple[str, ...]:
        """Every calendar that is read, the main one first."""
        return (self.main_calendar, *(calendar for calendar in self.other_calendars if calendar != self.main_calendar))

    @property
    def pulls(self) -> bool:
        """Whether Outlook's changes go to EspoCRM."""
        return self.direction in {Direction.BOTH, Direction.OUTLOOK_TO_ESPO}

    @property
    def pushes(self) -> bool:
        """Whether EspoCRM's changes go to Outlook."""
        return self.direction in {Direction.BOTH, Direction.ESPO_TO_OUTLOOK}

    def is_too_old(self, event: Event, zone: str) -> bool:
        """Whether the event ended before the day that the sync begins with, in the owner's zone (M11)."""
        if self.since is None:
            return False
        span = event.span
        last = span.last if isinstance(span, AllDay) else span.end.astimezone(ZoneInfo(zone)).date()
        return last < self.since
