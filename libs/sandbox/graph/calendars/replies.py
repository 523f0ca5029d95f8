"""How a guest answers an invitation, and how the answer reaches the organizer's calendar.

Only events of the organizer's default calendar tally responses (Microsoft Graph v1.0 documentation, "calendar resource
type", `isTallyingResponses`). A declined meeting leaves the guest's calendar unless the guest keeps such meetings.
"""

from typing import Any

from sandbox.graph.calendars.items import Item
from sandbox.graph.calendars.mailbox import Mailbox
from sandbox.graph.calendars.series import instance, keep_exception
from sandbox.graph.calendars.tenant import Tenant
from sandbox.graph.clock import text_of
from sandbox.graph.errors import invalid_request

_SHOWN_AS = {"accepted": "busy", "tentativelyAccepted": "tentative", "declined": "free"}


def reply(
    tenant: Tenant,
    mailbox: Mailbox,
    item: Item,
    response: str,
    *,
    send: bool,
    proposal: dict[str, Any] | None = None,
) -> None:
    """Answer an invitation with `accepted`, `tentativelyAccepted` or `declined`.

    `send` tells the organizer, with a mail and in the organizer's own event; `proposal` is another time, as Moments.
    Raises GraphError 400 for the organizer's own event, a cancelled meeting, or a proposal where none is wanted.
    """
    if item.is_organizer:
        raise invalid_request("Your request can't be completed. You can't respond to this meeting because you're the"
                              " meeting organizer.")  # fmt: skip
    if item.is_cancelled:
        raise invalid_request("Your request can't be completed. The meeting has been cancelled.")
    if proposal and not item.fields["allowNewTimeProposals"]:
        raise invalid_request("Your request can't be completed. The organizer doesn't allow new time proposals.")
    if proposal and (response == "accepted" or not send):
        raise invalid_request("A new time is proposed with a sent decline or tentative acceptance only.")
    item = keep_exception(item) if item.master else item
    item.response, item.responded = response, text_of(tenant.clock.now())
    item.fields = {**item.fields, "showAs": _SHOWN_AS[response]}
    if response == "declined" and not mailbox.person.keeps_declined:
        _forget_copy(tenant, mailbox, item)
        mailbox.remove(item)
    else:
        mailbox.changed(item)
    if send:
        tenant.send("response", item, mailbox.person.upn, item.organizer["address"])
        _tally(tenant, mailbox, item, proposal)


def _forget_copy(tenant: Tenant, mailbox: Mailbox, item: Item) -> None:
    meeting = tenant.meetings.get(item.ical_uid)
    if meeting and item.master is None:
        meeting.copies.pop(mailbox.person.oid, None)


def _tally(tenant: Tenant, guest: Mailbox, item: Item, proposal: dict[str, Any] | None) -> None:
    meeting = tenant.meetings.get(item.ical_uid)
    if meeting is None or not meeting.organizer.calendars[meeting.item.calendar].is_default:
        return
    organized = meeting.item
    if item.slot is not None:
        if organized.recurrence is None or item.slot in organized.removed_days:
            return
        organized = keep_exception(instance(organized, item.slot))
    organized.attendees = [_answered(tenant, one, guest, item, proposal) for one in organized.attendees]
    meeting.organizer.changed(organized)


def _answered(
    tenant: Tenant, attendee: dict[str, Any], guest: Mailbox, item: Item, proposal: dict[str, Any] | None,
) -> dict[str, Any]:  # fmt: skip
    if tenant.guest_mailbox(attendee["emailAddress"]["address"]) is not guest:
        return attendee
    answered = {**attendee, "status": {"response": item.response, "time": item.responded}}
    answered.pop("proposedNewTime", None)
    return {**answered, "proposedNewTime": proposal} if proposal else answered
