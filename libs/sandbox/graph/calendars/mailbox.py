"""One person's mailbox: calendars, the items in them, and every id by which a client may ask for one.

All changes pass through here, so that each gets a fresh change key and stamp, a mark in the calendar's log, and a word
to whoever listens (the notification service does).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from sandbox.graph.calendars import series
from sandbox.graph.calendars.changes import ChangeLog
from sandbox.graph.calendars.items import Item
from sandbox.graph.calendars.people import Person
from sandbox.graph.calendars.teams import PROVIDER
from sandbox.graph.clock import Clock
from sandbox.graph.errors import GraphError, access_denied, not_found
from sandbox.graph.ids import Ids

if TYPE_CHECKING:
    from datetime import date

ChangeKind = Literal["created", "updated", "deleted"]
_ID_STARTS = ("AAMk", "AAkA", "AQMk")


@dataclass(slots=True, eq=False)
class Calendar:
    """A calendar folder; `items` by immutable id."""

    id: str
    name: str
    change_key: str
    owner: Person
    is_default: bool = False
    can_edit: bool = True
    color: str = "auto"
    items: dict[str, Item] = field(default_factory=dict)
    log: ChangeLog = field(default_factory=ChangeLog)

    def shown(self) -> dict[str, Any]:
        """Write as a Graph calendar. Only the default calendar tallies responses."""
        online = self.owner.teams and self.can_edit
        return {
            "id": self.id,
            "name": self.name,
            "color": self.color,
            "hexColor": "",
            "isDefaultCalendar": self.is_default,
            "changeKey": self.change_key,
            "canShare": self.can_edit,
            "canViewPrivateItems": True,
            "canEdit": self.can_edit,
            "allowedOnlineMeetingProviders": [PROVIDER] if online else [],
            "defaultOnlineMeetingProvider": PROVIDER if online else "unknown",
            "isTallyingResponses": self.is_default,
            "isRemovable": not self.is_default and self.can_edit,
            "owner": self.owner.address,
        }


Listener = Callable[["Mailbox", Calendar, Item, ChangeKind], None]


class Mailbox:
    """A mailbox; `listener` hears of every change to an item after it was made."""

    def __init__(self, person: Person, clock: Clock, ids: Ids, listener: Listener) -> None:
        self.person = person
        self._clock = clock
        self._ids = ids
        self._listener = listener
        self._items: dict[str, Item] = {}
        self._slots: dict[str, tuple[Item, date]] = {}
        self.transactions: dict[str, Item] = {}
        self.calendars: dict[str, Calendar] = {}
        self.default = self.add_calendar("Calendar", is_default=True)
        if person.birthdays:
            self.add_calendar("Birthdays", can_edit=False)

    def add_calendar(
        self, name: str, *, is_default: bool = False, can_edit: bool = True, color: str = "auto",
    ) -> Calendar:  # fmt: skip
        """Make a calendar. Raises GraphError 409 where the name is taken."""
        if any(calendar.name.lower() == name.lower() for calendar in self.calendars.values()):
            raise GraphError(409, "ErrorFolderExists", f"A folder with the specified name already exists., '{name}'")
        calendar = Calendar(
            self._ids.rest(), name, self._ids.change_key(), self.person, is_default, can_edit, color,
        )  # fmt: skip
        self.calendars[calendar.id] = calendar
        return calendar

    def calendar(self, calendar_id: str) -> Calendar:
        """Find a calendar by id. Raises GraphError 404, or 400 for what is no id."""
        if calendar_id not in self.calendars:
            _check_id(calendar_id)
            raise not_found()
        return self.calendars[calendar_id]

    def drop_calendar(self, calendar: Calendar) -> None:
        """Remove a calendar with its items. Raises GraphError 400 for the default and read-only ones."""
        if calendar.is_default or not calendar.can_edit:
            raise GraphError(400, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted.")
        for item in list(calendar.items.values()):
            self.remove(item)
        del self.calendars[calendar.id]

    def find(self, item_id: str) -> Item:
        """Find an item or instance by either of its ids. Raises GraphError 404, or 400 for what is no id."""
        item = self._items.get(item_id)
        if item is not None:
            return item
        _check_id(item_id)
        master, day = self._slots.get(item_id, (None, None))
        if master is None or day is None or day in master.removed_days or master.immutable_id not in self._items:
            raise not_found()
        return series.instance(master, day)

    def know_instances(self, instances: list[Item]) -> list[Item]:
        """Remember the ids of instances that are about to be shown, so that a client can ask for them; gives them."""
        for one in instances:
            if one.master is not None and one.slot is not None and one.rest_id not in self._slots:
                self._slots[one.rest_id] = self._slots[one.immutable_id] = (one.master, one.slot)
        return instances

    def add(self, item: Item, calendar: Calendar) -> None:
        """Put a new item into a calendar."""
        item.calendar = calendar.id
        calendar.items[item.immutable_id] = item
        self._items[item.rest_id] = self._items[item.immutable_id] = item
        calendar.log.record(item.immutable_id, item.rest_id)
        self._listener(self, calendar, item, "created")

    def changed(self, item: Item) -> None:
        """Give a changed item its new version; of a series' instance the master changes too, and is what is told."""
        item.change_key = self._ids.change_key()
        item.modified = self._clock.stamp()
        stored = item.master or item
        if stored is not item:
            stored.change_key, stored.modified = self._ids.change_key(), self._clock.stamp()
        calendar = self.calendars[stored.calendar]
        calendar.log.record(stored.immutable_id, stored.rest_id)
        self._listener(self, calendar, stored, "updated")

    def remove(self, item: Item) -> None:
        """Take an item out of the mailbox; an instance leaves its series, whose master then counts as updated."""
        if item.master is not None:
            series.drop_instance(item)
            self.changed(item.master)
            return
        calendar = self.calendars[item.calendar]
        self._take_out(item, calendar)
        calendar.log.record(item.immutable_id, item.rest_id)
        self._listener(self, calendar, item, "deleted")

    def move(self, item: Item, calendar: Calendar) -> None:
        """Move an item to another calendar: a new default id, the same immutable id."""
        source = self.calendars[item.calendar]
        self._take_out(item, source)
        source.log.record(item.immutable_id, item.rest_id)
        self._listener(self, source, item, "deleted")
        item.rest_id, item.change_key, item.modified = self._ids.rest(), self._ids.change_key(), self._clock.stamp()
        self.add(item, calendar)

    def items(self) -> list[Item]:
        """List the items of all calendars."""
        return [item for calendar in self.calendars.values() for item in calendar.items.values()]

    def editable(self, calendar: Calendar) -> None:
        """Refuse writes to a read-only calendar (GraphError 403)."""
        if not calendar.can_edit:
            raise access_denied()

    def _take_out(self, item: Item, calendar: Calendar) -> None:
        del calendar.items[item.immutable_id], self._items[item.rest_id], self._items[item.immutable_id]


def _check_id(item_id: str) -> None:
    if not item_id.startswith(_ID_STARTS):
        raise GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")
