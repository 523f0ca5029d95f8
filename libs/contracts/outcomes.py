"""An *outcome*: what came of a write."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from contracts.changes import EspoSeen, OutlookSeen
from contracts.model import Instant, Model

Stored = Annotated[OutlookSeen | EspoSeen, Field(discriminator="kind")]


class Outcome(Model):
    """What all outcomes have in common. `finished_at` is the connector's time after the side had answered."""

    write_id: UUID
    link_id: UUID
    account: str
    finished_at: Instant


class Done(Outcome):
    """Carried out. `stored` is the event as the side stored it, None after a removal.

    `found`: it was read some time after it was written, because the answer was lost or says too little, and `stored` may hold
    somebody's edits since.
    `left_out` are addresses that EspoCRM knows nobody for.
    """

    kind: Literal["done"] = "done"
    stored: Stored | None
    found: bool = False
    left_out: tuple[str, ...] = ()


class Conflicted(Outcome):
    """Not carried out: the side has been edited meanwhile. `fresh` is what it holds now."""

    kind: Literal["conflicted"] = "conflicted"
    fresh: Stored


class Vanished(Outcome):
    """Not carried out: what was to be changed is not there any more."""

    kind: Literal["vanished"] = "vanished"


class Refused(Outcome):
    """Not carried out, and trying again will not help. `reason` is in words, for the user, without content."""

    kind: Literal["refused"] = "refused"
    reason: str


class Deferred(Outcome):
    """Not carried out now: throttled, or the side is down. To be tried again at `until`.

    `attempted`: the side was asked. A write that only waited for its turn is no failed attempt.
    """

    kind: Literal["deferred"] = "deferred"
    until: Instant
    reason: str
    attempted: bool = True


class MeetingReady(Outcome):
    """Carried out in Teams. A meeting that was removed has neither an id nor a link.

    `meeting_id` is that of a meeting of its own; an event that went online has none. `join_url` is "" while an event's
    link has not come yet.
    """

    kind: Literal["meeting_ready"] = "meeting_ready"
    meeting_id: str | None = None
    join_url: str = ""


AnyOutcome = Annotated[
    Done | Conflicted | Vanished | Refused | Deferred | MeetingReady,
    Field(discriminator="kind"),
]
