"""Values that lost a conflict and that somebody wants back: each is a write of its own, remembered until it is carried out.

It is no write of a side, so what comes of it counts as somebody's edit and crosses to the other side. It names the version that
is known, so it waits while another write to its side is under way or its content is in doubt.
"""

from typing import Any
from uuid import UUID

from contracts.model import Instant
from reconciler.core.link import Link, Restore
from reconciler.core.side import FLIGHT_TIMEOUT, Flight, Verb


def wanted(link: Link, restore: Restore) -> Link:
    """Somebody wants a value back; of what was wanted before in the same fields, nothing is."""
    others = (one for one in link.restores if (one.side, one.patch.fields) != (restore.side, restore.patch.fields))
    return link.model_copy(update={"restores": (*others, restore)})


def due(link: Link) -> tuple[Restore, ...]:
    """Those that may be written now."""
    return tuple(restore for restore in link.restores if _may_go(link, restore))


def took_off(link: Link, restore: Restore, write_id: UUID, now: Instant) -> Link:
    """One is under way."""
    flight = Flight(write_id=write_id, verb=Verb.UPDATE, fields=restore.patch.fields, source=None, issued_at=now)
    return _changed(link, restore, flight=flight)


def under_way(link: Link, write_id: UUID) -> Restore | None:
    """The one that this write is to carry out."""
    return next((one for one in link.restores if one.flight and one.flight.write_id == write_id), None)


def closed(link: Link, restore: Restore) -> Link:
    """One was carried out, or never will be."""
    return link.model_copy(update={"restores": tuple(one for one in link.restores if one is not restore)})


def put_off(link: Link, restore: Restore, until: Instant, *, attempted: bool) -> Link:
    """One could not be carried out now, or not on top of what was known of its side."""
    return _changed(link, restore, flight=None, rest_until=until, attempts=restore.attempts + attempted)


def rested(link: Link, now: Instant) -> Link:
    """Time has passed: those that waited may be written, and one that nothing was heard of is written again."""
    for restore in link.restores:
        rests = restore.rest_until if restore.rest_until and restore.rest_until > now else None
        heard = restore.flight if restore.flight and restore.flight.issued_at + FLIGHT_TIMEOUT > now else None
        if (rests, heard) != (restore.rest_until, restore.flight):
            link = _changed(link, restore, rest_until=rests, flight=heard)
    return link


def _may_go(link: Link, restore: Restore) -> bool:
    side = link.side(restore.side)
    return restore.flight is None and restore.rest_until is None and not side.busy and side.relook_at is None


def _changed(link: Link, restore: Restore, **update: Any) -> Link:
    changed = (one.model_copy(update=update) if one is restore else one for one in link.restores)
    return link.model_copy(update={"restores": tuple(changed)})
