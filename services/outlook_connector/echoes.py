"""Echoes: notifications that tell only what Graph has just told this process, that it stored a write of ours.

They are half of all notifications where EspoCRM is the side that people work on, and each would have its calendar read
to find nothing new. A version is of one change: whatever anybody else does to the event has another one, and is heard.
"""

from graph.asking.answers import GraphEvent, Notification
from graph.versions import change_key

_MOST_REMEMBERED = 10_000


class Echoes:
    """The versions that this process has written last, so many at most. One that is not among them is heard as news."""

    def __init__(self, most: int = _MOST_REMEMBERED) -> None:
        self._most = most
        self._written: dict[bytes, None] = {}

    def expect(self, stored: GraphEvent) -> None:
        """Remember an event's version, as Graph answered it to a write of ours."""
        key = change_key(stored.etag)
        if key is None:
            return
        self._written[key] = None
        if len(self._written) > self._most:
            del self._written[next(iter(self._written))]

    def is_one(self, notification: Notification) -> bool:
        """Whether a notification tells nothing but a write of ours. A removal makes no version, so it is never one."""
        told = notification.resource_data
        return told is not None and change_key(told.etag) in self._written and notification.change_type != "deleted"
