"""One calendar of one mailbox: the handful of requests that calendar sync is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kiota_abstractions.base_request_builder import BaseRequestBuilder
from kiota_abstractions.method import Method
from msgraph.generated.users.item.calendar.calendar_request_builder import CalendarRequestBuilder
from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import CalendarViewRequestBuilder
from msgraph.generated.users.item.calendar_view.delta.delta_request_builder import DeltaRequestBuilder
from msgraph.generated.users.item.calendars.item.calendar_item_request_builder import CalendarItemRequestBuilder
from msgraph.generated.users.item.events.events_request_builder import EventsRequestBuilder
from msgraph.generated.users.item.events.item.event_item_request_builder import EventItemRequestBuilder
from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder
from msgraph.graph_service_client import GraphServiceClient

from graph.asking.answers import Calendar, GraphEvent, Identity, Page
from graph.asking.bodies import AnswerBody, EventBody
from graph.asking.client import Call, GraphClient

PAGE_SIZE = 200
"""How many events of a delta are asked for at once; Exchange may give more or fewer."""

LIST_SIZE = 500
"""How many ids of events are asked for at once."""

_Listing = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters
_Window = DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters
_Filter = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters
_Select = CalendarRequestBuilder.CalendarRequestBuilderGetQueryParameters
_At = Callable[[GraphServiceClient], BaseRequestBuilder]

Response = Literal["accepted", "tentativelyAccepted", "declined"]
"""An answer, as Graph tells it of an event (`responseStatus`)."""

_ANSWERS: Mapping[Response, Callable[[EventItemRequestBuilder], BaseRequestBuilder]] = {
    "accepted": lambda event: event.accept,
    "tentativelyAccepted": lambda event: event.tentatively_accept,
    "declined": lambda event: event.decline,
}


@dataclass(frozen=True, slots=True)
class Mailbox:
    """`address` is the mailbox's user principal name or id; `calendar` is "" for its default calendar.

    Every method raises a GraphError of `graph.errors`.
    """

    client: GraphClient
    account: str
    address: str
    calendar: str = ""

    async def baseline(self, start: datetime, end: datetime) -> Page:
        """Read the first page of all that lies inside a window, to which the delta is bound from then on."""
        window = _Window(start_date_time=start.isoformat(), end_date_time=end.isoformat())
        return await self._page(lambda graph: self._calendar(graph).calendar_view.delta, window)

    async def follow(self, link: str) -> Page:
        """Read the page that a nextLink or a deltaLink leads to.

        Raises:
            CursorExpiredError: Graph has forgotten it.
            ForeignLinkError: it leads to another host.

        """
        return await self._page(lambda graph: self._calendar(graph).calendar_view.delta.with_url(link), None)

    async def listed(self, start: datetime, end: datetime) -> tuple[str, ...]:
        """Name every event that lies inside a window, series by their single occurrences."""
        window = _Listing(
            start_date_time=start.isoformat(), end_date_time=end.isoformat(), select=["id"], top=LIST_SIZE
        )
        found: list[str] = []
        link: str | None = None
        while True:
            page = await self._listing(link, window)
            found += [self.client.read(bytes(item), Identity).id for item in page.value]
            link = page.next_link
            if link is None:
                return tuple(found)

    async def event(self, event_id: str) -> GraphEvent:
        """Read one event. Raises NotThereError."""
        content = await self._send("get_event", Method.GET, lambda graph: self._item(graph, event_id))
        return self.client.read(content, GraphEvent)

    async def create(self, body: EventBody) -> GraphEvent:
        """Make an event. Raises DuplicateError if its transactionId was used before, UnclearError if the answer was lost."""
        content = await self._send("create_event", Method.POST, lambda graph: self._calendar(graph).events, body=body)
        return self.client.read(content, GraphEvent)

    async def update(self, event_id: str, version: str, body: EventBody) -> GraphEvent:
        """Change an event that still has this version (etag). Raises ChangedError, NotThereError, UnclearError."""
        content = await self._send(
            "update_event", Method.PATCH, lambda graph: self._item(graph, event_id), body=body, if_match=version
        )
        return self.client.read(content, GraphEvent)

    async def delete(self, event_id: str) -> None:
        """Remove an event. Raises NotThereError."""
        await self._send("delete_event", Method.DELETE, lambda graph: self._item(graph, event_id))

    async def answer(self, event_id: str, response: Response, body: AnswerBody) -> None:
        """Answer an invitation. Raises NotThereError, DeniedError for an event that is none."""
        await self._send(
            "answer_event", Method.POST, lambda graph: _ANSWERS[response](self._item(graph, event_id)), body=body
        )

    async def with_ical_uid(self, ical_uid: str) -> tuple[GraphEvent, ...]:
        """Find the events of this global id: an invitation, or with a series also its occurrences."""
        quoted = ical_uid.replace("'", "''")
        return await self._filtered(f"iCalUId eq '{quoted}'")

    async def meeting_providers(self) -> tuple[str, ...]:
        """Ask by which providers events of this calendar can become online meetings."""
        wanted = _Select(select=["allowedOnlineMeetingProviders"])
        content = await self._send("get_calendar", Method.GET, self._calendar_itself, query=wanted)
        return self.client.read(content, Calendar).allowed_online_meeting_providers

    async def with_hidden_property(self, name: str, value: str) -> tuple[GraphEvent, ...]:
        """Find the events that carry a hidden property.

        Graph scans for it and compares the value without regard to case (documentation of
        singleValueLegacyExtendedProperty, "Get"), so this is for recovery and not for every day.
        """
        name, value = name.replace("'", "''"), value.replace("'", "''")
        wanted = f"singleValueExtendedProperties/Any(ep: ep/id eq '{name}' and ep/value eq '{value}')"
        return await self._filtered(wanted)

    async def _filtered(self, wanted: str) -> tuple[GraphEvent, ...]:
        content = await self._send(
            "find_event", Method.GET, lambda graph: self._calendar(graph).events, query=_Filter(filter=wanted)
        )
        return tuple(self.client.read(bytes(item), GraphEvent) for item in self.client.read(content, Page).value)

    def _calendar(self, graph: GraphServiceClient) -> UserItemRequestBuilder | CalendarItemRequestBuilder:
        user = graph.users.by_user_id(self.address)
        return user.calendars.by_calendar_id(self.calendar) if self.calendar else user

    def _calendar_itself(self, graph: GraphServiceClient) -> BaseRequestBuilder:
        user = graph.users.by_user_id(self.address)
        return user.calendars.by_calendar_id(self.calendar) if self.calendar else user.calendar

    def _item(self, graph: GraphServiceClient, event_id: str) -> EventItemRequestBuilder:
        return graph.users.by_user_id(self.address).events.by_event_id(event_id)

    async def _listing(self, link: str | None, window: object) -> Page:
        def at(graph: GraphServiceClient) -> BaseRequestBuilder:
            view = self._calendar(graph).calendar_view
            return view.with_url(link) if link else view

        content = await self._send("list_calendar", Method.GET, at, query=None if link else window)
        return self.client.read(content, Page)

    async def _page(self, at: _At, query: object) -> Page:
        content = await self._send("delta", Method.GET, at, query=query, prefer=(f"odata.maxpagesize={PAGE_SIZE}",))
        return self.client.read(content, Page)

    async def _send(
        self,
        operation: str,
        method: Method,
        at: _At,
        *,
        query: object = None,
        body: EventBody | AnswerBody | None = None,
        if_match: str | None = None,
        prefer: tuple[str, ...] = (),
    ) -> bytes:
        return await self.client.send(
            Call(
                operation,
                method,
                self.account,
                self.address,
                at,
                query=query,
                body=body,
                if_match=if_match,
                prefer=prefer,
            )
        )
