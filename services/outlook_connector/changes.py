"""What a Graph item means as a change: seen, gone, or skipped with the reason. Pure.

Whatever is not synced is said so and never silently absent (rule M17), and of a private event nothing but its id goes
on (M18).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import msgspec

from contracts.changes import OutlookGone, OutlookSeen, OutlookSkipped
from graph.answers import GraphEvent, Identity
from outlook_connector.people import organizer_of
from outlook_connector.translate import UnreadableError, to_event

Change = OutlookSeen | OutlookGone | OutlookSkipped

_SERIES = frozenset(("seriesmaster", "occurrence", "exception"))


@dataclass(frozen=True, slots=True)
class Vantage:
    """From where and when an item was read. `read_at` is the time just before Graph was asked."""

    account: str
    calendar: str
    read_at: datetime

    def change(self, item: GraphEvent) -> Change:
        """Say what one item means. Of a series it is its master that is skipped."""
        if item.removed is not None:
            return self.gone(item.id, confirmed=False)
        reason = _reason_to_skip(item)
        if reason is not None:
            return self._skipped(item.series_master_id or item.id, reason)
        try:
            return self._seen(item)
        except UnreadableError as error:
            return self._skipped(item.id, "unreadable", str(error))

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
        except msgspec.ValidationError as error:
            return self._skipped(_identity(item), "unreadable", str(error))

    def _seen(self, item: GraphEvent) -> OutlookSeen:
        if item.etag is None:
            raise UnreadableError("@odata.etag is missing")
        return OutlookSeen(
            account=self.account,
            calendar=self.calendar,
            outlook_id=item.id,
            version=item.etag,
            modified_at=_modified_at(item),
            read_at=self.read_at,
            ical_uid=item.ical_uid,
            transaction_id=item.transaction_id,
            organizer=organizer_of(item),
            is_organizer=item.is_organizer is not False,
            event=to_event(item),
        )

    def _skipped(self, outlook_id: str, reason: "Reason", detail: str = "") -> OutlookSkipped:
        return OutlookSkipped(
            account=self.account, calendar=self.calendar, outlook_id=outlook_id, reason=reason, detail=detail
        )


Reason = Literal["recurring", "private", "draft", "unreadable"]


def _reason_to_skip(item: GraphEvent) -> Reason | None:
    if item.series_master_id or (item.type or "").lower() in _SERIES:
        return "recurring"
    if (item.sensitivity or "").lower() == "private":
        return "private"
    if item.is_draft:
        return "draft"
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
    except msgspec.ValidationError:
        return ""


def _counted(change: Change, items: int) -> Change:
    if isinstance(change, OutlookSkipped) and change.reason == "recurring":
        return change.model_copy(update={"detail": f"{items} items of this series in one answer"})
    return change
