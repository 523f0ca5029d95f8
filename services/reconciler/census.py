"""What only the database knows, counted now and then: accounts, links, feeds, and what waits.

It is counted in the background and not when somebody asks for metrics, so that asking often costs the database nothing.
Every replica counts the same rows and tells the same numbers: whoever adds replicas up takes the largest, not the sum.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Gauge

from reconciler.core.link import State
from reconciler.store import OUTAGE, Database, Unit

ACCOUNT_STATES = ("running", "first reading", "attention", "stalled", "disconnected")
FEED_KINDS = ("calendar", "baseline", "entity", "owner", "upcoming", "listing")
FEED_STATES = ("well", "failing", "stalled")

log = structlog.get_logger()


class Census:
    """Counts every so many seconds, and keeps the last numbers through an outage."""

    def __init__(
        self,
        database: Database,
        registry: CollectorRegistry,
        every_seconds: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._every_seconds = every_seconds
        self._clock = clock

        def gauge(name: str, meaning: str, *labels: str) -> Gauge:
            return Gauge(f"reconciler_{name}", meaning, labels, registry=registry)

        self._accounts = gauge("accounts", "Accounts, by state", "state")
        self._links = gauge("links", "Links, by state", "state")
        self._feeds = gauge(
            "feeds",
            "Feeds, by kind and by how their looks end: well, failing, or stalled (not at all)",
            "kind",
            "state",
        )
        self._unsubscribed = gauge("calendars_unsubscribed", "Calendars that are polled, because Graph does not notify")
        self._subscription_expiry = gauge(
            "subscription_expiry_timestamp_seconds", "When the first subscription ends; 0 where there is none"
        )
        self._waiting = {
            "outbox": gauge("outbox_messages", "Messages in the outbox"),
            "outbox_age": gauge("outbox_age_seconds", "How long the oldest message has been in the outbox"),
            "pending_age": gauge("oldest_pending_seconds", "How long the link that waits longest has been pending"),
            "overdue": gauge("look_overdue_seconds", "How long the feed that waits longest has been due for a look"),
            "dead_letters": gauge("dead_letters", "Dead letters that nobody has decided on"),
            "database_size": gauge("database_bytes", "Size of the database"),
        }
        self._counted_at = gauge("census_timestamp_seconds", "When these numbers were last counted")

    async def run(self) -> None:
        """Count for ever, through failures of the database."""
        while True:
            try:
                await self.take()
            except OUTAGE as error:
                log.warning("census failed", error=type(error).__name__)
            await asyncio.sleep(self._every_seconds)

    async def take(self) -> None:
        """Count once."""
        async with self._database.unit() as unit:
            await unit.run("bound_census")
            _set_all(self._accounts, ACCOUNT_STATES, await _counts(unit, "census_accounts"))
            _set_all(self._links, [state.value for state in State], await _counts(unit, "census_links"))
            for row in await unit.rows("census_feeds", list(FEED_KINDS)):
                for state in FEED_STATES:
                    self._feeds.labels(row["kind"], state).set(row[state])
            (subscriptions,) = await unit.rows("census_subscriptions")
            (waiting,) = await unit.rows("census_waiting")
        self._unsubscribed.set(subscriptions["unsubscribed"])
        self._subscription_expiry.set(subscriptions["expiry"])
        for name, gauge in self._waiting.items():
            gauge.set(waiting[name])
        self._counted_at.set(self._clock())


async def _counts(unit: Unit, query: str) -> dict[str, int]:
    return {row["state"]: row["count"] for row in await unit.rows(query)}


def _set_all(gauge: Gauge, states: Any, counts: dict[str, int]) -> None:
    for state in states:
        gauge.labels(state).set(counts.get(state, 0))
