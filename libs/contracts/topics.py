"""The one list of topics. Each has one writing service; a command creates them, never an accident."""

from dataclasses import dataclass, field
from typing import Literal

PARTITIONS = 12
"""The same count everywhere, so that one replica of the reconciler owns a user's changes of both sides."""

_WEEK, _MONTH = 7 * 24, 30 * 24
_DAY_MS = "86400000"


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic's name, what it is keyed by, how long it is kept, who writes and reads it, and what it means."""

    name: str
    key: Literal["account", "record", "feed", "none"]
    writer: str
    readers: tuple[str, ...]
    meaning: str
    retention_hours: int = _WEEK
    partitions: int = PARTITIONS
    config: dict[str, str] = field(default_factory=dict)


OUTLOOK_NOTICES = Topic(
    "outlook.notices.v1", "account", "outlook_connector", ("reconciler",), "Graph says that a calendar changed"
)
OUTLOOK_LOOKS = Topic("outlook.looks.v1", "account", "reconciler", ("outlook_connector",), "read this from Outlook")
OUTLOOK_CHANGES = Topic(
    "outlook.changes.v1", "account", "outlook_connector", ("reconciler",), "what was read from Outlook, then the cursor"
)
OUTLOOK_WRITES = Topic("outlook.writes.v1", "account", "reconciler", ("outlook_connector",), "change this in Outlook")
OUTLOOK_OUTCOMES = Topic(
    "outlook.outcomes.v1", "account", "outlook_connector", ("reconciler",), "what came of a write to Outlook"
)
OUTLOOK_GRANTS = Topic(
    "outlook.grants.v1",
    "account",
    "outlook_connector",
    ("outlook_connector", "teams_meeting"),
    "who may act in which mailbox, sealed",
    # A row that was replaced or removed is gone from the disks, too, within two days.
    config={
        "cleanup.policy": "compact",
        "segment.ms": _DAY_MS,
        "max.compaction.lag.ms": _DAY_MS,
        "delete.retention.ms": _DAY_MS,
    },
)
ESPO_NOTICES = Topic(
    "espo.notices.v1", "record", "espo_connector", ("espo_connector",), "EspoCRM's webhook spoke of a record"
)
ESPO_LOOKS = Topic("espo.looks.v1", "feed", "reconciler", ("espo_connector",), "read this from EspoCRM")
ESPO_CHANGES = Topic(
    "espo.changes.v1", "account", "espo_connector", ("reconciler",), "what was read from EspoCRM, then the cursor"
)
ESPO_WRITES = Topic("espo.writes.v1", "account", "reconciler", ("espo_connector",), "change this in EspoCRM")
ESPO_OUTCOMES = Topic(
    "espo.outcomes.v1", "account", "espo_connector", ("reconciler",), "what came of a write to EspoCRM"
)
TEAMS_REQUESTS = Topic("teams.requests.v1", "account", "reconciler", ("teams_meeting",), "do this in Teams")
TEAMS_OUTCOMES = Topic(
    "teams.outcomes.v1", "account", "teams_meeting", ("reconciler",), "what came of a request to Teams"
)


def dead_letters(service: str) -> Topic:
    """Where a service parks the messages that no retry can help."""
    return Topic(
        f"{service}.dead-letters.v1",
        "none",
        service,
        ("reconciler",),
        f"messages that no retry can help, as {service} received them",
        retention_hours=_MONTH,
        partitions=1,
    )


SERVICES = ("outlook_connector", "espo_connector", "teams_meeting", "reconciler")

TOPICS: tuple[Topic, ...] = (
    OUTLOOK_NOTICES,
    OUTLOOK_LOOKS,
    OUTLOOK_CHANGES,
    OUTLOOK_WRITES,
    OUTLOOK_OUTCOMES,
    OUTLOOK_GRANTS,
    ESPO_NOTICES,
    ESPO_LOOKS,
    ESPO_CHANGES,
    ESPO_WRITES,
    ESPO_OUTCOMES,
    TEAMS_REQUESTS,
    TEAMS_OUTCOMES,
    *(dead_letters(service) for service in SERVICES),
)
