"""Which write an outcome is the outcome of, and what that leaves to be looked at."""

from contracts.changes import EspoSeen, OutlookSeen
from contracts.outcomes import AnyOutcome, Conflicted, Done
from reconciler.core.link import Link
from reconciler.core.side import Flight, Presence, SideName, Verb

_SIDES: tuple[SideName, ...] = ("outlook", "espo")


def ended_by(link: Link, outcome: AnyOutcome) -> tuple[SideName, Flight] | None:
    """The write that this outcome ends; None if it tells of one that is closed, so that it is only an observation.

    A creation may have been asked for several times. Whichever attempt is first heard of has made the event.
    """
    for name in _SIDES:
        flight = link.side(name).flight
        if flight is not None and flight.write_id == outcome.write_id:
            return name, flight
    if not isinstance(outcome, Done) or outcome.stored is None:
        return None
    name = "outlook" if isinstance(outcome.stored, OutlookSeen) else "espo"
    side = link.side(name)
    return (name, side.creation) if side.creation and side.presence is not Presence.PRESENT else None


def given_away(link: Link, side: SideName, ended: Flight) -> bool:
    """Whether the record that this creation made has another owner by the time that we hear of it.

    What told of that came before anybody knew whose record it was, so it is to be read once more.
    """
    made = side == "espo" and ended.verb is Verb.CREATE and link.espo.presence is Presence.PRESENT
    return made and bool(link.owner) and not link.guest and not link.to_hand_over


def told_by(link: Link, outcome: AnyOutcome) -> OutlookSeen | EspoSeen | None:
    """What the outcome of a closed write still tells of the link's own event.

    None where it tells nothing, and of another event: what a creation found that came again may be one that looks the same.
    """
    match outcome:
        case Done(stored=OutlookSeen() as told) | Conflicted(fresh=OutlookSeen() as told):
            return told if link.outlook.id in (None, told.outlook_id) else None
        case Done(stored=EspoSeen() as told) | Conflicted(fresh=EspoSeen() as told):
            return told if link.espo.id in (None, told.espo_id) else None
    return None
