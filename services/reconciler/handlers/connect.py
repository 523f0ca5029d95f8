"""Connecting and disconnecting an account, and the feeds that its settings ask for."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from reconciler.settings import ReconcilerSettings
from reconciler.store import Account, Unit
from reconciler.store.feeds import calendar_feed, entity_feed, owner_feed, upcoming_feed

_BEFORE = timedelta(days=1)
"""The window opens a day early: whole days are stored by the zone that they were made in (microsoft-graph 1.3)."""


async def connect(unit: Unit, account: Account, settings: ReconcilerSettings) -> None:
    """Save an account with its settings and begin, or go on, with its feeds. Nothing that is linked is written anew (M04)."""
    await unit.lock_account(account.id)
    rules = account.rules
    await unit.run(
        "put_account",
        account.id,
        account.name,
        account.mailbox,
        list(account.addresses),
        account.zone,
        rules.model_dump_json(),
    )
    wanted = _feeds(account, settings, datetime.now(UTC))
    await unit.run("drop_feeds_not_in", account.id, [feed[0] for feed in wanted])
    for feed in (*wanted, *_company_feeds(account, settings)):
        await unit.run("put_feed", *feed)


async def disconnect(unit: Unit, account_id: str) -> bool:
    """Stop an account's sync. Its events stay where they are, its links are kept for the day that it comes back."""
    await unit.lock_account(account_id)
    known = bool(await unit.value("disconnect_account", account_id))
    await unit.run("drop_feeds_not_in", account_id, [])
    return known


def _feeds(account: Account, settings: ReconcilerSettings, now: datetime) -> list[tuple[Any, ...]]:
    rules = account.rules
    feeds: list[tuple[Any, ...]] = []
    if rules.pulls:
        start = datetime.combine(rules.since or now.date(), time.min, UTC) - _BEFORE
        window = (start, now + timedelta(days=settings.window_days))
        feed = calendar_feed(account.id, rules.main_calendar)
        feeds.append(
            (feed, "calendar", account.id, rules.main_calendar, *window, settings.poll_unsubscribed_seconds, now)
        )
    if rules.pushes:
        feeds.extend(
            (owner_feed(entity, account.id), "owner", account.id, entity, None, None, settings.poll_seconds, None)
            for entity in rules.entities
        )
    return feeds


def _company_feeds(account: Account, settings: ReconcilerSettings) -> list[tuple[Any, ...]]:
    nobody = (None, None, None)
    return [
        feed
        for entity in account.rules.entities
        for feed in (
            (entity_feed(entity), "entity", None, entity, *nobody[:2], settings.sweep_seconds, None),
            (upcoming_feed(entity), "upcoming", None, entity, *nobody[:2], settings.upcoming_seconds, None),
        )
    ]
