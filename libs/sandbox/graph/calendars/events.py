"""The verbs on events: create, change, remove, cancel; what Exchange does for each, in its order.

Source: Microsoft Graph v1.0 documentation, "Create event", "Update event", "Delete event", "event: cancel", and, where
that is silent, what users of the API observed.
"""

from copy import copy
from typing import Any

from sandbox.graph.calendars import bodies, meetings, series
from sandbox.graph.calendars.items import DEFAULTS, Item, View
from sandbox.graph.calendars.mailbox import Calendar, Mailbox
from sandbox.graph.calendars.teams import PROVIDER
from sandbox.graph.calendars.tenant import Tenant
from sandbox.graph.calendars.writing import write
from sandbox.graph.clock import NEVER
from sandbox.graph.errors import GraphError, invalid_property, invalid_request, stale_change_key

_TIMES = frozenset({"start", "end", "recurrence", "isAllDay"})


def create(tenant: Tenant, mailbox: Mailbox, calendar: Calendar, draft: dict[str, Any], view: View) -> Item:
    """Create an event and invite its guests; `view` tells which id a refusal names.

    Raises GraphError: 403 for a read-only calendar, 400/409 `ErrorDuplicateTransactionId` for a transactionId used
    before (naming the event made then), 400 for a draft that does not hold together.
    """
    mailbox.editable(calendar)
    transaction_id = draft.get("transactionId")
    if transaction_id is not None and transaction_id in mailbox.transactions:
        raise _duplicate(tenant, mailbox.transactions[transaction_id].id_for(view))
    if not {"start", "end"} <= draft.keys():
        raise invalid_property("At least one property failed validation: an event takes a start and an end.")
    item = _blank(tenant, mailbox, draft)
    write(item, draft, tenant.people)
    if transaction_id is not None:
        item.transaction_id = transaction_id
        mailbox.transactions[transaction_id] = item
    _go_online(tenant, mailbox, item, draft)
    mailbox.add(item, calendar)
    meetings.announce(tenant, mailbox, item)
    _touch_later(tenant, mailbox, item)
    return item


def change(
    tenant: Tenant, mailbox: Mailbox, item: Item, draft: dict[str, Any], version: str | None = None,
) -> Item:  # fmt: skip
    """Change an event and let its guests know; an occurrence that is changed becomes an exception.

    `version` is an `If-Match` etag. Raises GraphError: 412 for an old version, 403 for a read-only calendar, 400 for
    what does not hold together.
    """
    home = item.master or item
    mailbox.editable(mailbox.calendars[home.calendar])
    if version not in {None, "*", item.etag}:
        raise stale_change_key()
    if draft.get("transactionId", item.transaction_id) != item.transaction_id:
        raise invalid_request("The transactionId of an event cannot be changed.")
    _check_outcome(tenant, item, draft)
    item = series.keep_exception(item) if item.master else item
    before, when = item.attendees, (item.start.utc, item.end.utc)
    write(item, draft, tenant.people)
    if item.is_organizer:
        if (item.start.utc, item.end.utc) != when:
            item.attendees = [_unanswered(one) for one in item.attendees]
        _stay_online(tenant, mailbox, item, draft)
    for exception in item.exceptions.values():
        write(exception, {k: v for k, v in draft.items() if k not in _TIMES}, tenant.people)
    mailbox.changed(item)
    if item.is_organizer:
        meetings.spread(tenant, mailbox, item, before, set(draft))
        for exception in item.exceptions.values():
            meetings.spread(tenant, mailbox, exception, exception.attendees, set(draft))
    _touch_later(tenant, mailbox, item)
    return item


def remove(tenant: Tenant, mailbox: Mailbox, item: Item) -> None:
    """Delete an event. The organizer's delete cancels the meeting; a guest's delete tells nobody."""
    home = item.master or item
    mailbox.editable(mailbox.calendars[home.calendar])
    if item.is_organizer:
        meetings.call_off(tenant, mailbox, item)
    elif (meeting := tenant.meetings.get(item.ical_uid)) and item.master is None:
        meeting.copies.pop(mailbox.person.oid, None)
    if item.online and item.is_organizer and item.master is None:
        tenant.teams.forget(item.online)
    mailbox.remove(item)


def cancel(tenant: Tenant, mailbox: Mailbox, item: Item) -> None:
    """Cancel a meeting: as the organizer's delete. Raises GraphError 400 for anybody else."""
    if not item.is_organizer:
        raise invalid_request("Your request can't be completed. You need to be an organizer to cancel a meeting.")
    remove(tenant, mailbox, item)


def _blank(tenant: Tenant, mailbox: Mailbox, draft: dict[str, Any]) -> Item:
    stamp = tenant.clock.stamp()
    return Item(
        rest_id=tenant.ids.rest(),
        immutable_id=tenant.ids.immutable(),
        ical_uid=tenant.ids.ical_uid(),
        change_key=tenant.ids.change_key(),
        created=stamp,
        modified=tenant.clock.stamp(),
        start=draft["start"],
        end=draft["end"],
        organizer=mailbox.person.address,
        fields=dict(DEFAULTS),
    )


def _duplicate(tenant: Tenant, existing: str) -> GraphError:
    return GraphError(
        tenant.config.duplicate_transaction_status,
        "ErrorDuplicateTransactionId",
        "Your request can't be completed. The TransactionId specified in the request has already been used to create a"
        " different event.",
        annotations={"@event.existingEventId": existing},
    )


def _check_outcome(tenant: Tenant, item: Item, draft: dict[str, Any]) -> None:
    """Refuse a change before any of it is made."""
    outcome = copy(item)
    write(outcome, draft, tenant.people)
    if outcome.master is not None and draft.keys() & {"start", "end"}:
        series.check_not_crossing(outcome)


def _unanswered(attendee: dict[str, Any]) -> dict[str, Any]:
    """Ask a guest anew: a reply holds for the time that it was given for."""
    asked = {**attendee, "status": {"response": "none", "time": NEVER}}
    asked.pop("proposedNewTime", None)
    return asked


def _go_online(tenant: Tenant, mailbox: Mailbox, item: Item, draft: dict[str, Any]) -> None:
    """Give an event its Teams meeting, if asked for and licensed; without a licence it silently stays offline."""
    provider = draft.get("onlineMeetingProvider", PROVIDER)
    if not draft.get("isOnlineMeeting") or not mailbox.person.teams or provider not in {PROVIDER, "unknown"}:
        return
    item.fields = {**item.fields, "isOnlineMeeting": True, "onlineMeetingProvider": PROVIDER}

    def provide() -> None:
        meeting = tenant.teams.schedule(
            mailbox.person, item.start.utc, item.end.utc, tenant.clock.now(), item.fields["subject"],
        )  # fmt: skip
        meeting.of_event = True
        item.online = meeting
        item.set_body(bodies.with_join_block(item.body, meeting.join_url, meeting.conference_id))

    def provide_late() -> None:
        if item.immutable_id in mailbox.calendars[item.calendar].items and item.online is None:
            provide()
            mailbox.changed(item)

    if tenant.config.join_url_after:
        tenant.later(tenant.config.join_url_after, provide_late)
    else:
        provide()


def _stay_online(tenant: Tenant, mailbox: Mailbox, item: Item, draft: dict[str, Any]) -> None:
    """Keep the Teams meeting in step; a body written without its join block takes the event offline."""
    if item.online is None:
        if not item.fields["isOnlineMeeting"]:
            _go_online(tenant, mailbox, item, draft)
        return
    if "body" in draft and not bodies.has_join_block(item.body, item.online.join_url):
        item.online = None
        item.fields = {**item.fields, "isOnlineMeeting": False, "onlineMeetingProvider": "unknown"}
        return
    if item.master is None:
        item.online.start, item.online.end = item.start.utc, item.end.utc
        item.online.subject = item.fields["subject"]


def _touch_later(tenant: Tenant, mailbox: Mailbox, item: Item) -> None:
    """Let Exchange bump the version once more, as it does at times without visible change."""

    def touch() -> None:
        if item.master is None and item.immutable_id in mailbox.calendars[item.calendar].items:
            mailbox.changed(item)

    if tenant.config.bump_after is not None:
        tenant.later(tenant.config.bump_after, touch)
