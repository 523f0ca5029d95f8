"""Requests on calendars and events: from a `Call` to the verbs of the mailbox, and back to JSON."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from sandbox.graph.calendars import events, replies, series, shapes
from sandbox.graph.calendars.delta import Cursor, read_page, read_token
from sandbox.graph.calendars.drafts import read_draft
from sandbox.graph.calendars.items import Item
from sandbox.graph.calendars.mailbox import Calendar, Mailbox
from sandbox.graph.calendars.moments import read_instant, read_moment
from sandbox.graph.calendars.tenant import Tenant
from sandbox.graph.errors import GraphError, bad_query, invalid_request, not_found
from sandbox.graph.web.calls import Answer, Call
from sandbox.graph.web.query import Options, read_options

_WIDEST = timedelta(days=1825)
_WINDOW = frozenset({"startdatetime", "enddatetime"})
_NO_SELECT_IN_VIEW = frozenset({"createdDateTime", "lastModifiedDateTime"})
_RESPONSES = {"accept": "accepted", "decline": "declined", "tentativelyaccept": "tentativelyAccepted"}
_SLOT = shapes.record("microsoft.graph.timeSlot", {"start": read_moment, "end": read_moment})


class EventRoutes:
    """The handlers; each takes the call, the mailbox, and what the path named."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def create(self, call: Call, mailbox: Mailbox, calendar_id: str = "") -> Answer:
        """Create an event in the default or a named calendar."""
        calendar = _calendar(mailbox, calendar_id)
        item = events.create(self._tenant, mailbox, calendar, read_draft(call.json()), call.view)
        return _one(call, mailbox, item, Options(), 201)

    def listed(self, call: Call, mailbox: Mailbox, calendar_id: str = "") -> Answer:
        """List single events and series masters; without a calendar, those of the default one."""
        options = read_options(call.query)
        return self._list(call, list(_calendar(mailbox, calendar_id).items.values()), options)

    def view(self, call: Call, mailbox: Mailbox, calendar_id: str = "") -> Answer:
        """List what a window holds, series expanded."""
        start, end = _window(call)
        options = read_options(call.query, extra=_WINDOW)
        if options.select is not None:
            options = Options(
                options.select - _NO_SELECT_IN_VIEW, options.extended, False, options.wanted, options.order,
                options.top, options.skip,
            )  # fmt: skip
        found: list[Item] = []
        for item in _calendar(mailbox, calendar_id).items.values():
            if item.recurrence:
                found += mailbox.know_instances(series.instances(item, start, end))
            elif series.overlaps(item, start, end):
                found.append(item)
        return self._list(call, found, options)

    def instances(self, call: Call, mailbox: Mailbox, event_id: str, calendar_id: str = "") -> Answer:
        """List a series' instances in a window."""
        start, end = _window(call)
        item = _item(mailbox, event_id, calendar_id)
        if item.recurrence is None:
            raise invalid_request("The event is not the master of a series.")
        found = mailbox.know_instances(series.instances(item, start, end))
        return self._list(call, found, read_options(call.query, extra=_WINDOW))

    def delta(self, call: Call, mailbox: Mailbox, calendar_id: str = "") -> Answer:
        """Answer a page of a delta round."""
        size = call.preferences.page_size or self._tenant.config.page_size
        page = read_page(self._tenant, mailbox, self._cursor(call, mailbox, calendar_id), call.view, size)
        name, key = ("@odata.deltaLink", "$deltatoken") if page.is_last else ("@odata.nextLink", "$skiptoken")
        body = {
            "@odata.context": f"{call.base}/$metadata#Collection(event)",
            name: f"{call.base}{call.path}?{urlencode({key: page.cursor.token()}, safe='$')}",
            "value": page.entries,
        }
        return Answer(200, body)

    def get(self, call: Call, mailbox: Mailbox, event_id: str, calendar_id: str = "") -> Answer:
        """Answer one event."""
        options = read_options(call.query)
        return _one(call, mailbox, _item(mailbox, event_id, calendar_id), options, 200)

    def change(self, call: Call, mailbox: Mailbox, event_id: str, calendar_id: str = "") -> Answer:
        """Change an event, guarded by `If-Match` where the client sends one."""
        item = _item(mailbox, event_id, calendar_id)
        draft = read_draft(call.json())
        changed = events.change(self._tenant, mailbox, item, draft, call.headers.get("if-match"))
        return _one(call, mailbox, changed, Options(), 200)

    def remove(self, call: Call, mailbox: Mailbox, event_id: str, calendar_id: str = "") -> Answer:
        """Delete an event."""
        del call
        events.remove(self._tenant, mailbox, _item(mailbox, event_id, calendar_id))
        return Answer(204)

    def cancel(self, call: Call, mailbox: Mailbox, event_id: str, calendar_id: str = "") -> Answer:
        """Cancel a meeting, with a comment."""
        _parameters(call, {"comment": shapes.text})
        events.cancel(self._tenant, mailbox, _item(mailbox, event_id, calendar_id))
        return Answer(202)

    def reply(self, call: Call, mailbox: Mailbox, event_id: str, calendar_id: str = "") -> Answer:
        """Accept, decline or tentatively accept an invitation."""
        given = _parameters(
            call, {"comment": shapes.text, "sendresponse": shapes.flag, "proposednewtime": shapes.optional(_SLOT)},
        )  # fmt: skip
        item = _item(mailbox, event_id, calendar_id)
        response = _RESPONSES[call.segments[-1].lower()]
        send, proposal = given.get("sendresponse", True), given.get("proposednewtime")
        replies.reply(self._tenant, mailbox, item, response, send=send, proposal=proposal)
        return Answer(202)

    def _cursor(self, call: Call, mailbox: Mailbox, calendar_id: str) -> Cursor:
        token = call.query.get("$deltatoken") or call.query.get("$skiptoken")
        if token:
            return read_token(token)
        start, end = _window(call)
        if unknown := call.query.keys() - _WINDOW - {"$select", "$deltatoken"}:
            raise GraphError(400, "ErrorInvalidUrlQuery", f"'{min(unknown)}' is not supported with delta.")
        return Cursor(self._tenant.delta_epoch, _calendar(mailbox, calendar_id).id, start, end)

    def _list(self, call: Call, items: list[Item], options: Options) -> Answer:
        found = options.arranged(items)
        size = options.top or call.preferences.page_size or self._tenant.config.page_size
        shown = [options.shown(item, call.view) for item in found[options.skip : options.skip + size]]
        body: dict[str, Any] = {"@odata.context": f"{call.base}/$metadata#Collection(event)", "value": shown}
        if len(found) > options.skip + size:
            query = {**call.query, "$skip": str(options.skip + size)}
            body["@odata.nextLink"] = f"{call.base}{call.path}?{urlencode(query, safe='$')}"
        return Answer(200, body)


def _one(call: Call, mailbox: Mailbox, item: Item, options: Options, status: int) -> Answer:
    if item.master is not None:
        mailbox.know_instances([item])
    context = f"{call.base}/$metadata#users('{mailbox.person.oid}')/events/$entity"
    body = {"@odata.context": context, **options.shown(item, call.view)}
    return Answer(status, body, {"ETag": item.etag})


def _calendar(mailbox: Mailbox, calendar_id: str) -> Calendar:
    return mailbox.calendar(calendar_id) if calendar_id else mailbox.default


def _item(mailbox: Mailbox, event_id: str, calendar_id: str) -> Item:
    item = mailbox.find(event_id)
    if calendar_id and (item.master or item).calendar != mailbox.calendar(calendar_id).id:
        raise not_found()
    return item


def _window(call: Call) -> tuple[datetime, datetime]:
    try:
        texts = call.query["startdatetime"], call.query["enddatetime"]
    except KeyError:
        raise bad_query("This request requires a time window: startDateTime and endDateTime.") from None
    start, end = read_instant(texts[0], "startDateTime"), read_instant(texts[1], "endDateTime")
    if end <= start:
        raise invalid_request("The end of the window is not after its start.")
    if end - start > _WIDEST:
        raise invalid_request(
            "The requested time duration specified for calendar view is greater than the allowed range."
            f" Maximum number of days: {_WIDEST.days}",
        )
    return start, end


def _parameters(call: Call, fields: dict[str, shapes.Check]) -> dict[str, Any]:
    """Read an action's parameters, whose names Graph takes in any letter case."""
    given = call.json() if call.body.strip() else {}
    if not isinstance(given, dict):
        raise GraphError(400, "RequestBodyRead", "The parameters of an action are an object.")
    taken: dict[str, Any] = shapes.record("action", fields)({name.lower(): v for name, v in given.items()}, "action")
    return taken
