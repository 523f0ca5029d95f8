"""How a write of ours takes off and lands, and what that changes in what a link remembers. Nothing is decided here."""

from typing import Any
from uuid import UUID

from contracts.events import Event
from contracts.model import Instant
from reconciler.core import answers, meetings, online, restores, unanswered
from reconciler.core.absorb import Observation, clock_was_set_right, gone, put_back, remember, seen
from reconciler.core.agreement import agree, recognised
from reconciler.core.decision import Wish
from reconciler.core.link import Link, Word
from reconciler.core.side import FLIGHT_TIMEOUT, Flight, Presence, Side, SideName, Verb, other


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

    `found`: `stored` was read some time after it was written, so it may hold somebody's edits since. Then what was asked for
    is agreed on, and the edits are news.
    """
    flight = link.side(name).flight or link.side(name).asked
    if flight is None:
        return link
    landed = _landed(link, name)
    if stored is None:
        epoch = link.epoch + 1 if name == "outlook" else link.epoch
        removed = gone(landed, name, finished_at).model_copy(update={"epoch": epoch})
        by_us = removed.side(name).model_copy(update={"removed_by_us": True})
        # The removal that this one followed may have been undone meanwhile.
        return put_back(removed.with_side(name, by_us), other(name))
    if name == "espo" and flight.wished is not None and flight.fields == ("join_url",):
        landed = meetings.told(landed, flight.wished.join_url or "")
    flight = unanswered.attempt_of(link.side(name), flight, stored.event)
    read = stored.model_copy(update={"read_at": finished_at})
    followed = landed if _knows_better(name, landed.side(name), read) else remember(landed, name, read)
    written = unanswered.as_written(landed.side(name), flight, read.event)
    content: Event | None = unanswered.as_asked(flight, written) if found else written
    if name == "outlook" and flight.verb is Verb.CREATE:
        followed, content = online.made(followed), online.without_link(content)
    followed = agree(followed, name, flight.fields, content)
    source = unanswered.as_it_was(followed.side(other(name)), flight, read.event)
    return agree(followed, other(name), flight.fields, source)


def _knows_better(name: SideName, side: Side, stored: Observation) -> bool:
    """Whether the side was changed after what a write tells of it, or, within the same second, read after."""
    if side.presence is Presence.GONE:
        return side.read_at is not None and side.read_at > stored.read_at
    if side.modified_at is None or clock_was_set_right(name, side, stored.read_at):
        return False
    return (side.modified_at, side.read_at or stored.read_at) > (stored.modified_at, stored.read_at)


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
    return _trying(recognised(_trying(told, name, under_way), name), name, ())


def vanished(link: Link, name: SideName, finished_at: Instant) -> Link:
    """The write was not carried out: what it was to change is gone."""
    return gone(_landed(link, name), name, finished_at)


def refused(link: Link, name: SideName, reason: str, finished_at: Instant) -> Link:
    """The write will never be carried out as it stands, and as the side stood then.

    What a creation asked for stays known: found where an earlier attempt made it, and private by then, it is refused, too.
    An event that cannot become a Teams meeting stays in step for the rest, and the reason is kept for its owner.
    """
    flight = link.side(name).flight
    if flight is not None and flight.fields == ("online",):
        return _settled_online(link).model_copy(update={"offline": reason})
    update: dict[str, Any] = {"refused": reason, "refused_at": finished_at}
    if flight is not None and flight.verb is Verb.CREATE:
        tried = link.side(name).without_answer()
        asked = tried.asked and tried.asked.model_copy(update={"refused": True})
        update |= {"asked": asked, "asked_before": tried.asked_before}
    return link.with_side(name, _landed(link, name).side(name).model_copy(update=update))


def went_online(link: Link, join_url: str) -> Link:
    """Outlook's event has become a Teams meeting. What else that did to it, a read will tell."""
    link = _settled_online(link)
    if link.outlook.seen is None:
        return link
    changes = {"online": True, "join_url": join_url or link.outlook.seen.join_url}
    outlook = link.outlook.model_copy(update={"seen": link.outlook.seen.model_copy(update=changes)})
    return agree(link.with_side("outlook", outlook), "outlook", ("online",), outlook.seen)


def deferred(link: Link, name: SideName, until: Instant, *, attempted: bool = True) -> Link:
    """The write could not be carried out now. `attempted`: the side was asked, and did not just have others to serve first.

    It costs nothing of the write budget: a mailbox that is throttled for long keeps nothing changing back.
    """
    link = _given_up(link, name)
    side = link.side(name)
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
            link = _given_up(link, name)
    waiting = tuple(name for name in link.in_line if link.side(name).rest_until)
    rested_sides = restores.rested(link.model_copy(update={"in_line": waiting}), now)
    return answers.rested(meetings.rested(rested_sides, now), now)


def _given_up(link: Link, name: SideName) -> Link:
    """No answer to the write under way is expected any more. It may have been seen carried out while one still was."""
    return recognised(link.with_side(name, link.side(name).without_answer()), name)


def _changed_at(link: Link, source: Side) -> Instant | None:
    """When a source changed. Neither side dates a removal, so it counts from when a read confirmed it; None if it was held."""
    if link.removal is not Word.NONE:
        return None
    return source.read_at if source.presence is Presence.GONE else source.modified_at


def _trying(link: Link, name: SideName, asked: tuple[Flight, ...]) -> Link:
    update = {"asked": asked[-1] if asked else None, "asked_before": asked[:-1]}
    return link.with_side(name, link.side(name).model_copy(update=update))


def _asked_again(link: Link, wish: Wish) -> Flight | None:
    creation = link.side(wish.side).creation if wish.verb is Verb.CREATE else None
    return None if creation and creation.refused else creation


def _settled_online(link: Link) -> Link:
    flight = link.outlook.flight
    return agree(_landed(link, "outlook"), "espo", ("online",), flight.source if flight else None)


def _landed(link: Link, name: SideName) -> Link:
    update = {"flight": None, "asked": None, "asked_before": (), "rest_until": None, "attempts": 0, "refused": None}
    return link.with_side(name, link.side(name).model_copy(update=update))
