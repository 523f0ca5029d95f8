"""Events as the reconciler tells them: a list to search, and the story of one."""

from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from contracts.events import Span
from contracts.model import Instant, Model

SideName = Literal["outlook", "espo"]


class Listed(Model):
    """One event, with its state and the reason. Without a `link` it is not synced, and nothing is known but its id."""

    link: UUID | None = None
    entity: str | None = None
    espo_id: str | None = None
    outlook_id: str | None = None
    title: str | None = None
    span: Span | None = None
    state: str
    reason: str = ""
    updated_at: Instant | None = None


class Page(Model):
    """A part of the list; `next` asks for the part after it, None at the end."""

    events: tuple[Listed, ...]
    next: str | None = None


class Entry(Model):
    """One line of an event's story.

    `by`: who decided it by hand. `changed_by`: who made the change that it follows, as EspoCRM tells. `lost`: the values
    that lost a conflict, by field.
    """

    id: int
    at: Instant
    what: str
    source: SideName | None = None
    target: SideName | None = None
    fields: tuple[str, ...] = ()
    reason: str = ""
    latency_ms: int | None = None
    by: str = ""
    changed_by: str = ""
    lost: dict[str, Any] = Field(default_factory=dict)


class Link(Model):
    """How an event stands. `origin` is the side on which it was first made."""

    id: UUID
    account: str
    origin: SideName
    entity: str
    state: str
    reason: str = ""


class Alike(Model):
    """Another event of the same title and start."""

    id: UUID


class Story(Model):
    """What became of one event, and the history that led there.

    `alike`: others that look the same, all of which are kept. `not_connected`: colleagues among its guests, by name.
    """

    link: Link
    title: str | None = None
    span: Span | None = None
    alike: tuple[Alike, ...] = ()
    not_connected: tuple[str, ...] = ()
    journal: tuple[Entry, ...]


class Released(Model):
    """How many held removals were approved or refused."""

    released: int
