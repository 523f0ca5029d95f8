"""The clock of the system: what is due without a message. Any number of replicas may run it; rows are taken, not shared."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import structlog

from bus.telling.story import going_on
from contracts.changes import EspoSeen
from reconciler.core import absorb, landing
from reconciler.core.line import AT_ONCE, called
from reconciler.core.link import Link
from reconciler.core.side import SideName
from reconciler.handlers.espo_changes import espo_seen
from reconciler.handlers.looks import begin_due_looks, move_windows_on
from reconciler.handlers.settle import look_again, settle
from reconciler.handlers.subscriptions import begin_due_subscriptions
from reconciler.store import OUTAGE, Database, Unit

_LINKS_AT_ONCE = 50
_CLAIM_WITHIN = timedelta(minutes=2)
_REMEMBER_MESSAGES = timedelta(days=8)
_KEEP_DEAD_LETTERS = timedelta(days=30)
_KEEP_SKIPS = timedelta(days=400)
"""An event of which nothing was read for so long is over, or never was of interest."""
_HOUSEKEEPING_SECONDS = 60.0
_AFTER_FAILURE_SECONDS = 1.0

log = structlog.get_logger()


class Schedule:
    """Looks, subscriptions and links whose time has come."""

    def __init__(self, database: Database, every_seconds: float) -> None:
        self._database = database
        self._every_seconds = every_seconds

    async def run(self) -> None:
        """Tick for ever, through failures of the database."""
        housekeeping_at = 0.0
        now = asyncio.get_running_loop().time
        while True:
            try:
                await self.tick()
                if now() >= housekeeping_at:
                    await self.keep_house()
                    housekeeping_at = now() + _HOUSEKEEPING_SECONDS
                pause = self._every_seconds
            except OUTAGE as error:
                log.warning("schedule interrupted", error=type(error).__name__)
                pause = _AFTER_FAILURE_SECONDS
            await asyncio.sleep(pause)

    async def tick(self) -> None:
        """Begin everything that is due now."""
        async with self._database.unit() as unit:
            await begin_due_looks(unit)
            await begin_due_subscriptions(unit)
        async with self._database.unit() as unit:
            for row in await unit.rows("due_links", _LINKS_AT_ONCE):
                story = row["correlation_id"] or str(uuid4())
                with going_on(story, row["traceparent"]):
                    await _attend_to(unit.of_story(story), unit.read(row["body"]))
        async with self._database.unit() as unit:
            for row in await unit.rows("next_in_line", AT_ONCE):
                story = row["correlation_id"] or str(uuid4())
                with going_on(story, row["traceparent"]):
                    await _call(unit.of_story(story), unit.read(row["body"]))

    async def keep_house(self) -> None:
        """Settle what nobody claimed, move windows on, and forget messages that cannot come again."""
        async with self._database.unit() as unit:
            await move_windows_on(unit)
        async with self._database.unit() as unit:
            for row in await unit.rows("never_claimed", _CLAIM_WITHIN):
                seen = EspoSeen.model_validate_json(row["seen"])
                if await unit.link("link_by_espo_id", seen.entity, seen.espo_id) is None:
                    await espo_seen(unit, seen)
            await unit.run("forget_inbox", _REMEMBER_MESSAGES)
            await unit.run("forget_dead_letters", _KEEP_DEAD_LETTERS)
            await unit.run("forget_skips", _KEEP_SKIPS)


async def _call(unit: Unit, link: Link) -> None:
    """Have an event written whose turn has come."""
    account = await unit.account(link.account)
    if account is not None:
        await settle(unit, called(link), account)


async def _attend_to(unit: Unit, link: Link) -> None:
    account = await unit.account(link.account)
    if account is None:
        return
    now = datetime.now(UTC)
    sides: tuple[SideName, ...] = ("outlook", "espo")
    for side in sides:
        relook_at = link.side(side).relook_at
        if relook_at is not None and relook_at <= now:
            link = absorb.looked_again(link, side)
            await look_again(unit, link, account, side)
    await settle(unit, landing.rested(link, now), account)
