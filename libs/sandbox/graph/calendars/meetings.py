"""What a change by the organizer means for the guests: their copies, and the mails that they get.

Rules: Microsoft Graph v1.0 documentation, "Update event" (a PATCH of `attendees` alone mails only those who changed; any
other change of the meeting mails everybody), and what observers report of deletes and cancellations. Guests outside the
tenant get mails and have no copy here.
"""

from typing import Any

from sandbox.graph.calendars.items import DEFAULTS, Item
from sandbox.graph.calendars.mailbox import Mailbox
from sandbox.graph.calendars.series import instance, keep_exception
from sandbox.graph.calendars.tenant import Meeting, Tenant
from sandbox.graph.clock import NEVER

# What only the writer's own mailbox shows: changing it is nobody else's business.
PRIVATE = frozenset(
    {"categories", "showAs", "isReminderOn", "reminderMinutesBeforeStart", "singleValueExtendedProperties"},
)
_SHARED_FIELDS = (
    "subject",
    "importance",
    "isAllDay",
    "responseRequested",
    "allowNewTimeProposals",
    "hideAttendees",
    "isOnlineMeeting",
    "onlineMeetingProvider",
)


def addresses(attendees: list[dict[str, Any]]) -> dict[str, str]:
    """List the guests: lower-case address to the address as written."""
    return {one["emailAddress"]["address"].lower(): one["emailAddress"]["address"] for one in attendees}


def announce(tenant: Tenant, mailbox: Mailbox, item: Item) -> None:
    """Invite everybody to a new event."""
    for address in addresses(item.attendees).values():
        _invite(tenant, mailbox, item, address)


def spread(
    tenant: Tenant, mailbox: Mailbox, item: Item, before: list[dict[str, Any]], written: set[str],
) -> None:  # fmt: skip
    """Let the guests know of a change: `before` is the old guest list, `written` the properties the client sent."""
    if not written - PRIVATE:
        return
    old, new = addresses(before), addresses(item.attendees)
    for address in old.keys() - new.keys():
        _uninvite(tenant, mailbox, item, old[address])
    for address, written_address in new.items():
        if address not in old:
            _invite(tenant, mailbox, item, written_address)
        elif written - PRIVATE != {"attendees"}:
            tenant.send("update", item, mailbox.person.upn, written_address)
            _write_copy(tenant, mailbox, item, written_address)


def call_off(tenant: Tenant, mailbox: Mailbox, item: Item) -> None:
    """Cancel an event for everybody: their copies stay, marked as cancelled."""
    for address in addresses(item.attendees).values():
        _uninvite(tenant, mailbox, item, address)
    if item.master is None:
        tenant.meetings.pop(item.ical_uid, None)


def copy_of(tenant: Tenant, item: Item, guest: Mailbox) -> Item | None:
    """Find a guest's copy of the organizer's item; of an instance, the same instance of the guest's series."""
    meeting = tenant.meetings.get(item.ical_uid)
    copy = meeting.copies.get(guest.person.oid) if meeting else None
    if copy is None or item.slot is None:
        return copy
    return instance(copy, item.slot) if copy.recurrence and item.slot not in copy.removed_days else None


def _invite(tenant: Tenant, mailbox: Mailbox, item: Item, address: str) -> None:
    tenant.send("invite", item, mailbox.person.upn, address)
    _write_copy(tenant, mailbox, item, address)


def _uninvite(tenant: Tenant, mailbox: Mailbox, item: Item, address: str) -> None:
    tenant.send("cancel", item, mailbox.person.upn, address)
    for guest in tenant.guest_mailboxes(address):
        _cancel_copy(tenant, item, guest)


def _cancel_copy(tenant: Tenant, item: Item, guest: Mailbox) -> None:
    copy = copy_of(tenant, item, guest)
    if copy is None:
        return
    copy = keep_exception(copy) if copy.master else copy
    copy.is_cancelled = True
    copy.fields = {**copy.fields, "subject": f"Canceled: {item.fields['subject']}", "showAs": "free"}
    guest.changed(copy)
    if item.master is None:
        tenant.meetings[item.ical_uid].copies.pop(guest.person.oid, None)


def _write_copy(tenant: Tenant, mailbox: Mailbox, item: Item, address: str) -> None:
    for guest in tenant.guest_mailboxes(address):
        if guest is not mailbox:
            _write_copy_of(tenant, mailbox, item, address, guest)


def _write_copy_of(tenant: Tenant, mailbox: Mailbox, item: Item, address: str, guest: Mailbox) -> None:
    meeting = tenant.meetings.setdefault(item.ical_uid, Meeting(mailbox, item.master or item))
    copy = copy_of(tenant, item, guest)
    if copy is None and item.master is None:
        copy = _new_copy(tenant, item)
        _fill(copy, item, address)
        meeting.copies[guest.person.oid] = copy
        guest.add(copy, guest.default)
    elif copy is not None:
        copy = keep_exception(copy) if copy.master else copy
        _fill(copy, item, address)
        guest.changed(copy)


def _new_copy(tenant: Tenant, item: Item) -> Item:
    stamp = tenant.clock.stamp()
    return Item(
        rest_id=tenant.ids.rest(),
        immutable_id=tenant.ids.immutable(),
        ical_uid=item.ical_uid,
        change_key=tenant.ids.change_key(),
        created=stamp,
        modified=stamp,
        start=item.start,
        end=item.end,
        organizer=item.organizer,
        fields={**DEFAULTS, "showAs": "tentative", "sensitivity": item.fields["sensitivity"]},
        is_organizer=False,
        response="notResponded",
        kind=item.kind,
    )


def _fill(copy: Item, item: Item, address: str) -> None:
    """Write what the organizer decides into a guest's copy; a new time or a revived meeting asks for a new reply."""
    if (copy.start, copy.end, copy.is_cancelled) != (item.start, item.end, False):
        copy.response, copy.responded = "notResponded", NEVER
        copy.fields = {**copy.fields, "showAs": "tentative"}
    copy.start, copy.end, copy.original_zones = item.start, item.end, item.original_zones
    copy.fields = {**copy.fields, **{name: item.fields[name] for name in _SHARED_FIELDS}}
    copy.body, copy.body_text = item.body, item.body_text
    copy.location, copy.locations = item.location, item.locations
    copy.online, copy.is_cancelled = item.online, False
    seen = [one for one in item.attendees if not item.fields["hideAttendees"] or _is(one, address)]
    copy.attendees = [{**one, "status": {"response": "none", "time": NEVER}} for one in seen]
    if item.master is None:
        copy.kind, copy.recurrence, copy.removed_days = item.kind, item.recurrence, set(item.removed_days)
        copy.exceptions = copy.exceptions if item.exceptions else {}


def _is(attendee: dict[str, Any], address: str) -> bool:
    return bool(attendee["emailAddress"]["address"].lower() == address.lower())
