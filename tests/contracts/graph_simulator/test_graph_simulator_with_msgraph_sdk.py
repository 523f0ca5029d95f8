"""Microsoft's own SDK against the simulator, models and all: what it sends is understood, what it gets parses."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from kiota_abstractions.authentication import (
    AccessTokenProvider,
    AllowedHostsValidator,
    BaseBearerTokenAuthenticationProvider,
)
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_abstractions.headers_collection import HeadersCollection
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.event import Event
from msgraph.generated.models.event_type import EventType
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.models.online_meeting import OnlineMeeting
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_request_adapter import options as graph_options
from msgraph.graph_service_client import GraphServiceClient
from msgraph_core import GraphClientFactory  # type: ignore[import-untyped]  # it ships no types

ANN = "ann@contoso.test"
# The SDK warns of classes of its own whenever one of its request builders is loaded.
pytestmark = [
    pytest.mark.filterwarnings("ignore:GetQueryParameters is deprecated:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:This class is deprecated:DeprecationWarning"),
]


class Tokens(AccessTokenProvider):
    """Gives the one token of a test."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def get_authorization_token(
        self, uri: str, additional_authentication_context: dict[str, Any] | None = None,
    ) -> str:  # fmt: skip
        del uri, additional_authentication_context
        return self._token

    def get_allowed_hosts_validator(self) -> AllowedHostsValidator:
        return AllowedHostsValidator(["127.0.0.1"])


@pytest.fixture
async def sdk(base_url: str, graph: httpx.AsyncClient) -> AsyncIterator[GraphServiceClient]:
    token = graph.headers["Authorization"].removeprefix("Bearer ")
    # The SDK puts its middleware over the transport and then never closes what is under it.
    async with httpx.AsyncHTTPTransport() as transport, httpx.AsyncClient(transport=transport) as plain:
        shared = GraphClientFactory.create_with_default_middleware(client=plain, options=graph_options)
        adapter = GraphRequestAdapter(BaseBearerTokenAuthenticationProvider(Tokens(token)), client=shared)
        adapter.base_url = f"{base_url}/v1.0"
        yield GraphServiceClient(request_adapter=adapter)


def budget() -> Event:
    return Event(
        subject="Budget",
        body=ItemBody(content_type=BodyType.Html, content="<p>Agenda</p>"),
        start=DateTimeTimeZone(date_time="2026-03-02T09:00:00", time_zone="UTC"),
        end=DateTimeTimeZone(date_time="2026-03-02T10:00:00", time_zone="UTC"),
        is_online_meeting=True,
        transaction_id="t-1",
    )


async def test_an_event_is_created_changed_and_deleted(sdk: GraphServiceClient) -> None:
    events = sdk.users.by_user_id(ANN).events
    created = await events.post(budget())
    assert created is not None
    assert created.id is not None
    assert created.online_meeting is not None
    assert created.created_date_time is not None
    one = events.by_event_id(created.id)
    changed = await one.patch(Event(subject="Budget 2"))
    assert changed is not None
    assert (changed.subject, changed.type) == ("Budget 2", EventType.SingleInstance)
    await one.delete()
    with pytest.raises(ODataError) as refusal:
        await one.get()
    assert refusal.value.response_status_code == 404
    assert refusal.value.error is not None
    assert refusal.value.error.code == "ErrorItemNotFound"


async def test_a_delta_round_is_followed_from_link_to_link(sdk: GraphServiceClient) -> None:
    created = await sdk.users.by_user_id(ANN).events.post(budget())
    assert created is not None
    delta = sdk.users.by_user_id(ANN).calendar_view.delta
    headers = HeadersCollection()
    headers.add("Prefer", "odata.maxpagesize=50")
    window = delta.DeltaRequestBuilderGetQueryParameters(
        start_date_time="2026-03-01T00:00:00Z",
        end_date_time="2026-04-01T00:00:00Z",
    )
    page = await delta.get(request_configuration=RequestConfiguration(query_parameters=window, headers=headers))
    assert page is not None
    assert page.value is not None
    assert [event.id for event in page.value] == [created.id]
    assert page.odata_delta_link is not None
    await sdk.users.by_user_id(ANN).events.by_event_id(created.id or "").delete()
    after = await delta.with_url(page.odata_delta_link).get()
    assert after is not None
    assert after.value is not None
    assert after.value[0].additional_data["@removed"] == {"reason": "deleted"}


async def test_calendars_and_settings_parse(sdk: GraphServiceClient) -> None:
    person = sdk.users.by_user_id(ANN)
    calendars = await person.calendars.get()
    settings = await person.mailbox_settings.get()
    assert calendars is not None
    assert calendars.value is not None
    assert [one.name for one in calendars.value] == ["Calendar", "Birthdays"]
    assert settings is not None
    assert settings.time_zone == "W. Europe Standard Time"


async def test_an_online_meeting_parses(sdk: GraphServiceClient) -> None:
    meeting = await sdk.users.by_user_id(ANN).online_meetings.post(OnlineMeeting(subject="Call"))
    assert meeting is not None
    assert meeting.join_web_url is not None
    assert meeting.participants is not None
