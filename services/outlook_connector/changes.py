"""What a Graph item means as a change: seen, gone, or skipped with the reason. Pure.

Whatever is not synced is said so and never silently absent (rule M17), and of a private event no more goes on than its
owner's settings let through: nothing but its id, its time, or all of it (M18).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from contracts.changes import OutlookGone, OutlookSeen, OutlookSkipped
from contracts.events import Private
from contracts.size import LONGEST, TOO_LONG, is_too_long
from graph.asking.answers import GraphEvent, Identity
from network.not_json import NOT_JSON
from outlook_connector.fields.page import UnreadableError
from outlook_connector.fields.people import organizer_of, own_reply
from outlook_connector.translate import to_event

Change = OutlookSeen | OutlookGone | OutlookSkipped

_PRIVATE = frozenset(("private", "personal", "confidential"))
"""Every mark by which somebody says that an event is not everybody's business (Graph documentation, `sensitivity`)."""

_OF_A_NAME = 5
"""The version of a UUID that is made from a name (RFC 9562, section 5.5)."""

_SERIES = frozenset(("seriesmaster", "occurrence", "exception"))


@dataclass(frozen=True, slots=True)
class Vantage:
    """From where and when an item was read, and what may be told of it.

    `read_at` is the time just before Graph was asked. `private` and `categories` are as in a look.
    `longest` is how long what is told of an event may be.
    """

    account: str
    calendar: str
    read_at: datetime
    private: Private = Private.SKIP
    categories: tuple[str, ...] = ()
    longest: int = LONGEST

    def change(self, item: GraphEvent) -> Change:
        """Say what one item means. Of a series it is its master that is skipped."""
        if item.removed is not None:
            return self.gone(item.id, confirmed=False)
        reason = self._reason_to_skip(item)
        if reason is not None:
            return self._skipped(item.series_master_id or item.id, reason, modified_at=_modified_if_known(item))
        try:
            seen = self._seen(item)
        except UnreadableError as error:
            return self._skipped(item.id, "unreadable", str(error))
        return self._skipped(item.id, "too_long", TOO_LONG) if is_too_long(seen, self.longest) else seen

    def gone(self, outlook_id: str, *, confirmed: bool) -> OutlookGone:
        """Say that an event is not there."""
        return OutlookGone(
            account=self.account,
            calendar=self.calendar,
            outlook_id=outlook_id,
            confirmed=confirmed,
            read_at=self.read_at,
        )

    def changes(self, items: Iterable[bytes | msgspec.Raw]) -> list[Change]:
        """Say what the items of a page mean: one change for each event, the last word on it, and one for each series."""
        changes: dict[str, Change] = {}
        items_of: Counter[str] = Counter()
        for item in items:
            change = self._of_raw(item)
            items_of[change.outlook_id] += 1
            changes.pop(change.outlook_id, None)
            changes[change.outlook_id] = change
        return [_counted(change, items_of[change.outlook_id]) for change in changes.values()]

    def _of_raw(self, item: bytes | msgspec.Raw) -> Change:
        try:
            return self.change(msgspec.json.decode(item, type=GraphEvent))
        except NOT_JSON as error:
            return self._skipped(_identity(item), "unreadable", str(error))

    def _seen(self, item: GraphEvent) -> OutlookSeen:
        if item.etag is None:
            raise UnreadableError("@odata.etag is missing")
        event, busy_only = to_event(item), _is_private(item) and self.private is not Private.FULL
        return OutlookSeen(
            account=self.account,
            calendar=self.calendar,
            outlook_id=item.id,
            version=item.etag,
            modified_at=_modified_at(item),
            read_at=self.read_at,
            ical_uid=item.ical_uid,
            transaction_id=item.transaction_id,
            organizer=None if busy_only else organizer_of(item),
            is_organizer=item.is_organizer is not False,
            reply=own_reply(item),
            guests_hidden=bool(item.hide_attendees) and item.is_organizer is False,
            busy_only=busy_only,
            event=event.as_busy_time() if busy_only else event,
        )

    def _skipped(
        self, outlook_id: str, reason: "Reason", detail: str = "", *, modified_at: datetime | None = None
    ) -> OutlookSkipped:
        return OutlookSkipped(
            account=self.account,
            calendar=self.calendar,
            outlook_id=outlook_id,
            reason=reason,
            detail=detail,
            modified_at=modified_at,
            read_at=self.read_at,
        )

    def _reason_to_skip(self, item: GraphEvent) -> "Reason | None":
        if item.series_master_id or (item.type or "").lower() in _SERIES:
            return "recurring"
        if _is_private(item) and self.private is Private.SKIP:
            return "private"
        if not self._has_category(item):
            return "category"
        if item.is_draft:
            return "draft"
        return None

    def _has_category(self, item: GraphEvent) -> bool:
        """Whether the settings ask for this event: for all, for one of its categories, or we made it ourselves."""
        wanted = {category.casefold() for category in self.categories}
        borne = {category.casefold() for category in item.categories or ()}
        return not wanted or bool(wanted & borne) or _made_by_us(item)


Reason = Literal["recurring", "private", "category", "draft", "unreadable", "too_long"]


def _is_private(item: GraphEvent) -> bool:
    return (item.sensitivity or "").lower() in _PRIVATE


def _made_by_us(item: GraphEvent) -> bool:
    """Whether an event bears a `transactionId` like ours, a UUID made from a name; those of other programs are random."""
    try:
        return UUID(item.transaction_id or "").version == _OF_A_NAME
    except ValueError:
        return False


def _modified_if_known(item: GraphEvent) -> datetime | None:
    try:
        return _modified_at(item)
    except UnreadableError:
        return None


def _modified_at(item: GraphEvent) -> datetime:
    try:
        moment = datetime.fromisoformat(item.last_modified_date_time or "")
    except ValueError:
        raise UnreadableError("lastModifiedDateTime is missing, or no date and time") from None
    if moment.tzinfo is None:
        raise UnreadableError("lastModifiedDateTime has no offset")
    return moment


def _identity(item: bytes | msgspec.Raw) -> str:
    try:
        return msgspec.json.decode(item, type=Identity).id
    except NOT_JSON:
        return ""


def _counted(change: Change, items: int) -> Change:
    if isinstance(change, OutlookSkipped) and change.reason == "recurring":
        return change.model_copy(update={"detail": f"{items} items of this series in one answer"})
    return change
