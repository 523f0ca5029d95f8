"""Connecting and disconnecting an account, and the feeds that its settings ask for."""

from dataclasses import astuple
from datetime import UTC, datetime, time, timedelta

from reconciler.handlers import first_reading
from reconciler.handlers.grants import leave_another_mailbox
from reconciler.settings import ReconcilerSettings
from reconciler.store import Account, Unit
from reconciler.store.feeds import (
    NewFeed,
    baseline_feed,
    calendar_feed,
    entity_feed,
    listing_feed,
    online_feed,
    owner_feed,
    upcoming_feed,
)

_BEFORE = timedelta(days=1)
"""The window opens a day early: whole days are stored by the zone that they were made in (microsoft-graph 1.3)."""


async def connect(unit: Unit, account: Account, settings: ReconcilerSettings, *, confirm: bool = False) -> None:
    """Save an account with its settings and begin, or go on, with its feeds. Nothing that is linked is written anew (M04).

    `confirm`: after the first reading, its owner is asked before anything is written (M33).
    """
    await unit.lock(account.id)
    rules, before = account.rules, await unit.account(account.id)
    await leave_another_mailbox(unit, account.id)
    await unit.run(
        "put_account",
        account.id,
        account.name,
        account.mailbox,
        list(account.addresses),
        account.zone,
        rules.model_dump_json(),
    )
    await unit.run("put_owner", account.id)
    wanted = _feeds(account, settings, datetime.now(UTC))
    await unit.run("drop_feeds_not_in", account.id, [feed.feed for feed in wanted])
    for feed in (*wanted, *_company_feeds(account, settings)):
        await unit.run("put_feed", *astuple(feed))
    if before is not None and (before.rules.told != rules.told or before.mailbox.lower() != account.mailbox.lower()):
        # What is told of an event differs now, though no event has changed: only a whole reading can find out.
        # And a cursor is a link with the mailbox's name in it, which the mailbox may not go by any more.
        await unit.run("read_calendars_anew", account.id)
    if rules.erase_pulled:
        await unit.run("wake_links", account.id)
        await unit.run("forget_skips_of", account.id)
    await first_reading.begin(unit, account.id, confirm=confirm)


async def disconnect(unit: Unit, account_id: str) -> bool:
    """Stop an account's sync. Its events stay where they are, its links are kept for the day that it comes back.

    Why others were skipped is forgotten: whoever comes back has everything read anew.
    """
    await unit.lock(account_id)
    known = bool(await unit.value("disconnect_account", account_id))
    await unit.run("drop_feeds_not_in", account_id, [])
    await unit.run("forget_skips_of", account_id)
    return known


def _feeds(account: Account, settings: ReconcilerSettings, now: datetime) -> list[NewFeed]:
    rules = account.rules
    feeds: list[NewFeed] = []
    start = datetime.combine(rules.since or now.date(), time.min, UTC) - _BEFORE
    end, often = now + settings.ahead, settings.poll_unsubscribed_seconds
    if rules.pulls:
        feeds += [
            NewFeed(calendar_feed(account.id, place), "calendar", account.id, place, often, start, end, now)
            for place in rules.calendars
        ]
        feeds += [
            NewFeed(listing_feed(account.id, place), "listing", account.id, place, settings.listing_seconds)
            for place in rules.calendars
        ]
    elif rules.pushes:
        # Read once, for what is there already: a push must not make it a second time.
        feeds += [
            NewFeed(baseline_feed(account.id, place), "baseline", account.id, place, often, start, end)
            for place in rules.calendars
        ]
    # Records that want a Teams meeting are found in any direction; a feed of its own, so that a push begins afresh.
    owned = owner_feed if rules.pushes else online_feed
    feeds += [
        NewFeed(owned(entity, account.id), "owner", account.id, entity, settings.poll_seconds, start)
        for entity in rules.entities
    ]
    return feeds


def _company_feeds(account: Account, settings: ReconcilerSettings) -> list[NewFeed]:
    entities = account.rules.entities
    return [
        *(NewFeed(entity_feed(entity), "entity", None, entity, settings.sweep_seconds) for entity in entities),
        *(NewFeed(upcoming_feed(entity), "upcoming", None, entity, settings.upcoming_seconds) for entity in entities),
    ]
