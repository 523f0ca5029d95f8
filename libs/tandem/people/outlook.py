"""A person who uses Outlook, acting through Graph as an app of their own.

Tandem must tell its own writes from those of people, so people never borrow its client id: the sandbox registers a second
app for them. Paths, headers and shapes are those of Graph v1.0 ("event resource type", "Create event", "Update event").
"""

from collections.abc import Generator
from typing import Any

import httpx

from contracts.events import AllDay, Span, Timed
from tandem.addresses import Graph
from tandem.people.cast import Colleague
from tandem.people.entries import CALL_LABEL, Entry
from times.outlook import WallTime, day_of, instant, midnight, wall_time

APP_ID = "outlook-app"
APP_SECRET = "outlook-secret"  # noqa: S105  # the sandbox's, it guards nothing
_PREFER = 'IdType="ImmutableId", outlook.timezone="UTC"'
_CANCELLED = "Canceled: "
"""What Exchange puts before the subject of a guest's copy when the organizer cancels."""
_LABELLED = f"{CALL_LABEL}: "


class SignedIn(httpx.Auth):
    """The people's app, signed in at the first request and again whenever its token has expired."""

    requires_response_body = True

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._token = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Pass a request on with a token that counts."""
        if self._token:
            answer = yield self._with_token(request)
            if answer.status_code != httpx.codes.UNAUTHORIZED:
                return
        url, form = _sign_in(self._graph)
        answer = yield httpx.Request("POST", url, data=form)
        self._token = answer.raise_for_status().json()["access_token"]
        yield self._with_token(request)

    def _with_token(self, request: httpx.Request) -> httpx.Request:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


async def app_token(http: httpx.AsyncClient, graph: Graph) -> str:
    """Sign the people's app in. Raises httpx.HTTPStatusError if it is refused."""
    url, form = _sign_in(graph)
    answer = await http.post(url, data=form)
    token: str = answer.raise_for_status().json()["access_token"]
    return token


def _sign_in(graph: Graph) -> tuple[str, dict[str, str]]:
    return f"{graph.login}/{graph.tenant}/oauth2/v2.0/token", {
        "grant_type": "client_credentials",
        "client_id": APP_ID,
        "client_secret": APP_SECRET,
        "scope": "https://graph.microsoft.com/.default",
    }


class OutlookPerson:
    """One colleague in Outlook. Every method raises httpx.HTTPStatusError if Graph refuses."""

    def __init__(self, http: httpx.AsyncClient, graph: Graph, signed_in: SignedIn, who: Colleague) -> None:
        self._http = http
        self._signed_in = signed_in
        self._events = f"{graph.url}/v1.0/users/{who.address}/events"
        self._headers = {"Prefer": _PREFER}
        self._who = who

    async def entries(self) -> dict[str, Entry]:
        """Read the whole calendar, by event id."""
        entries: dict[str, Entry] = {}
        page: str | None = f"{self._events}?$top=200"
        while page is not None:
            answer = (await self._ask("GET", page)).json()
            entries |= {event["id"]: self._read(event) for event in answer["value"]}
            page = answer.get("@odata.nextLink")
        return entries

    async def entry(self, event: str) -> Entry:
        """Read one event."""
        return self._read((await self._ask("GET", f"{self._events}/{event}")).json())

    async def create(self, entry: Entry) -> str:
        """Put an event in the calendar; whoever is in `people` is invited. Gives its id."""
        everything = self._subject(entry) | self._span(entry.span) | _location(entry) | _people(entry)
        return str((await self._ask("POST", self._events, everything)).json()["id"])

    async def change(self, event: str, before: Entry, after: Entry) -> None:
        """Change what differs, and nothing else."""
        changes = self._subject(after) if after.title != before.title else {}
        changes |= self._span(after.span) if after.span != before.span else {}
        changes |= _location(after) if after.location != before.location else {}
        changes |= _people(after) if after.people != before.people else {}
        await self._ask("PATCH", f"{self._events}/{event}", changes)

    async def remove(self, event: str) -> None:
        """Delete an event."""
        await self._ask("DELETE", f"{self._events}/{event}")

    async def _ask(self, method: str, url: str, body: dict[str, Any] | None = None) -> httpx.Response:
        answer = await self._http.request(method, url, headers=self._headers, json=body, auth=self._signed_in)
        return answer.raise_for_status()

    def _read(self, event: dict[str, Any]) -> Entry:
        start, end = (WallTime(event[edge]["dateTime"], event[edge]["timeZone"]) for edge in ("start", "end"))
        invited = {attendee["emailAddress"]["address"].lower() for attendee in event["attendees"]}
        cancelled: bool = event["isCancelled"]
        subject: str = (event["subject"] or "").removeprefix(_CANCELLED if cancelled else "")
        return Entry(
            title=subject.removeprefix(_LABELLED),
            span=AllDay.until(day_of(start), day_of(end))
            if event["isAllDay"]
            else Timed(start=instant(start), end=instant(end)),
            location=event["location"]["displayName"],
            people=frozenset(invited - {event["organizer"]["emailAddress"]["address"].lower()}),
            call=subject.startswith(_LABELLED),
            cancelled=cancelled,
        )

    def _subject(self, entry: Entry) -> dict[str, Any]:
        return {"subject": f"{_LABELLED}{entry.title}" if entry.call else entry.title}

    def _span(self, span: Span) -> dict[str, Any]:
        zone = self._who.zone
        if isinstance(span, AllDay):
            start, end = midnight(span.first, zone), midnight(span.end, zone)
        else:
            start, end = wall_time(span.start, zone), wall_time(span.end, zone)
        return {"isAllDay": isinstance(span, AllDay), "start": _date_time(start), "end": _date_time(end)}


def _date_time(wall: WallTime) -> dict[str, str]:
    return {"dateTime": wall.date_time, "timeZone": wall.time_zone}


def _location(entry: Entry) -> dict[str, Any]:
    return {"location": {"displayName": entry.location}}


def _people(entry: Entry) -> dict[str, Any]:
    return {
        "attendees": [{"emailAddress": {"address": address}, "type": "required"} for address in sorted(entry.people)]
    }
