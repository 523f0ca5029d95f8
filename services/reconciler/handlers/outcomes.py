"""What came of a write."""

from contracts.changes import EspoSeen, OutlookSeen
from contracts.outcomes import AnyOutcome, Conflicted, Deferred, Done, MeetingReady, Refused, Vanished
from reconciler.core import absorb, landing, meetings
from reconciler.core.flights import ended_by, given_away, told_by
from reconciler.core.link import Link
from reconciler.core.side import Flight, SideName, Verb
from reconciler.handlers.answers import given
from reconciler.handlers.copies import outcome_in_full
from reconciler.handlers.journal import note_meeting, note_outcome
from reconciler.handlers.rest import rest
from reconciler.handlers.restores import brought_back
from reconciler.handlers.settle import look_again, settle
from reconciler.store import Account, Unit


async def outcome_arrived(unit: Unit, outcome: AnyOutcome) -> None:
    """Close the write that this is the outcome of, and decide anew. An outcome of no open write is only an observation."""
    link = await unit.link("link", outcome.link_id)
    if link is None:
        unit.metrics.ignored.labels("unknown link").inc()
        return
    account = await unit.account(link.account)
    outcome = await outcome_in_full(unit, outcome, account, link)
    # What is no write of the link's sides has an end of its own.
    if aside := await given(unit, link, outcome) or await brought_back(unit, link, outcome):
        await _decide(unit, aside, account)
        return
    if link.meeting.flight is not None and link.meeting.flight.write_id == outcome.write_id:
        unit.metrics.outcomes.labels("teams", outcome.kind).inc()
        await note_meeting(unit, link, link.meeting.flight, outcome)
        await _decide(unit, _meeting_closed(link, outcome), account)
        return
    open_write = ended_by(link, outcome)
    if open_write is None:
        told = told_by(link, outcome)
        if told is not None:
            await _decide(unit, absorb.seen(link, told), account)
        return
    side, flight = open_write
    unit.metrics.outcomes.labels(side, outcome.kind).inc()
    latency = flight.latency(outcome.finished_at, account.began_at if account else None)
    await note_outcome(unit, link, side, flight, outcome, latency=latency)
    if isinstance(outcome, Done):
        unit.metrics.written(side, latency, attempts=link.side(side).attempts + 1)
    closed = await _close(unit, link, side, flight, outcome)
    if given_away(closed, side, flight):
        # It is handed over first: what was decided for who has lost it would follow it to its new owner, by mail.
        await unit.save(closed)
        await look_again(unit, closed, account, "espo")
        return
    await _decide(unit, closed, account)
    if isinstance(outcome, MeetingReady):
        # Going online made a new version of the event, and perhaps more of it new.
        await look_again(unit, link, account, "outlook")


async def _decide(unit: Unit, link: Link, account: Account | None) -> None:
    """Decide anew. Nothing is decided for who has left, but what came of a write is kept: its record may go to somebody else."""
    if account is None:
        await unit.save(link)
    else:
        await settle(unit, link, account)


async def _close(unit: Unit, link: Link, side: SideName, flight: Flight, outcome: AnyOutcome) -> Link:
    match outcome:
        case Done():
            return await _done(unit, link, side, flight, outcome)
        case Conflicted():
            return landing.conflicted(link, side, outcome.fresh)
        case Vanished():
            return landing.vanished(link, side, outcome.finished_at)
        case MeetingReady():
            return landing.went_online(link, outcome.join_url)
        case Refused():
            return landing.refused(link, side, outcome.reason, outcome.finished_at)
        case Deferred():
            until = rest(outcome.until, link.side(side).attempts)
            return landing.deferred(link, side, until, attempted=outcome.attempted)


async def _done(unit: Unit, link: Link, side: SideName, flight: Flight, done: Done) -> Link:
    stored = done.stored
    if flight.verb is Verb.CREATE and isinstance(stored, EspoSeen):
        known = await unit.link("link_by_espo_id", stored.entity, stored.espo_id)
        if known is not None and known.id != link.id:
            # A look-alike of another event was taken for ours: make our own.
            again = link.model_copy(update={"not_these": (*link.not_these, stored.espo_id)})
            return landing.deferred(again, side, done.finished_at)
        link = landing.done(link, side, stored, done.finished_at, found=done.found)
        earlier = await unit.claim(stored.entity, stored.espo_id)
        return absorb.seen(link, earlier) if earlier else link
    if flight.verb is Verb.CREATE and isinstance(stored, OutlookSeen):
        known = await unit.link("link_by_outlook_id", link.account, stored.outlook_id)
        if known is not None and known.id != link.id:
            # What an earlier attempt made was taken for a new event: make our own, which has to be asked for by another name.
            return landing.deferred(link.model_copy(update={"epoch": link.epoch + 1}), side, done.finished_at)
    return landing.done(link, side, stored, done.finished_at, found=done.found)


def _meeting_closed(link: Link, outcome: AnyOutcome) -> Link:
    match outcome:
        case MeetingReady():
            return meetings.ready(link, outcome.meeting_id, outcome.join_url)
        case Refused():
            return meetings.refused(link, outcome.reason)
        case Deferred():
            until = rest(outcome.until, link.meeting.attempts)
            return meetings.deferred(link, until, attempted=outcome.attempted)
        case _:
            return meetings.gone(link)
