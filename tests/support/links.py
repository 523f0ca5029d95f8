"""Links in the situations that the rules speak of."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.changes import EspoSeen, OutlookSeen
from contracts.events import Attendee, Event, PersonKind, Timed
from reconciler.core.link import Link
from reconciler.core.side import Presence, Side, SideName

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""When things were read and written."""

UPCOMING = datetime(2036, 3, 3, 12, tzinfo=UTC)
"""When the event is: not over yet, which makes a difference to whom it concerns."""

LINK_ID = UUID(int=1)

ANN = Attendee(address="ann@contoso.test", name="Ann", kind=PersonKind.USER)
CARL = Attendee(address="carl@client.test", name="Carl", kind=PersonKind.CONTACT)


def event(**changes: Any) -> Event:
    """A planned hour, changed as wanted."""
    usual: dict[str, Any] = {
        "title": "Kick-off",
        "span": Timed(start=UPCOMING, end=UPCOMING + timedelta(hours=1)),
        "location": "Room 1",
        "description": "Agenda",
        "people": (),
        "cancelled": False,
    }
    return Event(**{**usual, **changes})


def present(content: Event, *, agreed: Event | None = None, at: datetime = NOON, item: str = "x") -> Side:
    """A side that is there and was agreed on, unless said otherwise."""
    return Side(
        presence=Presence.PRESENT,
        id=item,
        version="v",
        modified_at=at,
        read_at=at,
        seen=content,
        agreed=agreed or content,
    )


def link(outlook: Side, espo: Side, *, origin: SideName = "espo", **more: Any) -> Link:
    """A pair of Ann's."""
    return Link(id=LINK_ID, account="ann", origin=origin, entity="Meeting", outlook=outlook, espo=espo, **more)


def gone() -> Side:
    """A side that was removed, as a read confirmed."""
    return Side(presence=Presence.GONE, id="x", read_at=NOON)


def outlook_seen(content: Event, *, at: datetime = NOON, read_at: datetime | None = None) -> OutlookSeen:
    """Outlook as a look found it."""
    return OutlookSeen(
        account="ann", outlook_id="x", version=f"W/{at}", modified_at=at, read_at=read_at or at, event=content
    )


def espo_seen(content: Event, *, at: datetime = NOON, read_at: datetime | None = None) -> EspoSeen:
    """EspoCRM as a sweep found it."""
    return EspoSeen(
        account="ann",
        entity="Meeting",
        espo_id="x",
        version=f"{at}",
        modified_at=at,
        read_at=read_at or at,
        event=content,
    )
