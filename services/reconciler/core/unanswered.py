"""What of a side's content is our own writing, where the answer to a write was lost or says more than was written."""

from typing import Any

from contracts.events import FIELDS, Event, EventField, Timed
from contracts.writes import Patch
from reconciler.core import people
from reconciler.core.side import Flight, Side, Verb


def carried_out(side: Side) -> tuple[EventField, ...]:
    """The fields that hold what an update without an answer asked for. Of lists of people `people_carried_out` tells."""
    patch = side.asked.patch if side.asked else None
    if patch is None or side.seen is None:
        return ()
    return tuple(field for field in patch.fields if _words(getattr(patch, field)) == _words(getattr(side.seen, field)))


def people_carried_out(side: Side, agreed: Event | None, content: Event | None) -> people.People | None:
    """Who takes part as agreed, once those count whom an update of `side` without an answer brought or took off.

    Only who is seen there, or is not there any more, is sure to be. In the words of `content`, which may be that of either side.
    """
    before = agreed.people if agreed else None
    change = side.asked.patch.people if side.asked and side.asked.patch else None
    if change is None or before is None or content is None or side.seen is None:
        return before
    there, earlier = side.seen.people or (), (side.agreed.people if side.agreed else None) or ()
    brought = [person for person in change.add if people.find(person, there) and not people.find(person, before)]
    taken = [one for one in earlier if one.addresses & {*change.remove} and not people.find(one, there)]
    # Somebody may be on the list under two addresses, and is there as long as one of them is.
    stay = tuple(one for one in before if people.find(one, there) or not people.find(one, taken))
    return (*stay, *(one for one in content.people or () if people.find(one, brought)))


def attempt_of(side: Side, flight: Flight, stored: Event) -> Flight:
    """Of a creation that was refused, and asked for again in other words: the attempt that made what is stored, as it tells."""
    attempts = (*(asked for asked in side.unanswered if asked.verb is Verb.CREATE and asked.wished), flight)
    if flight.verb is not Verb.CREATE or flight.wished is None:
        return flight
    return max(attempts, key=lambda one: sum(_is_said(one.wished, field, stored) for field in FIELDS))


def as_asked(flight: Flight, stored: Event) -> Event:
    """What was asked for, in the words in which it was stored: what storing alone may have changed is nobody's edit.

    In a list of people `as_written` tells what was asked for from what others did there.
    """
    if flight.wished is not None:
        asked = {field: getattr(flight.wished, field) for field in FIELDS}
    else:
        patch = flight.patch or Patch()
        asked = {field: getattr(patch, field) for field in patch.fields if field != "people"}
    return stored.model_copy(
        update={field: value for field, value in asked.items() if _words(value) != _words(getattr(stored, field))}
    )


def as_written(side: Side, flight: Flight, stored: Event) -> Event:
    """What was stored, without what others did there to its list of people."""
    if flight.verb is not Verb.UPDATE or side.agreed is None or flight.source is None:
        return stored
    agreed = people.agreed_after(side.agreed.people or (), stored.people or (), flight.source.people or ())
    return stored.model_copy(update={"people": agreed})


def as_it_was(side: Side, flight: Flight, stored: Event) -> Event | None:
    """What the other `side` held when the write was decided on, but for guests of whom another write of ours has told since.

    Whom it has brought there is on both lists, and has left if somebody takes him off there at once. Whom it has taken off
    there, and this one did not bring, is news: somebody has put him back.
    """
    source, change = flight.source, flight.patch.people if flight.patch else None
    if source is None or change is None or side.agreed is None:
        return source
    was, there = side.agreed.people or (), stored.people or ()
    known = (*was, *there, *change.add)
    still = tuple(person for person in source.people or () if people.find(person, known))
    since = tuple(
        person
        for person in was
        if not people.find(person, source.people or ())
        and people.find(person, there)
        and not person.addresses & {*change.remove}
    )
    return source.model_copy(update={"people": (*still, *since)})


def _is_said(wished: Event | None, field: EventField, stored: Event) -> bool:
    return wished is not None and _words(getattr(wished, field)) == _words(getattr(stored, field))


def _words(value: Any) -> Any:
    """A value without what storing alone may change: spaces, and what is shorter than EspoCRM's second."""
    if isinstance(value, Timed):
        return int(value.start.timestamp()), int(value.end.timestamp())
    return value.split() if isinstance(value, str) else value
