"""Meetings of their own: made once for each record, moved, removed. What is gone already counts as removed."""

from async_lru import alru_cache
from msgspec import structs

from contracts.meetings import CreateMeeting, MoveMeeting, RemoveMeeting
from graph.asking.answers import OnlineMeeting
from graph.asking.client import GraphClient
from graph.asking.failures import outage
from graph.errors import DeniedError, NotThereError
from graph.meetings import OnlineMeetings, object_id
from teams_meeting.translate import meeting_body, says_the_same

NO_SUCH_USER = "Microsoft knows no such user"
_NOT_ALLOWED = "the user has no licence for Teams, or an access policy is missing for us"
_MOST_REMEMBERED = 10_000


class Meetings:
    """Carries out requests on meetings of their own. Its methods raise a GraphError of `graph.errors`."""

    def __init__(self, graph: GraphClient) -> None:
        self._graph = graph
        self._object_id = alru_cache(maxsize=_MOST_REMEMBERED)(self._ask_object_id)

    async def create(self, request: CreateMeeting) -> OnlineMeeting:
        """Make the meeting, or bring the one that was made before up to date: an earlier answer may have been lost."""
        body = meeting_body(request.title, request.span, request.zone)
        try:
            meetings = await self._of(request)
            meeting = await meetings.create_or_get(structs.replace(body, external_id=request.external_id))
            if not says_the_same(meeting, body):
                meeting = await meetings.change(meeting.id, body)
        except NotThereError as error:
            raise DeniedError(NO_SUCH_USER) from error
        except DeniedError as error:
            raise DeniedError(f"{_NOT_ALLOWED}: {error.reason}") from error
        if not meeting.join_web_url:
            raise outage("the meeting has no link yet", self._graph.clock())
        return meeting

    async def move(self, request: MoveMeeting) -> OnlineMeeting:
        """Give the meeting another time or title. Raises NotThereError."""
        meetings = await self._of(request)
        return await meetings.change(request.meeting_id, meeting_body(request.title, request.span, request.zone))

    async def remove(self, request: RemoveMeeting) -> None:
        """Remove the meeting."""
        try:
            await (await self._of(request)).delete(request.meeting_id)
        except NotThereError:
            return

    async def _of(self, request: CreateMeeting | MoveMeeting | RemoveMeeting) -> OnlineMeetings:
        user = await self._object_id(request.account, request.mailbox)
        return OnlineMeetings(self._graph, request.account, user)

    async def _ask_object_id(self, account: str, mailbox: str) -> str:
        return await object_id(self._graph, account, mailbox)
