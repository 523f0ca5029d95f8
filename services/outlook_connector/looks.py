"""Carries out looks: reads a calendar from its cursor, or one event, and publishes what it saw before it moves the cursor.

That order is what makes a crash harmless: work is repeated, and nothing is lost. Waiting is the reconciler's affair,
so a look that cannot be carried out now is answered and not slept over.
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel

from bus.consuming.delivery import Delivery
from bus.consuming.side_by_side import side_by_side
from bus.errors import Permanent
from contracts.changes import (
    CalendarListed,
    CursorAdvanced,
    CursorLost,
    EventLookDeferred,
    LookAnswer,
    LookDeferred,
    LookRefused,
)
from contracts.looks import KeepSubscription, ListCalendar, LookAtCalendar, LookAtEvent, OutlookLook
from contracts.topics import OUTLOOK_CHANGES
from graph.asking.answers import Page
from graph.asking.client import GraphClient
from graph.asking.failures import outage
from graph.errors import CursorExpiredError, GraphError, NotThereError, UnavailableError
from graph.mailbox import Mailbox
from outlook_connector.changes import Change, Vantage
from outlook_connector.metrics import Metrics
from outlook_connector.publishing import Publisher, publish_all
from outlook_connector.subscribing.subscriptions import Subscriber

PAGES_PER_STEP = 10
"""After so many pages of a long look the cursor is moved, so that a crash does not begin again at the first."""


class Looks:
    """The handler of the topic of looks."""

    def __init__(self, graph: GraphClient, subscriber: Subscriber, publisher: Publisher, metrics: Metrics) -> None:
        self._graph = graph
        self._subscriber = subscriber
        self._publisher = publisher
        self._metrics = metrics

    async def carry_out_all(self, deliveries: Sequence[Delivery[OutlookLook]]) -> None:
        """Carry out all of these side by side, but those of one account in order: cursors must not overtake each other."""
        await side_by_side(deliveries, together=lambda look: look.account, handle=self.carry_out)

    async def carry_out(self, look: OutlookLook) -> None:
        """Carry out a look and publish its answer.

        Raises:
            Permanent: Graph refuses to show that one event.

        """
        with self._metrics.look_seconds.labels(look.kind).time():
            match look:
                case LookAtCalendar() | ListCalendar():
                    await self._look_at_calendar(look)
                case LookAtEvent():
                    await self._look_at_event(look)
                case KeepSubscription():
                    await self._publish(look.account, await self._subscriber.keep(look))

    async def _look_at_calendar(self, look: LookAtCalendar | ListCalendar) -> None:
        answer: LookAnswer | CalendarListed
        try:
            answer = await (self._read(look) if isinstance(look, LookAtCalendar) else self._list(look))
        except CursorExpiredError:
            answer = CursorLost(feed=look.feed, look_id=look.look_id)
        except UnavailableError as error:
            self._metrics.deferred(error)
            answer = LookDeferred(feed=look.feed, look_id=look.look_id, until=error.until, reason=error.reason)
        except GraphError as error:
            answer = LookRefused(feed=look.feed, look_id=look.look_id, reason=error.reason)
        await self._publish(look.account, answer)
        self._metrics.looks.labels(answer.kind).inc()

    async def _read(self, look: LookAtCalendar) -> CursorAdvanced:
        """Follow the links, page by page: a page may be empty and still not be the last."""
        mailbox = Mailbox(self._graph, look.account, look.mailbox, look.calendar)
        link, pages, changes = look.cursor, 0, 0
        while True:
            read_at = self._graph.clock()
            page = await (mailbox.follow(link) if link else mailbox.baseline(look.window_start, look.window_end))
            changes += await self._publish_changes(look, _vantage(look, read_at).changes(page.value))
            pages += 1
            if page.next_link is None:
                return _advanced(look, self._last_link(page), changes)
            link = page.next_link
            if pages % PAGES_PER_STEP == 0:
                await self._publish(look.account, _advanced(look, link, changes, more=True))
                changes = 0

    def _last_link(self, page: Page) -> str:
        if page.delta_link is None:
            raise outage("Graph ended a delta without a link", self._graph.clock())
        return page.delta_link

    async def _list(self, look: ListCalendar) -> CalendarListed:
        read_at = self._graph.clock()
        mailbox = Mailbox(self._graph, look.account, look.mailbox, look.calendar)
        found = await mailbox.listed(look.window_start, look.window_end)
        asked = look.model_dump(exclude={"kind", "mailbox"})
        return CalendarListed.model_validate({**asked, "read_at": read_at, "outlook_ids": found})

    async def _publish_changes(self, look: LookAtCalendar, changes: list[Change]) -> int:
        await publish_all(self._publisher, OUTLOOK_CHANGES.name, look.account, changes)
        for change in changes:
            self._metrics.change(change)
        return len(changes)

    async def _look_at_event(self, look: LookAtEvent) -> None:
        vantage = _vantage(look, self._graph.clock())
        change: Change | EventLookDeferred
        try:
            found = await Mailbox(self._graph, look.account, look.mailbox, look.calendar).event(look.outlook_id)
            change = vantage.change(found)
        except NotThereError:
            change = vantage.gone(look.outlook_id, confirmed=True)
        except UnavailableError as error:
            self._metrics.deferred(error)
            change = EventLookDeferred(
                account=look.account, outlook_id=look.outlook_id, until=error.until, reason=error.reason
            )
        except GraphError as error:
            raise Permanent(error.reason) from error
        await self._publish(look.account, change)
        self._metrics.change(change)

    async def _publish(self, account: str, message: BaseModel) -> None:
        await self._publisher.publish(OUTLOOK_CHANGES.name, account, message)


def _vantage(look: LookAtCalendar | LookAtEvent, read_at: datetime) -> Vantage:
    return Vantage(look.account, look.calendar, read_at, look.private, look.categories)


def _advanced(look: LookAtCalendar, cursor: str, changes: int, *, more: bool = False) -> CursorAdvanced:
    return CursorAdvanced(feed=look.feed, look_id=look.look_id, cursor=cursor, changes=changes, more=more)
