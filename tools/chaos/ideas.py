"""What people think of: events and edits, no two alike, so that a value tells which edit it comes from."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from contracts.events import AllDay, Span, Timed
from tandem.people.cast import Colleague
from tandem.people.entries import Entry
from tools.chaos.deeds import GUESTS, tag_of

_SUBJECTS = ("Budget", "Review", "Workshop", "Interview", "Démo", "Städtetag", "会議")
_DAYS = 200


@dataclass(slots=True)
class Ideas:
    """Makes things up from a seed. Everything lies in the days after `first`."""

    rng: Random
    first: date
    _count: int = 0

    def event(self, owner: Colleague) -> Entry:
        """Think of something new; some have guests, some are calls."""
        entry = Entry(f"{self._words()} #e{self._next()}", self._hours(), f"Room {self._next()}")
        call = self.rng.random() < 0.1  # noqa: PLR2004  # one in ten
        return replace(entry, call=call, people=self._guests(owner) if self.rng.random() < 1 / 3 else frozenset())

    def edited(self, entry: Entry, what: str, owner: Colleague) -> Entry:
        """Think of another title, span, location or list of people for it."""
        match what:
            case "title":
                return replace(entry, title=f"{self._words()} {self._next()} #{tag_of(entry.title)}")
            case "span":
                whole_days = not entry.call and self.rng.random() < 1 / 3
                return replace(entry, span=self._days() if whole_days else self._hours())
            case "location":
                return replace(entry, location=f"Room {self._next()}")
            case _:
                return replace(entry, people=entry.people ^ {self.rng.choice(_others(owner))})

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _words(self) -> str:
        return self.rng.choice(_SUBJECTS)

    def _guests(self, owner: Colleague) -> frozenset[str]:
        return frozenset(self.rng.sample(_others(owner), self.rng.randint(1, 3)))

    def _hours(self) -> Span:
        number = self._next()
        start = datetime.combine(self.first, time(6), UTC) + timedelta(days=number % _DAYS, minutes=15 * (number % 40))
        return Timed(start=start, end=start + timedelta(minutes=30 + number % 60))

    def _days(self) -> Span:
        number = self._next()
        first = self.first + timedelta(days=number % _DAYS)
        return AllDay(first=first, last=first + timedelta(days=number // _DAYS))


def _others(owner: Colleague) -> list[str]:
    return [address for address in GUESTS if address != owner.address]
