"""Accounts as the reconciler tells them: settings, feeds, and how things stand."""

from datetime import date
from typing import Any, Literal

from pydantic import ConfigDict, Field

from contracts.model import Instant, Model

Phase = Literal["reading", "waiting", "running"]
_WORD = "word"


class Feed(Model):
    """Where one feed of an account stands. `reason` is what troubles it, "" for nothing.

    `stalled`: it is not read, although nothing fails.
    """

    feed: str
    kind: str = ""
    looked_at: Instant | None = None
    subscription_expires_at: Instant | None = None
    failures: int = 0
    reason: str = ""
    stalled: bool = False


class Rules(Model):
    """An account's settings, under the reconciler's names (M03). Those that no page knows are kept, so that none is lost."""

    model_config = ConfigDict(frozen=True, extra="allow")

    direction: str = "both"
    since: date | None = None
    entities: dict[str, str] = Field(default_factory=lambda: {"Meeting": ""})
    default_entity: str = "Meeting"
    main_calendar: str = ""
    other_calendars: tuple[str, ...] = ()
    remove_in_outlook: bool = False
    contacts_and_leads: bool = False
    description_both_ways: bool = False
    winner: str = "latest"
    field_winners: dict[str, str] = Field(default_factory=dict)
    private: str = "skip"
    categories: tuple[str, ...] = ()
    blocked_domains: tuple[str, ...] = ()
    send_responses: bool = True


class LastChange(Model):
    """When a change last crossed, each way."""

    to_espo: Instant | None = None
    to_outlook: Instant | None = None


class Account(Model):
    """One EspoCRM user's connection to one mailbox.

    `attention`: what somebody has to do, in words, "" for nothing. `awaits`: what the first sync waits for. `counts`: links
    by state.
    """

    id: str
    name: str
    mailbox: str
    zone: str = "UTC"
    addresses: tuple[str, ...] = ()
    rules: Rules = Rules()
    feeds: tuple[Feed, ...] = ()
    counts: dict[str, int] = Field(default_factory=dict)
    last_change: LastChange = LastChange()
    oldest_pending_seconds: float | None = None
    held: int = 0
    skipped: int = 0
    attention: str = ""
    awaits: tuple[str, ...] = ()
    connected_at: Instant | None = None

    @property
    def phase(self) -> Phase:
        """Whether its calendars are being read for the first time, its owner's word is awaited, or the sync runs."""
        if not self.awaits:
            return "running"
        return "waiting" if self.awaits == (_WORD,) else "reading"


class Accounts(Model):
    """Every connected account."""

    accounts: tuple[Account, ...]


class Preview(Model):
    """What the first sync would do: events each way, how many are matched with what is there, invitations to be mailed."""

    phase: Phase
    to_outlook: int = 0
    to_espo: int = 0
    matched: int = 0
    invitations: int = 0
    read: dict[str, int] = Field(default_factory=dict)


class SettingsChange(Model):
    """A change of settings: whose, when, by whom, and the names of what changed.

    `before` is None where the account was not connected until then, `after` where it was disconnected.
    """

    id: int
    account: str
    name: str
    at: Instant
    by: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    fields: tuple[str, ...] = ()


class Changes(Model):
    """A part of the record of changes, the newest first; `next` asks for the part after it, None at the end."""

    changes: tuple[SettingsChange, ...]
    next: int | None = None
