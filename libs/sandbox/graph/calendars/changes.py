"""What changed in a calendar, in order: the memory behind delta queries.

Each change moves its item to the end under a new generation, so an item appears once, at its last change; a page of a
delta round is a stretch of generations. Items that left stay as marks: a reader with an old token must hear of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """The last change of one item: its generation, and both ids in case that the item is gone."""

    generation: int
    key: str
    rest_id: str


class ChangeLog:
    """The marks of one calendar, oldest first; `head` is the newest generation."""

    def __init__(self) -> None:
        self.head = 0
        self._marks: dict[str, Mark] = {}

    def record(self, key: str, rest_id: str) -> None:
        """Note that the item `key` (its immutable id) changed, came or left."""
        self.head += 1
        self._marks.pop(key, None)
        self._marks[key] = Mark(self.head, key, rest_id)

    def between(self, after: int, upto: int) -> list[Mark]:
        """List the marks of generations after `after` and not after `upto`, oldest first."""
        found = []
        for mark in reversed(self._marks.values()):
            if mark.generation <= after:
                break
            if mark.generation <= upto:
                found.append(mark)
        found.reverse()
        return found
