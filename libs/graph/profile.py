"""Whose mailbox it is, and what is in it to choose from: its addresses, its zone, its calendars.

Graph v1.0: "user resource type", "mailboxSettings resource type", "List calendars". With `/me` it answers for whoever
consented; with the application's own permission the mailbox has to be named.
"""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from kiota_abstractions.base_request_builder import BaseRequestBuilder
from kiota_abstractions.method import Method
from msgraph.generated.users.item.calendars.calendars_request_builder import CalendarsRequestBuilder
from msgraph.generated.users.item.user_item_request_builder import UserItemRequestBuilder
from msgraph.graph_service_client import GraphServiceClient

from graph.asking.client import Call, GraphClient
from graph.errors import DeniedError
from times.zones import UnknownZoneError, zone_named

_User = UserItemRequestBuilder.UserItemRequestBuilderGetQueryParameters
_Chosen = CalendarsRequestBuilder.CalendarsRequestBuilderGetQueryParameters
_SMTP = "smtp:"
_PAGE_SIZE = 100


class _Owner(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    user_principal_name: str
    mail: str | None = None
    proxy_addresses: tuple[str, ...] = ()


class _Settings(msgspec.Struct, frozen=True, rename="camel"):
    time_zone: str = ""


class _Calendar(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    name: str | None = None
    is_default_calendar: bool | None = None
    can_edit: bool | None = None


class _Calendars(msgspec.Struct, frozen=True):
    value: tuple[_Calendar, ...] = ()
    next_link: str | None = msgspec.field(default=None, name="@odata.nextLink")


@dataclass(frozen=True, slots=True)
class Owner:
    """A mailbox's user: object id, user principal name, and every address in lower case."""

    id: str
    mailbox: str
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CalendarChoice:
    """A calendar that a user may choose."""

    id: str
    name: str
    is_default: bool
    can_edit: bool


@dataclass(frozen=True, slots=True)
class Profile:
    """Asks with one account's grant; `mailbox` is a user principal name, or None for whoever consented.

    Every method raises a GraphError of `graph.errors`.
    """

    client: GraphClient
    account: str
    mailbox: str | None = None

    async def owner(self) -> Owner:
        """Ask whose mailbox it is."""
        try:
            user = await self._user("id", "userPrincipalName", "mail", "proxyAddresses")
        except DeniedError:
            # Further addresses may be withheld from an application that may read the rest.
            user = await self._user("id", "userPrincipalName", "mail")
        smtp = (one[len(_SMTP) :] for one in user.proxy_addresses if one.lower().startswith(_SMTP))
        known = {address.lower() for address in (user.user_principal_name, user.mail, *smtp) if address}
        return Owner(user.id, user.user_principal_name, tuple(sorted(known)))

    async def has_mailbox(self) -> None:
        """See that there is a mailbox. Raises DeniedError, which says why not."""
        await self._get("get_calendar", lambda graph: self._at(graph).calendar)

    async def zone(self) -> str | None:
        """Ask for the IANA name of the zone that the owner sees; None where it may not be read, or is one of its own."""
        try:
            content = await self._get("get_mailbox_settings", lambda graph: self._at(graph).mailbox_settings)
            return zone_named(self.client.read(content, _Settings).time_zone).key
        except (DeniedError, UnknownZoneError):
            return None

    async def calendars(self) -> tuple[CalendarChoice, ...]:
        """List every calendar, those that can only be read too."""
        wanted = _Chosen(select=["id", "name", "isDefaultCalendar", "canEdit"], top=_PAGE_SIZE)
        content = await self._get("list_calendars", lambda graph: self._at(graph).calendars, wanted)
        page = self.client.read(content, _Calendars)
        listed = list(page.value)
        while page.next_link is not None:
            page = self.client.read(await self._follow(page.next_link), _Calendars)
            listed += page.value
        return tuple(
            CalendarChoice(one.id, one.name or "", bool(one.is_default_calendar), one.can_edit is not False)
            for one in listed
        )

    async def _user(self, *fields: str) -> _Owner:
        return self.client.read(await self._get("get_user", self._at, _User(select=list(fields))), _Owner)

    def _at(self, graph: GraphServiceClient) -> UserItemRequestBuilder:
        return graph.me if self.mailbox is None else graph.users.by_user_id(self.mailbox)

    async def _follow(self, link: str) -> bytes:
        return await self._get("list_calendars", lambda graph: self._at(graph).calendars.with_url(link))

    async def _get(
        self, operation: str, at: Callable[[GraphServiceClient], BaseRequestBuilder], query: object = None
    ) -> bytes:
        return await self.client.send(Call(operation, Method.GET, self.account, self.mailbox or "", at, query=query))
