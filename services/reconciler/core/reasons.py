"""Why, in words: what users read of a decision. Field names, never content (M34)."""

from collections.abc import Sequence

from contracts.events import EventField
from reconciler.core.decision import Conflict, Wish
from reconciler.core.link import Apart, Link, State
from reconciler.core.people import PROPOSES, concerns_guests
from reconciler.core.side import SideName, other

ON_THEIR_WAY = "changes are on their way"
SAME = "both sides say the same"
ORGANIZED_OUTSIDE = "somebody else organizes the meeting, and only the organizer can change it in Outlook"

OVER_WITH_GUESTS = "it is over, and its guests would be mailed about it"

HANDED_OVER = "its organizer is connected now, and the record is the organizer's"

NAMES: dict[SideName, str] = {"outlook": "Outlook", "espo": "EspoCRM"}
"""The sides as users know them."""

_WORDS: dict[EventField, str] = {"online": "Teams", "join_url": "join link"}
"""Fields whose own names would tell a user little."""


def of_updates(wishes: Sequence[Wish], conflicts: Sequence[Conflict]) -> str:
    """Say what changed where, and whose value stands where both sides changed a field."""
    contested = {conflict.field for conflict in conflicts}
    parts = [
        f"{_listed(plain)} changed in {NAMES[other(wish.side)]}"
        for wish in wishes
        if (plain := tuple(field for field in wish.fields if field not in contested))
    ]
    if any(wish.patch and wish.patch.owner for wish in wishes):
        parts.append(HANDED_OVER)
    parts += [f"{conflict.field} changed on both sides, {NAMES[conflict.won]}'s value stands" for conflict in conflicts]
    return "; ".join(parts)


def of_lost_edits(reason: str, side: SideName, fields: Sequence[EventField]) -> str:
    """Add to a removal's reason what was edited where the event is removed now."""
    return (
        f"{reason}; {_listed(fields)} changed in {NAMES[side]} meanwhile, and kept in the journal" if fields else reason
    )


def remarked(reason: str, remarks: Sequence[str]) -> str:
    """Add what else has to be known, each thing once."""
    return "; ".join((reason, *(remark for remark in remarks if remark not in reason)))


def of_rest(link: Link, apart: Apart) -> str:
    """Say why nothing is to be written: what changed stays where it was made, or both sides say the same."""
    told = link.reason.replace(f"; {PROPOSES}", "")
    if link.state is State.IN_SYNC and told and apart == link.apart:
        return told
    fields = {side: tuple(field for at, field in apart if at == side) for side in NAMES}
    staying = [f"{_listed(fields[side])} changed in {NAMES[side]} only" for side in fields if fields[side]]
    return "; ".join([*staying, *_why_it_stays(link, fields["espo"])]) if staying else SAME


def _why_it_stays(link: Link, changed_in_espo: Sequence[EventField]) -> tuple[str, ...]:
    if link.guest:
        return (ORGANIZED_OUTSIDE,)
    return (OVER_WITH_GUESTS,) if link.over and changed_in_espo and concerns_guests(link, changed_in_espo) else ()


def _listed(fields: Sequence[EventField]) -> str:
    return ", ".join(_WORDS.get(field, field) for field in fields)
