"""What can be asked of the control surface: the bodies of its requests, checked as strictly as those of Graph."""

from datetime import datetime
from typing import Any

import msgspec


class Time(msgspec.Struct, forbid_unknown_fields=True):
    """Set the clock, move it, or both in this order."""

    now: datetime | None = None
    advance_seconds: float = 0


class Latency(msgspec.Struct, forbid_unknown_fields=True):
    """How long every answer of Graph takes from now on."""

    ms: float


class NewMailbox(msgspec.Struct, forbid_unknown_fields=True):
    """A person to take into the tenant; what is not given is as for most people."""

    upn: str
    name: str = ""
    aliases: list[str] = []
    zone: str = "UTC"
    teams: bool = True
    mailbox: bool = True
    keeps_declined: bool = False
    birthdays: bool = True
    oid: str = ""


class NewGroup(msgspec.Struct, forbid_unknown_fields=True):
    """A distribution group: what is sent to its address reaches its members."""

    address: str
    members: list[str]


class Notifications(msgspec.Struct, forbid_unknown_fields=True):
    """What to do to notifications; what is not given stays as it is."""

    lose: int | None = None
    duplicate: int | None = None
    delay_ms: float | None = None
    reorder: bool | None = None
    forge: dict[str, Any] | None = None


class Removal(msgspec.Struct, forbid_unknown_fields=True):
    """How a subscription vanishes: in silence, or with a lifecycle notification."""

    lifecycle: bool = False


class Lifecycle(msgspec.Struct, forbid_unknown_fields=True):
    """Which lifecycle notification to send."""

    event: str


class Revocation(msgspec.Struct, forbid_unknown_fields=True):
    """Whose access ends and what the token endpoint says of it; without a user, everybody's."""

    user: str | None = None
    error: str = "invalid_grant"
    code: int = 50173
    suberror: str = ""
    access: bool = False
    claims: str | None = None


class Place(msgspec.Struct, forbid_unknown_fields=True):
    """A mailbox, by any name of its owner, and a calendar by id; none is the default one."""

    mailbox: str
    calendar: str = ""
