"""Removals that a calendar's delta never told: now and then a calendar is listed, and what is missing is looked at.

A listing costs one request for each 500 events and names nothing but ids. It is no proof either, for an event may have
been moved: only the look at the event itself is, and what is gone then goes the way of every removal, brake included.
"""

from datetime import UTC, datetime, timedelta

from contracts.changes import CalendarListed
from contracts.looks import ListCalendar
from contracts.topics import OUTLOOK_LOOKS
from reconciler.handlers.settle import look_again
from reconciler.store import Account, Unit
from reconciler.store.feeds import Feed

_AHEAD = timedelta(days=60)
"""What lies further ahead is found when it has come nearer."""

_AT_ONCE = 200


async def list_calendar(unit: Unit, account: Account, feed: Feed) -> None:
    """Have a calendar listed, from today on."""
    now = datetime.now(UTC)
    look = ListCalendar(
        feed=feed.feed,
        look_id=feed.look_id,
        account=account.id,
        mailbox=account.mailbox,
        calendar=feed.place,
        window_start=now,
        window_end=now + _AHEAD,
    )
    await unit.send(OUTLOOK_LOOKS, account.id, look)


async def calendar_listed(unit: Unit, listed: CalendarListed) -> None:
    """Look at every event that begins inside the window, was there before, and is not in the list."""
    account = await unit.account(listed.account)
    if account is None:
        return
    links = await unit.links(
        "unlisted_links",
        account.id,
        listed.window_start.isoformat(),
        listed.window_end.isoformat(),
        listed.outlook_ids,
        listed.calendar,
        listed.read_at,
        _AT_ONCE,
    )
    for link in links:
        await look_again(unit, link, account, "outlook")
    await unit.run("end_look", listed.feed, listed.look_id, "")
