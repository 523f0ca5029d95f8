"""Feeds: when to look, what the look says, and what its answer means for the cursor."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog

from contracts.changes import CursorAdvanced, CursorLost, LookAnswer, LookDeferred, LookRefused
from contracts.looks import LookAtCalendar, LookAtOwner, LookAtRecords, SweepEntity
from contracts.notices import CalendarTouched
from contracts.topics import ESPO_LOOKS, OUTLOOK_LOOKS
from reconciler.core.window import least_ahead, opening
from reconciler.handlers.first_reading import feed_was_read
from reconciler.handlers.listings import list_calendar
from reconciler.handlers.waking import wake
from reconciler.store import Unit
from reconciler.store.feeds import Feed

LOOK_TIMEOUT = timedelta(minutes=2)
_REFUSED_AGAIN = timedelta(minutes=10)
_AT_ONCE = 200
_WINDOWS_AT_ONCE = 20

log = structlog.get_logger()


async def begin_due_looks(unit: Unit, limit: int = _AT_ONCE) -> int:
    """Send a look for every feed whose time has come, and say how many."""
    rows = await unit.rows("begin_due_looks", limit, LOOK_TIMEOUT, unit.ahead)
    for row in rows:
        await _begin(unit, Feed.from_row(row))
    return len(rows)


async def move_windows_on(unit: Unit) -> None:
    """Have calendars read anew whose windows come to their end, a few at a time: many were connected on the same day."""
    await unit.run("move_windows_on", least_ahead(unit.ahead), _WINDOWS_AT_ONCE)


async def calendar_touched(unit: Unit, notice: CalendarTouched) -> None:
    """Graph says that a calendar changed."""
    await touched(unit, notice.feed)


async def touched(unit: Unit, feed: str) -> None:
    """Something changed there: look now, or once more after the look under way."""
    if await unit.value("touch_feed", feed):
        await begin_due_looks(unit)
    else:
        unit.metrics.ignored.labels("unknown feed").inc()
        log.info("notice ignored", reason="no account of ours has this feed")


async def look_answered(unit: Unit, answer: LookAnswer) -> None:
    """Keep the cursor that the answer brings; an answer to a look that was given up changes nothing."""
    match answer:
        case CursorAdvanced(more=True):
            await unit.run("advance_cursor", answer.feed, answer.look_id, answer.cursor, LOOK_TIMEOUT)
        case CursorAdvanced():
            if await unit.value("end_look", answer.feed, answer.look_id, answer.cursor):
                await _can_be_read(unit, answer.feed)
            await feed_was_read(unit, answer.feed)
            await begin_due_looks(unit)
        case CursorLost():
            if await unit.value("lose_cursor", answer.feed, answer.look_id):
                await unit.run("read_owners_anew", answer.feed)
        case LookDeferred():
            await unit.run("fail_look", answer.feed, answer.look_id, answer.until, answer.reason)
        case LookRefused():
            log.warning("look refused", feed=answer.feed, reason=answer.reason)
            again_at = datetime.now(UTC) + _REFUSED_AGAIN
            await unit.run("refuse_look", answer.feed, answer.look_id, again_at, answer.reason)
            await unit.run("attention_by_feed", answer.feed)
            await feed_was_read(unit, answer.feed)


async def _can_be_read(unit: Unit, feed: str) -> None:
    """A calendar was read. If its mailbox could not be for a while, what was to be written there meanwhile is tried again."""
    account_id = await unit.value("no_attention_by_feed", feed)
    if account_id is None:
        return
    await unit.lock(account_id)
    account = await unit.account(account_id)
    if account is not None:
        await wake(unit, account, "the mailbox can be read again")


async def _begin(unit: Unit, feed: Feed) -> None:
    known = feed.model_dump(exclude={"kind"})
    match feed.kind:
        case "calendar" | "baseline":
            account = await unit.account(feed.account or "")
            if account is not None:
                place = {"mailbox": account.mailbox, "calendar": feed.place, "window_start": _opening(feed)}
                look = LookAtCalendar.model_validate({**known, **place, **account.rules.told})
                await unit.send(OUTLOOK_LOOKS, account.id, look)
        case "listing":
            account = await unit.account(feed.account or "")
            if account is not None:
                await list_calendar(unit, account, feed)
        case "entity":
            sweep = SweepEntity.model_validate({**known, "entity": feed.place})
            await unit.send(ESPO_LOOKS, feed.feed, sweep)
        case "owner":
            account = await unit.account(feed.account or "")
            if account is not None:
                since = account.rules.since or datetime.now(UTC).date()
                owner = LookAtOwner.model_validate({**known, "entity": feed.place, "since": since})
                await unit.send(ESPO_LOOKS, feed.feed, owner)
        case "upcoming":
            await _check_upcoming(unit, feed.feed, feed.place, feed.look_id, feed.cursor or "")


def _opening(feed: Feed) -> datetime | None:
    start, end = feed.window_start, feed.window_end
    return opening(start, end) if start and end else start


async def _check_upcoming(unit: Unit, feed: str, entity: str, look_id: UUID, cursor: str) -> None:
    """Have linked records of the near future read again: replies and removals leave no trace in `modifiedAt`."""
    ids = tuple(row["espo_id"] for row in await unit.rows("next_upcoming", entity, cursor, _AT_ONCE))
    if ids:
        await unit.send(ESPO_LOOKS, feed, LookAtRecords(entity=entity, espo_ids=ids))
    await unit.run("end_look", feed, look_id, ids[-1] if len(ids) == _AT_ONCE else "")
