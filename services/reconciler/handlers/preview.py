"""What a first sync would do, for its owner to see before it does it (M33)."""

from typing import Literal

from contracts.model import Model
from reconciler.core.first_reading import READINGS, Awaited
from reconciler.store import Unit

Phase = Literal["reading", "waiting", "running"]


class Read(Model):
    """How many events have been read so far on each side."""

    outlook: int
    espo: int


class Preview(Model):
    """How many events would be made on each side and how many people mailed; `matched` were on both sides already.

    `phase`: both sides are still being read, the owner's word is awaited, or the sync runs.
    """

    phase: Phase
    to_outlook: int
    to_espo: int
    matched: int
    invitations: int
    read: Read


async def preview(unit: Unit, account_id: str) -> Preview | None:
    """Count what the sync of an account would do now; None if there is no such account."""
    account = await unit.account(account_id)
    if account is None:
        return None
    (counted,) = await unit.rows("preview", account.id)
    return Preview(
        phase=_phase(account.awaits),
        to_outlook=counted["to_outlook"],
        to_espo=counted["to_espo"],
        matched=await unit.value("matched", account.id, account.connected_at),
        invitations=await unit.value(
            "invitations", account.id, account.rules.contacts_and_leads, list(account.rules.blocked_domains)
        ),
        read=Read(outlook=counted["outlook_read"], espo=counted["espo_read"]),
    )


def _phase(awaits: frozenset[Awaited]) -> Phase:
    if awaits & READINGS:
        return "reading"
    return "waiting" if awaits else "running"
