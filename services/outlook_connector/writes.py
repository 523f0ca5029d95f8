"""Carries out writes and publishes what came of each.

Every way in which a write can end is one of the outcomes, so that the reconciler alone decides what follows. Writes
of one link keep their order; those of different links go on side by side, as many to one mailbox as Exchange takes.
"""

from collections.abc import Sequence
from typing import Any

from bus.consuming.delivery import Delivery
from bus.consuming.side_by_side import side_by_side
from contracts.changes import OutlookSeen, OutlookSkipped
from contracts.outcomes import AnyOutcome, Conflicted, Deferred, Done, Refused, Vanished
from contracts.size import LONGEST_STORED, TOO_LONG
from contracts.topics import OUTLOOK_OUTCOMES
from contracts.writes import (
    AnswerInvitation,
    CreateOutlookEvent,
    DeleteOutlookEvent,
    OutlookWrite,
    UpdateOutlookEvent,
)
from graph.asking.answers import GraphEvent
from graph.asking.client import GraphClient
from graph.errors import DeniedError, GraphError, NotThereError, UnavailableError, ZoneError
from graph.mailbox import Mailbox
from outlook_connector.changes import Vantage
from outlook_connector.echoes import Echoes
from outlook_connector.metrics import Metrics
from outlook_connector.publishing import Publisher
from outlook_connector.writing.answering import answer
from outlook_connector.writing.creating import create
from outlook_connector.writing.removing import remove
from outlook_connector.writing.updating import EditedError, update

_UTC = "UTC"
_NOT_SYNCED = {
    "recurring": "the event has become a series in Outlook, and series are not synced",
    "private": "the event has become private in Outlook, and private events are not synced",
    "category": "the event has lost its category in Outlook",
    "draft": "the event is a draft in Outlook that has not been sent yet",
    "unreadable": "Outlook's event cannot be read",
    "too_long": f"Outlook's event cannot be synced: {TOO_LONG}",
}


class Writes:
    """The handler of the topic of writes."""

    def __init__(self, graph: GraphClient, echoes: Echoes, publisher: Publisher, metrics: Metrics) -> None:
        self._graph = graph
        self._echoes = echoes
        self._publisher = publisher
        self._metrics = metrics

    async def carry_out_all(self, deliveries: Sequence[Delivery[OutlookWrite]]) -> None:
        """Carry out all of these side by side, but those of one link in order."""
        await side_by_side(deliveries, together=lambda write: write.link_id, handle=self.carry_out)

    async def carry_out(self, write: OutlookWrite) -> None:
        """Carry out one write and publish its outcome."""
        outcome = await self._outcome(write)
        await self._publisher.publish(OUTLOOK_OUTCOMES.name, write.account, outcome)
        self._metrics.writes.labels(write.kind, outcome.kind).inc()

    async def _outcome(self, write: OutlookWrite) -> AnyOutcome:
        try:
            return await self._carried_out(write)
        except NotThereError:
            return Vanished(**self._ended(write))
        except UnavailableError as error:
            self._metrics.deferred(error)
            return Deferred(until=error.until, reason=error.reason, attempted=error.asked, **self._ended(write))
        except ZoneError as error:
            if isinstance(write, DeleteOutlookEvent | AnswerInvitation) or write.zone == _UTC:
                return Refused(reason=error.reason, **self._ended(write))
            # The instants stay the same; only the zone that Outlook shows beside them is lost.
            return await self._outcome(write.model_copy(update={"zone": _UTC}))
        except GraphError as error:
            return Refused(reason=error.reason, **self._ended(write))

    async def _carried_out(self, write: OutlookWrite) -> AnyOutcome:
        if isinstance(write, AnswerInvitation):
            await answer(Mailbox(self._graph, write.account, write.mailbox), write)
            return Done(stored=None, **self._ended(write))
        vantage = Vantage(write.account, write.calendar, self._graph.clock(), write.private, longest=LONGEST_STORED)
        mailbox = Mailbox(self._graph, write.account, write.mailbox, write.calendar)
        stored: OutlookSeen | None = None
        found = False
        try:
            match write:
                case CreateOutlookEvent():
                    event, found = await create(mailbox, write)
                    stored = self._stored(vantage, event)
                case UpdateOutlookEvent():
                    stored = self._stored(vantage, await update(mailbox, write))
                case DeleteOutlookEvent():
                    await remove(mailbox, write, vantage)
        except EditedError as edited:
            return Conflicted(fresh=_seen(vantage, edited.fresh), **self._ended(write))
        return Done(stored=stored, found=found, **self._ended(write))

    def _stored(self, vantage: Vantage, event: GraphEvent) -> OutlookSeen:
        seen = _seen(vantage, event)
        self._echoes.expect(event)
        return seen

    def _ended(self, write: OutlookWrite) -> dict[str, Any]:
        return {
            "write_id": write.write_id,
            "link_id": write.link_id,
            "account": write.account,
            "finished_at": self._graph.clock(),
        }


def _seen(vantage: Vantage, event: GraphEvent) -> OutlookSeen:
    """Say how an event stands. Raises DeniedError if it is one that is not synced: no private text leaves this service."""
    change = vantage.change(event)
    if isinstance(change, OutlookSeen):
        return change
    raise DeniedError(_NOT_SYNCED[change.reason] if isinstance(change, OutlookSkipped) else "the event is gone")
