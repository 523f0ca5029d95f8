"""How news changes what a link remembers. Each function takes a link and gives the link that follows; nothing is decided here."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from contracts.changes import EspoSeen, OutlookSeen
from contracts.events import FIELDS, Event, EventField
from contracts.model import Instant
from reconciler.core import answers, meetings, online, privacy, unanswered
from reconciler.core.decision import Decision, Wish
from reconciler.core.link import Link, Word
from reconciler.core.rules import CONTESTED
from reconciler.core.side import FLIGHT_TIMEOUT, Flight, Presence, Side, SideName, Verb, other

_DOUBT = timedelta(seconds=1)
"""Reads and writes closer than this cannot be put in order: EspoCRM's `modifiedAt` is exact to the second only
(espocrm-live, section 1), and two replicas' clocks may differ by as much."""

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
        if observation.modified_at < side.modified_at:
            return link
        same = observation.event == side.seen
        if observation.modified_at == side.modified_at and not same and _in_doubt(name, side, observation.read_at):
            return doubted(link, name, (side.read_at or observation.read_at) + _DOUBT)
    return _remember(link, name, observation)


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


def took_off(link: Link, wish: Wish, write_id: UUID, now: Instant) -> Link:
    """A write is under way to a side."""
    source, again = link.side(other(wish.side)), _asked_again(link, wish)
    flight = Flight(
        write_id=write_id,
        verb=wish.verb,
        fields=wish.fields,
        source=again.source if again else source.seen,
        wished=wish.event,
        key=link.key if wish.side == "espo" and wish.verb is Verb.CREATE else "",
        patch=wish.patch,
        issued_at=now,
        since=again.since if again else _changed_at(link, source),
    )
    return link.with_side(wish.side, link.side(wish.side).model_copy(update={"flight": flight}))


def done(link: Link, name: SideName, stored: Observation | None, finished_at: Instant, *, found: bool = False) -> Link:
    """The write under way was carried out: the fields that it wrote are agreed on, in each side's own wording.

    `found`: the event had been made by an earlier attempt whose answer was lost, so `stored` may hold somebody's edits
    since. Then what was asked for is agreed on, and the edits are news.
    """
    flight = link.side(name).flight or link.side(name).asked
    if flight is None:
        return link
    landed = _landed(link, name)
    if stored is None:
        epoch = link.epoch + 1 if name == "outlook" else link.epoch
        return gone(landed, name, finished_at).model_copy(update={"epoch": epoch})
    if name == "espo" and flight.wished is not None and flight.fields == ("join_url",):
        landed = meetings.told(landed, flight.wished.join_url or "")
    read = stored.model_copy(update={"read_at": finished_at})
    newer = landed.side(name).modified_at
    followed = landed if newer and newer > read.modified_at else _remember(landed, name, read)
    written = unanswered.as_written(landed.side(name), flight, read.event)
    content = unanswered.as_asked(flight.wished, read.event) if found else written
    if name == "outlook" and flight.verb is Verb.CREATE:
        followed, content = online.made(followed), online.without_link(content)
    followed = _agree(followed, name, flight.fields, content)
    source = unanswered.as_it_was(followed.side(other(name)), flight, read.event)
    return _agree(followed, other(name), flight.fields, source)


def conflicted(link: Link, name: SideName, fresh: Observation) -> Link:
    """The write was not carried out: somebody edited the side meanwhile."""
    side = link.side(name)
    landed = _landed(link, name)
    # An earlier attempt may be all that was in the way of this one; and this one may have been carried out before the edit,
    # if its answer was lost.
    told = seen(_trying(landed, name, side.unanswered), fresh)
    under_way = (side.flight,) if side.flight else ()
    if told.side(name).seen != fresh.event:
        # What was read is in doubt, or older than what is known; what was asked for is recognised in a later read.
        return _trying(told, name, (*side.unanswered, *under_way))
    return _trying(_recognised(_trying(told, name, under_way), name), name, ())


def vanished(link: Link, name: SideName, finished_at: Instant) -> Link:
    """The write was not carried out: what it was to change is gone."""
    return gone(_landed(link, name), name, finished_at)


def refused(link: Link, name: SideName, reason: str, finished_at: Instant) -> Link:
    """The write will never be carried out as it stands, and as the side stood then.

    An event that cannot become a Teams meeting stays in step for the rest, and the reason is kept for its owner.
    """
    flight = link.side(name).flight
    if flight is not None and flight.fields == ("online",):
        return _settled_online(link).model_copy(update={"offline": reason})
    update = {"refused": reason, "refused_at": finished_at}
    return link.with_side(name, _landed(link, name).side(name).model_copy(update=update))


def went_online(link: Link, join_url: str) -> Link:
    """Outlook's event has become a Teams meeting. What else that did to it, a read will tell."""
    link = _settled_online(link)
    if link.outlook.seen is None:
        return link
    changes = {"online": True, "join_url": join_url or link.outlook.seen.join_url}
    outlook = link.outlook.model_copy(update={"seen": link.outlook.seen.model_copy(update=changes)})
    return _agree(link.with_side("outlook", outlook), "outlook", ("online",), outlook.seen)


def deferred(link: Link, name: SideName, until: Instant, *, attempted: bool = True) -> Link:
    """The write could not be carried out now. `attempted`: the side was asked, and did not just have others to serve first.

    It costs nothing of the write budget: a mailbox that is throttled for long keeps nothing changing back.
    """
    side = link.side(name).without_answer()
    side = side.model_copy(update={"rest_until": until, "attempts": side.attempts + attempted})
    spending = link.spending.model_copy(update={"writes": max(0, link.spending.writes - 1)})
    return link.with_side(name, side).model_copy(update={"spending": spending})


def rested(link: Link, now: Instant) -> Link:
    """Time has passed: a side that asked to be left alone may be written to again, an overdue write is given up on."""
    for name in ("outlook", "espo"):
        side = link.side(name)
        if side.rest_until and side.rest_until <= now:
            link = link.with_side(name, side.model_copy(update={"rest_until": None}))
        elif side.flight and side.flight.issued_at + FLIGHT_TIMEOUT <= now:
            link = link.with_side(name, side.without_answer())
    waiting = tuple(name for name in link.in_line if link.side(name).rest_until)
    return answers.rested(meetings.rested(link.model_copy(update={"in_line": waiting}), now), now)


def settle(link: Link, decision: Decision) -> Link:
    """Take over what a decision says of the link itself."""
    for name, fields in decision.settled.items():
        link = _agree(link, name, fields, link.side(name).seen)
    return link.model_copy(update={"state": decision.state, "reason": decision.reason, "apart": decision.apart})


def _changed_at(link: Link, source: Side) -> Instant | None:
    """When a source changed. Neither side dates a removal, so it counts from when a read confirmed it; None if it was held."""
    if link.removal is not Word.NONE:
        return None
    return source.read_at if source.presence is Presence.GONE else source.modified_at


def _trying(link: Link, name: SideName, asked: tuple[Flight, ...]) -> Link:
    update = {"asked": asked[-1] if asked else None, "asked_before": asked[:-1]}
    return link.with_side(name, link.side(name).model_copy(update=update))


def _asked_again(link: Link, wish: Wish) -> Flight | None:
    return link.side(wish.side).creation if wish.verb is Verb.CREATE else None


def _in_doubt(name: SideName, side: Side, read_at: Instant) -> bool:
    return name == "espo" and side.read_at is not None and read_at < side.read_at + _DOUBT


def _is_kept_from(link: Link, name: SideName) -> bool:
    return name == "outlook" and bool(link.hidden)


def _item(observation: Observation) -> str:
    return observation.outlook_id if isinstance(observation, OutlookSeen) else observation.espo_id


def _read_before(observation: Observation, side: Side) -> bool:
    return side.read_at is not None and observation.read_at <= side.read_at


def _remember(link: Link, name: SideName, observation: Observation) -> Link:
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
    }
    if side.refused_at is not None and observation.modified_at > side.refused_at:
        # What it refused, it refused as it was then: somebody may have made the event an ordinary one again, say.
        update |= {"refused": None, "refused_at": None}
    changed = side.seen != observation.event
    link = _recognised(link.with_side(name, side.model_copy(update=update)), name)
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


def _recognised(link: Link, name: SideName) -> Link:
    """What updates without an answer asked for is ours where it is seen, and nobody's edit."""
    for asked in link.side(name).unanswered:
        side = link.side(name).model_copy(update={"asked": asked})
        ours = unanswered.carried_out(side)
        link = _agree(_agree(link, name, ours, side.seen), other(name), ours, asked.source)
        link = _with_people(_with_people(link, name, side.seen, side), other(name), asked.source, side)
    return link


def _with_people(link: Link, name: SideName, content: Event | None, written: Side) -> Link:
    """A side's people are agreed to be those whom an unanswered write has surely brought or taken off `written`, too."""
    agreed = link.side(name).agreed
    people = unanswered.people_carried_out(written, agreed, content)
    if agreed is None or agreed.people == people:
        return link
    return _agree(link, name, ("people",), agreed.model_copy(update={"people": people}))


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


def _settled_online(link: Link) -> Link:
    flight = link.outlook.flight
    return _agree(_landed(link, "outlook"), "espo", ("online",), flight.source if flight else None)


def _landed(link: Link, name: SideName) -> Link:
    update = {"flight": None, "asked": None, "asked_before": (), "rest_until": None, "attempts": 0}
    return link.with_side(name, link.side(name).model_copy(update=update))


def _agree(link: Link, name: SideName, fields: tuple[EventField, ...], content: Event | None) -> Link:
    side, content = link.side(name), privacy.may_be_kept(link, name, content)
    if content is None or not fields:
        return link
    if side.agreed is None and fields != FIELDS:
        return link  # nothing was agreed on yet: only a whole event can begin
    agreed = content if side.agreed is None else side.agreed.model_copy(update={f: getattr(content, f) for f in fields})
    return link.with_side(name, side.model_copy(update={"agreed": agreed}))
