"""How news changes what a link remembers. Each function takes a link and gives the link that follows; nothing is decided here."""

from datetime import timedelta
from typing import Any

from contracts.changes import EspoSeen, OutlookSeen
from contracts.events import EventField
from contracts.model import Instant
from reconciler.core import meetings, privacy
from reconciler.core.agreement import agree, recognised
from reconciler.core.decision import Decision
from reconciler.core.link import Link, Word
from reconciler.core.rules import CONTESTED
from reconciler.core.side import Presence, Side, SideName, other

_DOUBT = timedelta(seconds=1)
"""Reads and writes closer than this cannot be put in order: EspoCRM's `modifiedAt` is exact to the second only
(espocrm-live, section 1), and two replicas' clocks may differ by as much."""

_SURELY_LATER = timedelta(minutes=10)
"""Clocks of two replicas may differ by minutes, not by as many as these."""

Observation = OutlookSeen | EspoSeen


def side_of(observation: Observation) -> SideName:
    """Which side was observed."""
    return "outlook" if isinstance(observation, OutlookSeen) else "espo"


def seen(link: Link, observation: Observation) -> Link:
    """A side was read. What is older than what is known already is dropped; what cannot be told is to be read again."""
    name = side_of(observation)
    side = link.side(name)
    if (side.presence is Presence.GONE or _is_kept_from(link, name)) and _read_before(observation, side):
        return link
    if link.exposed and name == "espo" and side.presence is Presence.PRESENT:
        return link  # it is to be removed, whatever it says by now
    if side.presence is Presence.PRESENT and side.modified_at:
        if observation.modified_at < side.modified_at and not clock_was_set_right(name, side, observation.read_at):
            return link
        same = observation.event == side.seen
        if observation.modified_at == side.modified_at and not same and _in_doubt(name, side, observation.read_at):
            return doubted(link, name, (side.read_at or observation.read_at) + _DOUBT)
    told = remember(link, name, observation)
    return put_back(told, name) if side.presence is Presence.GONE else told


def clock_was_set_right(name: SideName, side: Side, read_at: Instant) -> bool:
    """Whether a read is so much later than all that is known that an older `modifiedAt` is news, too.

    EspoCRM's clock was ahead and has been put right, or its database was restored: else no edit of the record would count until
    that time has come.
    """
    return name == "espo" and side.read_at is not None and read_at > side.read_at + _SURELY_LATER


def put_back(link: Link, name: SideName) -> Link:
    """A removal on this side may have been undone: what we removed on the other because of it is to be made anew there."""
    there = link.side(other(name))
    undone = link.side(name).presence is Presence.PRESENT and there.presence is Presence.GONE and there.removed_by_us
    if not undone or link.moved_away or link.exposed:
        return link
    link = privacy.without_record(link) if name == "outlook" else link.with_side("outlook", Side())
    return link.model_copy(update={"removal": Word.NONE})


def is_known(link: Link, observation: Observation) -> bool:
    """Whether an observation tells what is known already: most often it is an *echo*, our own write seen as a change."""
    side = link.side(side_of(observation))
    return side.presence is Presence.PRESENT and side.seen == observation.event


def doubted(link: Link, name: SideName, until: Instant) -> Link:
    """What a side holds cannot be told now: it is to be read again then."""
    return link.with_side(name, link.side(name).model_copy(update={"relook_at": until}))


def looked_again(link: Link, name: SideName) -> Link:
    """The side is being read again."""
    return link.with_side(name, link.side(name).model_copy(update={"relook_at": None}))


def gone(link: Link, name: SideName, read_at: Instant) -> Link:
    """A read confirmed that the event is not there any more."""
    side = link.side(name)
    return link.with_side(name, side.model_copy(update={"presence": Presence.GONE, "read_at": read_at}))


def settle(link: Link, decision: Decision) -> Link:
    """Take over what a decision says of the link itself."""
    for name, fields in decision.settled.items():
        link = agree(link, name, fields, link.side(name).seen)
    return link.model_copy(update={"state": decision.state, "reason": decision.reason, "apart": decision.apart})


def _in_doubt(name: SideName, side: Side, read_at: Instant) -> bool:
    return name == "espo" and side.read_at is not None and read_at < side.read_at + _DOUBT


def _is_kept_from(link: Link, name: SideName) -> bool:
    return name == "outlook" and bool(link.hidden)


def _item(observation: Observation) -> str:
    return observation.outlook_id if isinstance(observation, OutlookSeen) else observation.espo_id


def _read_before(observation: Observation, side: Side) -> bool:
    return side.read_at is not None and observation.read_at <= side.read_at


def remember(link: Link, name: SideName, observation: Observation) -> Link:
    """The side is as it was read, whatever was known of it before."""
    if link.moved_away and name == "espo":
        return link  # another link cares for the record; what an outcome still tells of it here would bring it back
    if isinstance(observation, OutlookSeen):
        link = privacy.told(link, observation)
    side = link.side(name)
    update: dict[str, Any] = {
        "presence": Presence.PRESENT,
        "id": _item(observation),
        "version": observation.version,
        "modified_at": observation.modified_at,
        "edited_at": _edited_at(side, observation),
        "changed_by": observation.changed_by if isinstance(observation, EspoSeen) else "",
        "read_at": max(observation.read_at, side.read_at or observation.read_at),
        "seen": privacy.may_be_kept(link, name, observation.event),
        "removed_by_us": False,
    }
    if side.refused_at is not None and observation.modified_at > side.refused_at:
        # What it refused, it refused as it was then: somebody may have made the event an ordinary one again, say.
        update |= {"refused": None, "refused_at": None}
    if side.presence is Presence.GONE:
        # What was said of its removal was said of that one only.
        link = link.model_copy(update={"removal": Word.NONE})
    changed = side.seen != observation.event
    link = recognised(link.with_side(name, side.model_copy(update=update)), name)
    if changed and name == "espo":
        link = meetings.reconsidered(link)
    if changed and link.side(other(name)).refused is not None:
        # What the other side refused was other content: it deserves a new try.
        link = link.with_side(other(name), link.side(other(name)).model_copy(update={"refused": None}))
    if isinstance(observation, EspoSeen):
        in_another = observation.account != link.account
        owner = observation.account if in_another else ""
        link = link.model_copy(update={"owner": owner, "to_hand_over": link.to_hand_over and in_another})
    if isinstance(observation, OutlookSeen):
        update = {
            "ical_uid": observation.ical_uid,
            "calendar": observation.calendar,
            "guest": not observation.is_organizer,
        }
        link = link.model_copy(update=update | ({"offline": ""} if observation.event.online else {}))
    return link


def _edited_at(side: Side, observation: Observation) -> dict[EventField, Instant]:
    """When each field that is not as agreed was edited; what is still as seen before was not edited this time."""
    if side.seen is None or side.agreed is None:
        return {}
    dates: dict[EventField, Instant] = {}
    for field in CONTESTED:
        value = getattr(observation.event, field)
        if value != getattr(side.agreed, field):
            as_before = side.edited(field) if value == getattr(side.seen, field) else None
            dates[field] = as_before or observation.modified_at
    return dates
