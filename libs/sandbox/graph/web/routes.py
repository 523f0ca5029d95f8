"""Which request means what: Graph's paths, resolved the forgiving way in which Graph resolves them.

Graph takes any letter case, doubled slashes, functions with or without parentheses or namespace, and a mailbox under
`/me` or `/users/{id or name}`; each route also names the scopes of which the caller must have one.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from sandbox.graph.calendars.mailbox import Mailbox
from sandbox.graph.calendars.tenant import Tenant
from sandbox.graph.errors import GraphError
from sandbox.graph.web import mailbox_routes as surroundings
from sandbox.graph.web.calls import Answer, Call
from sandbox.graph.web.event_routes import EventRoutes
from sandbox.graph.web.online_routes import OnlineRoutes

Handler = Callable[..., Answer | Awaitable[Answer]]
_READ = frozenset({"Calendars.Read", "Calendars.ReadWrite"})
_WRITE = frozenset({"Calendars.ReadWrite"})
_ONLINE = frozenset({"OnlineMeetings.ReadWrite"})
_SETTINGS = frozenset({"MailboxSettings.Read"})
_PROFILE = frozenset({"User.Read"})
_NAMESPACE = "microsoft.graph."


@dataclass(frozen=True, slots=True)
class Route:
    """A handler for a shape of path below a mailbox: literals in lower case, `{}` for what the caller names."""

    method: str
    shape: tuple[str, ...]
    handler: Handler
    scopes: frozenset[str]


def mailbox_routes(tenant: Tenant) -> dict[tuple[str, int], list[Route]]:
    """List the routes below a mailbox, by method and number of segments."""
    events, online = EventRoutes(tenant), OnlineRoutes(tenant)
    table: list[tuple[str, str, Handler, frozenset[str]]] = [
        ("GET", "", surroundings.user, _PROFILE),
        ("GET", "mailboxsettings", surroundings.settings, _SETTINGS),
        ("GET", "mailboxsettings/timezone", surroundings.zone_setting, _SETTINGS),
        ("GET", "outlook/supportedtimezones", surroundings.supported_zones, _PROFILE),
        ("POST", "translateexchangeids", surroundings.translate_ids, _READ | _PROFILE),
        ("GET", "calendars", surroundings.calendars, _READ),
        ("POST", "calendars", surroundings.create_calendar, _WRITE),
        ("GET", "calendars/{}", surroundings.calendar, _READ),
        ("PATCH", "calendars/{}", surroundings.change_calendar, _WRITE),
        ("DELETE", "calendars/{}", surroundings.remove_calendar, _WRITE),
        ("GET", "calendar", surroundings.calendar, _READ),
        ("POST", "onlinemeetings", online.create, _ONLINE),
        ("POST", "onlinemeetings/createorget", online.create_or_get, _ONLINE),
        ("GET", "onlinemeetings", online.listed, _ONLINE),
        ("GET", "onlinemeetings/{}", online.get, _ONLINE),
        ("PATCH", "onlinemeetings/{}", online.change, _ONLINE),
        ("DELETE", "onlinemeetings/{}", online.remove, _ONLINE),
    ]
    for prefix in ("", "calendar/", "calendars/{}/"):
        named = _named_calendar if prefix == "calendars/{}/" else _as_it_is
        table += [
            ("GET", f"{prefix}events", events.listed, _READ),
            ("POST", f"{prefix}events", events.create, _WRITE),
            ("GET", f"{prefix}calendarview", events.view, _READ),
            ("GET", f"{prefix}calendarview/delta", events.delta, _READ),
            ("GET", f"{prefix}events/{{}}", named(events.get), _READ),
            ("PATCH", f"{prefix}events/{{}}", named(events.change), _WRITE),
            ("DELETE", f"{prefix}events/{{}}", named(events.remove), _WRITE),
            ("GET", f"{prefix}events/{{}}/instances", named(events.instances), _READ),
            ("POST", f"{prefix}events/{{}}/cancel", named(events.cancel), _WRITE),
            ("POST", f"{prefix}events/{{}}/permanentdelete", named(events.remove), _WRITE),
            ("POST", f"{prefix}events/{{}}/accept", named(events.reply), _WRITE),
            ("POST", f"{prefix}events/{{}}/decline", named(events.reply), _WRITE),
            ("POST", f"{prefix}events/{{}}/tentativelyaccept", named(events.reply), _WRITE),
        ]
    routes: dict[tuple[str, int], list[Route]] = {}
    for method, path, handler, scopes in table:
        shape = tuple(path.split("/")) if path else ()
        routes.setdefault((method, len(shape)), []).append(Route(method, shape, handler, scopes))
    return routes


def find_route(
    routes: dict[tuple[str, int], list[Route]], method: str, segments: list[str],
) -> tuple[Route, list[str]]:  # fmt: skip
    """Find the route of a path below a mailbox, and what the path names. Raises GraphError 400, or 405."""
    plain = [_plain(segment) for segment in segments]
    for route in routes.get((method, len(segments)), []):
        pairs = list(zip(route.shape, plain, strict=True))
        if all(wanted in {"{}", given} for wanted, given in pairs):
            names = [segment for wanted, segment in zip(route.shape, segments, strict=True) if wanted == "{}"]
            return route, names
    if any(
        find_shape(route, plain) for (_, length), found in routes.items() if length == len(segments) for route in found
    ):
        raise GraphError(405, "Request_BadRequest", f"The method {method} is not supported here.")
    wrong = segments[-1] if segments else ""
    raise GraphError(400, "BadRequest", f"Resource not found for the segment '{wrong}'.")


def find_shape(route: Route, plain: list[str]) -> bool:
    """Tell whether a path fits a route's shape, whatever the method."""
    return all(wanted in {"{}", given} for wanted, given in zip(route.shape, plain, strict=True))


def _plain(segment: str) -> str:
    return segment.partition("(")[0].lower().removeprefix(_NAMESPACE)


def _as_it_is(handler: Handler) -> Handler:
    return handler


def _named_calendar(handler: Handler) -> Handler:
    """Hand the calendar over last, though the path names it first."""

    def swapped(call: Call, mailbox: Mailbox, calendar_id: str, event_id: str) -> Any:
        return handler(call, mailbox, event_id, calendar_id)

    return swapped
