"""Carries out requests to Teams and publishes what came of each; the reconciler alone decides what follows."""

from collections.abc import Sequence
from typing import Any, Protocol

from pydantic import BaseModel

from bus.consuming.delivery import Delivery
from bus.consuming.side_by_side import side_by_side
from contracts.meetings import CreateMeeting, MakeEventOnline, MoveMeeting, RemoveMeeting, TeamsRequest
from contracts.outcomes import AnyOutcome, Deferred, MeetingReady, Refused, Vanished
from contracts.topics import TEAMS_OUTCOMES
from graph.asking.client import GraphClient
from graph.errors import GraphError, NotThereError, UnavailableError
from graph.mailbox import Mailbox
from teams_meeting.going_online import make_online
from teams_meeting.meetings import Meetings
from teams_meeting.metrics import Metrics


class Publisher(Protocol):
    """Publishes a message, and returns once the broker has it."""

    async def publish(self, topic: str, key: str, message: BaseModel) -> None:
        """Publish `message` to the partition of `key`."""


class Writes:
    """The handler of the topic of requests."""

    def __init__(self, graph: GraphClient, publisher: Publisher, metrics: Metrics) -> None:
        self._graph = graph
        self._meetings = Meetings(graph)
        self._publisher = publisher
        self._metrics = metrics

    async def carry_out_all(self, deliveries: Sequence[Delivery[TeamsRequest]]) -> None:
        """Carry out all of these side by side, but those of one link in order."""
        await side_by_side(deliveries, together=lambda request: request.link_id, handle=self.carry_out)

    async def carry_out(self, request: TeamsRequest) -> None:
        """Carry out one request and publish its outcome."""
        outcome = await self._outcome(request)
        await self._publisher.publish(TEAMS_OUTCOMES.name, request.account, outcome)
        self._metrics.writes.labels(request.kind, outcome.kind).inc()

    async def _outcome(self, request: TeamsRequest) -> AnyOutcome:
        try:
            done = await self._carried_out(request)
        except NotThereError:
            return Vanished(**self._ended(request))
        except UnavailableError as error:
            self._metrics.deferred(error)
            return Deferred(until=error.until, reason=error.reason, attempted=error.asked, **self._ended(request))
        except GraphError as error:
            return Refused(reason=error.reason, **self._ended(request))
        return MeetingReady(**done, **self._ended(request))

    async def _carried_out(self, request: TeamsRequest) -> dict[str, str | None]:
        match request:
            case MakeEventOnline():
                mailbox = Mailbox(self._graph, request.account, request.mailbox, request.calendar)
                return {"join_url": await make_online(mailbox, request.outlook_id)}
            case CreateMeeting():
                meeting = await self._meetings.create(request)
            case MoveMeeting():
                meeting = await self._meetings.move(request)
            case RemoveMeeting():
                await self._meetings.remove(request)
                return {}
        return {"meeting_id": meeting.id, "join_url": meeting.join_web_url or ""}

    def _ended(self, request: TeamsRequest) -> dict[str, Any]:
        return {
            "write_id": request.write_id,
            "link_id": request.link_id,
            "account": request.account,
            "finished_at": self._graph.clock(),
        }
