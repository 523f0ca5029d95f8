"""Subscriptions: kept alive so that Graph notifies us; without one, a calendar is polled more often."""

from datetime import timedelta

import structlog

from contracts.changes import SubscriptionFailed, SubscriptionKept
from contracts.looks import KeepSubscription
from contracts.notices import SubscriptionEnded
from contracts.topics import OUTLOOK_LOOKS
from reconciler.handlers.looks import touched
from reconciler.store import Unit

_RETRY = timedelta(minutes=2)
_AT_ONCE = 100

log = structlog.get_logger()


async def begin_due_subscriptions(unit: Unit) -> int:
    """Have every subscription that wants care renewed or made."""
    rows = await unit.rows("begin_due_subscriptions", _AT_ONCE, _RETRY)
    for row in rows:
        account = await unit.account(row["account"])
        if account is not None:
            keep = KeepSubscription(
                feed=row["feed"],
                account=account.id,
                mailbox=account.mailbox,
                calendar=row["place"],
                subscription_id=row["subscription_id"],
            )
            await unit.send(OUTLOOK_LOOKS, account.id, keep)
    return len(rows)


async def subscription_kept(unit: Unit, kept: SubscriptionKept, poll_seconds: float) -> None:
    """Graph notifies us: polling is only a fallback now. One look catches what came before the subscription."""
    await unit.run("keep_subscription", kept.feed, kept.subscription_id, kept.expires_at, poll_seconds)
    await touched(unit, kept.feed)


async def subscription_failed(unit: Unit, failed: SubscriptionFailed, poll_seconds: float) -> None:
    """Graph does not notify us: poll until it does."""
    log.warning("subscription failed", feed=failed.feed, reason=failed.reason)
    await unit.run("lose_subscription", failed.feed, failed.reason, poll_seconds)


async def subscription_ended(unit: Unit, ended: SubscriptionEnded) -> None:
    """Graph says that notifications end or were missed: care for the subscription, and look."""
    await unit.run("care_for_subscription", ended.feed)
    await touched(unit, ended.feed)
