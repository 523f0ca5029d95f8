"""Teams meetings that stand on their own: made and kept through the online meetings API, on nobody's calendar.

Teams counts these requests by itself and not against the mailbox, so they wait in no mailbox's lane. Everything here may
be asked twice without harm.
"""

from collections.abc import Callable
from dataclasses import dataclass

from kiota_abstractions.base_request_builder import BaseRequestBuilder
from kiota_abstractions.method import Method
from msgraph.generated.users.item.online_meetings.online_meetings_request_builder import OnlineMeetingsRequestBuilder
from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder
from msgraph.graph_service_client import GraphServiceClient

from graph.asking.answers import Identity, OnlineMeeting
from graph.asking.bodies import MeetingBody
from graph.asking.client import Call, GraphClient

_At = Callable[[GraphServiceClient], BaseRequestBuilder]
_Select = UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters


@dataclass(frozen=True, slots=True)
class OnlineMeetings:
    """One user's meetings. `user` is the user's object id: with an application's own sign-in a name is not enough.

    Every method raises a GraphError of `graph.errors`. (Graph documentation, "onlineMeeting: createOrGet", "Update
    onlineMeeting", "Delete onlineMeeting".)
    """

    client: GraphClient
    account: str
    user: str

    async def create_or_get(self, body: MeetingBody) -> OnlineMeeting:
        """Make the meeting of an external id, or give the one that has it, which may have another time and subject."""
        content = await self._send("create_meeting", Method.POST, lambda graph: self._all(graph).create_or_get, body)
        return self.client.read(content, OnlineMeeting)

    async def change(self, meeting_id: str, body: MeetingBody) -> OnlineMeeting:
        """Give a meeting another time or subject. Raises NotThereError."""
        content = await self._send("change_meeting", Method.PATCH, lambda graph: self._one(graph, meeting_id), body)
        return self.client.read(content, OnlineMeeting)

    async def delete(self, meeting_id: str) -> None:
        """Remove a meeting. Raises NotThereError."""
        await self._send("delete_meeting", Method.DELETE, lambda graph: self._one(graph, meeting_id))

    def _all(self, graph: GraphServiceClient) -> OnlineMeetingsRequestBuilder:
        return graph.users.by_user_id(self.user).online_meetings

    def _one(self, graph: GraphServiceClient, meeting_id: str) -> BaseRequestBuilder:
        return self._all(graph).by_online_meeting_id(meeting_id)

    async def _send(self, operation: str, method: Method, at: _At, body: MeetingBody | None = None) -> bytes:
        return await self.client.send(Call(operation, method, self.account, "", at, body=body))


async def object_id(client: GraphClient, account: str, mailbox: str) -> str:
    """Give the object id of a mailbox's owner. Raises NotThereError, and any other GraphError."""
    call = Call(
        "get_user",
        Method.GET,
        account,
        "",
        lambda graph: graph.users.by_user_id(mailbox),
        query=_Select(select=["id"]),
    )
    return client.read(await client.send(call), Identity).id
