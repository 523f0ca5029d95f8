"""The company: what people and circumstances may do, one method each, and how everything comes to rest.

Numbers say which and how much; any number will do, so that a test may draw them blindly. Each act tells itself in words.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from contracts.changes import EspoGone, EspoSeen, OutlookGone
from contracts.events import Attendee, Event, EventField, Reply, Timed
from contracts.outcomes import Deferred, Done, Refused
from reconciler.core.link import Link
from reconciler.core.rules import Rules
from reconciler.core.side import Presence, SideName
from reconciler.store import Account
from support.company import promises
from support.company.connectors import EspoConnector, OutlookConnector
from support.company.office import News, Office
from support.company.systems import DIRECTORY, GUESTS, Entry, Espo, Outlook
from support.links import NOON, UPCOMING

CONNECTED = ("ann", "bob")
OWNERS = (*CONNECTED, "cleo")
"""Ann and Bob sync, Cleo does not."""

PAUSES = (1, 40, 700, 1000, 2500, 30_000, 400_000)
"""Milliseconds: within a second, across one, past a time limit."""

TITLES = ("Plan {}", " Plan {} ", "a < b {}")
TEXTS = ("Text {}", "Text {}\n\nsecond line  \n", "  {}")
OUTAGE = timedelta(seconds=30)


class Company:
    """Two connected owners, one that is not, and everything between them. `told` is the story so far, in words."""

    def __init__(self, rules: Rules, *, keyed: bool) -> None:
        self.rules = rules
        self.now = NOON
        self.outlook, self.espo = Outlook(), Espo(keyed=keyed)
        self.to_outlook, self.to_espo = OutlookConnector(self.outlook), EspoConnector(self.espo)
        accounts = (
            Account(id=name, name=name, mailbox=f"{name}@contoso.test", zone="UTC", addresses=(), rules=rules)
            for name in CONNECTED
        )
        self.office = Office({account.id: account for account in accounts}, self._take_write, self._look_again)
        self.late: list[News] = []
        self.writes: list[Any] = []
        self.done_before: list[Any] = []
        self.made: dict[UUID, Entry] = {}
        self.carried: set[UUID] = set()
        self.repeated: set[UUID] = set()
        self.unheard: set[int] = set()
        self.told: list[str] = []
        self.last_edits: dict[tuple[str, EventField], tuple[datetime, Any]] = {}
        self.given_back: set[tuple[str, EventField]] = set()
        self.changes: dict[int, int] = {}
        self.stood: dict[tuple[str, EventField], Any] = {}
        self.lists_edited: set[str] = set()
        self._stories = 0
        self._edits = 0

    @property
    def written(self) -> int:
        """How many writes have changed something."""
        return self.to_outlook.written + self.to_espo.written

    # What people do.

    def somebody_plans(self, a: int, b: int) -> None:
        """Somebody makes a new event, with or without a guest."""
        side: SideName = "outlook" if a % 2 else "espo"
        owner = CONNECTED[b % 2] if side == "outlook" else OWNERS[b % 3]
        self._stories += 1
        guests = self._guests(side, (b // 3) % 5)
        start = UPCOMING + timedelta(hours=self._stories, microseconds=a % 3)
        span = Timed(start=start, end=start + timedelta(hours=1))
        number = 0 if a % 5 == 0 else self._stories  # now and then two look alike
        event = Event(
            title=TITLES[a % 3].format(number),
            span=span if number else Timed(start=UPCOMING, end=UPCOMING + timedelta(hours=1)),
            location="Room 1",
            description=TEXTS[b % 3].format(number),
            people=guests,
            cancelled=False,
        )
        system = self._system(side)
        item = f"{side[0]}{len(system.entries)}"
        told_at = self.now if side == "outlook" else self.now.replace(microsecond=0)
        system.entries[item] = Entry(item, self._stories, owner, system.wording(event), self.now, told_at)
        self.changes[self._stories] = 1
        self._tell(f"{owner} plans {item} in {side}: {event.title!r}, guests {[one.address for one in guests]}")

    def somebody_edits(self, a: int, b: int) -> None:
        """Somebody changes one field of an event, on one side."""
        field = promises.PLAIN[b % 4]
        entry, side = self._entry(a)
        if entry is None:
            return
        self._edits += 1
        number = self._edits
        value: Any = {
            "title": TITLES[(b // 4) % 3].format(number),
            "location": f"Room {number}",
            "description": TEXTS[(b // 4) % 3].format(number),
        }.get(field)
        if field == "span":
            start = UPCOMING + timedelta(days=number, microseconds=b % 3)
            value = Timed(start=start, end=start + timedelta(hours=1))
        self._edit(entry, side, field, value)

    def somebody_undoes(self, a: int, b: int) -> None:
        """Somebody gives a field the value that it had before."""
        field = promises.PLAIN[b % 4]
        entry, side = self._entry(a)
        if entry is not None and entry.past:
            self._edit(entry, side, field, getattr(entry.past[-1][0], field))

    def somebody_invites(self, a: int, b: int) -> None:
        """Somebody invites a guest, or takes one off the list."""
        entry, side = self._entry(a)
        if entry is None:
            return
        (guest,) = self._guests(side, 1 + b % 4) or (None,)
        if guest is None:
            return
        people = entry.event.people or ()
        others = tuple(person for person in people if not person.addresses & guest.addresses)
        self._edit(entry, side, "people", others if len(others) < len(people) else (*people, guest))

    def a_guest_answers(self, a: int, b: int) -> None:
        """A guest answers the invitation in Outlook, which mails nobody else."""
        entry = self._pick(self.outlook, a)
        if entry is None or not entry.event.people:
            return
        people = entry.event.people
        guest = people[b % len(people)]
        reply = (Reply.ACCEPTED, Reply.DECLINED, Reply.TENTATIVE)[(a + b) % 3]
        answered = tuple(
            one.model_copy(update={"reply": reply}) if one.address == guest.address else one for one in people
        )
        self._edit(entry, "outlook", "people", answered)

    def somebody_removes(self, a: int, b: int) -> None:
        """Somebody removes an event, on one side.

        No record whose making we have not heard of yet: should it have to be made again, nothing tells of it any more.
        """
        entry, side = self._entry(a)
        if entry is not None and b % 2 and self._is_heard_of(entry):
            entry.removed = entry.by_hand = True
            self._changed(entry)
            self._tell(f"{entry.id} is removed in {side}")

    def the_record_changes_hands(self, a: int, b: int) -> None:
        """Somebody assigns a record to another owner."""
        entry = self._pick(self.espo, a)
        if entry is not None:
            self._pass(1)
            entry.owner, entry.moved = OWNERS[b % 3], True
            self.espo.store(entry, entry.event, self.now)
            self._changed(entry)
            self._tell(f"{entry.id} goes to {entry.owner}")

    def the_record_is_cancelled(self, a: int, b: int) -> None:
        """Somebody sets a record to "not held", or back."""
        entry = self._pick(self.espo, a)
        if entry is not None:
            self._edit(entry, "espo", "cancelled", bool(b % 2))

    # What circumstances do.

    def a_side_is_read(self, a: int, b: int) -> None:
        """A connector reads an event or a record; what it saw is on its way. Outlook's replicas may lag behind."""
        side: SideName = "outlook" if a % 2 else "espo"
        entries = tuple(self._system(side).entries.values())
        if entries:
            entry = entries[(a // 2) % len(entries)]
            self._pass(1)
            self.late.append(self._told(entry, side, back=b % 3 if b % 4 == 0 else 0, confirmed=b % 2 == 0))
            self._tell(f"{entry.id} is read: {_words(self.late[-1])}")

    def a_false_tombstone(self, a: int, _: int) -> None:
        """Graph's delta calls an event removed that only left the window."""
        entry = self._pick(self.outlook, a)
        if entry is not None:
            gone = OutlookGone(account=entry.owner, outlook_id=entry.id, confirmed=False, read_at=self.now)
            self.late.append(gone)
            self._tell(f"{entry.id} is said to be gone")

    def news_arrives(self, a: int, b: int) -> None:
        """One of the observations on their way arrives, in any order, and now and then it will arrive again."""
        if self.late:
            news = self.late[a % len(self.late)] if b % 5 == 0 else self.late.pop(a % len(self.late))
            self._tell(f"arrives: {_words(news)}")
            self.office.hear(news, self.now)

    def a_write_is_carried_out(self, a: int, b: int) -> None:
        """The oldest write is carried out, or not, and its answer comes back, or not."""
        if not self.writes:
            return
        self._pass(1 + 400 * (a % 3))
        how = (("well",) * 5 + ("crash before", "crash after", "put off", "put off after", "refused"))[b % 10]
        write = self._oldest(a)
        if how == "refused" and write.link_id in self.carried:
            how = "well"  # what was taken once is not refused a moment later
        if not how.startswith("crash"):
            self.writes.remove(write)
        self._tell(f"{write.kind} {_target(write)}: {how}")
        if how == "crash before":
            return
        if how == "put off":
            self._put_off(write)
        elif how == "refused":
            ended = {"write_id": write.write_id, "link_id": write.link_id, "account": write.account}
            self.office.learn(Refused(finished_at=self.now, reason="mended by hand", **ended), self.now)
        else:
            outcome = self._carry_out(write)
            if how == "well":
                self.office.learn(outcome, self.now)
            elif how == "crash after":
                self.repeated.add(write.write_id)
            elif how == "put off after":
                self.unheard.add(self._story(self.office.links[write.link_id]))
                self._put_off(write)

    def a_write_is_repeated(self, *_: int) -> None:
        """A connector dies before it has committed what it did last, and does that again before anything else."""
        write = self.done_before[-1] if self.done_before and not self.writes else None
        if write is not None and not self._is_unknown_by_now(write):
            self._tell(f"again: {write.kind} {_target(write)}")
            self.office.learn(self._carry_out(write), self.now)

    def a_connector_starts_anew(self, *_: int) -> None:
        """What a connector kept in memory is forgotten.

        Without a field for keys not while it has to make what it has made (decision 5).
        """
        if self.espo.keyed or not any(write.kind == "create_espo_record" for write in self.writes):
            self.to_espo.made_for.clear()
            self._tell("the connector to EspoCRM starts anew")

    def time_passes(self, a: int, _: int) -> None:
        """The clock goes on; the reconciler looks after what is due."""
        self._pass(PAUSES[a % len(PAUSES)])
        self._tell(f"{PAUSES[a % len(PAUSES)]} ms pass")

    def everything_comes_to_rest(self, *_: int) -> None:
        """Everything arrives that is under way, with fresh looks, until nothing moves any more; then all is as promised."""
        self._tell("everything comes to rest")
        quiet = 0
        for _round in range(80):
            before = self.written, len(self.office.links)
            self._pass(2500)
            self.office.retry(self.now)
            self._read_all()
            while self.late:
                self.office.hear(self.late.pop(0), self.now)
            while self.writes:
                self._pass(1)
                self.office.learn(self._carry_out(self.writes.pop(0)), self.now)
            quiet = quiet + 1 if before == (self.written, len(self.office.links)) and not self._waits() else 0
            if quiet == 2:
                self.unheard.clear()
                promises.hold(self)
                return
        raise AssertionError("they keep writing at each other")

    # How it works.

    def _waits(self) -> bool:
        """Whether something is due later; then it is later."""
        due = [link.due_at for link in self.office.links.values() if link.due_at]
        if due:
            self.now = max(self.now, *due)
        elif self.office.unclaimed:
            self._pass(180_000)
        else:
            return False
        return True

    def _read_all(self) -> None:
        sides: tuple[SideName, ...] = ("outlook", "espo")
        for side in sides:
            for entry in self._system(side).entries.values():
                self.late.append(self._told(entry, side, confirmed=True))

    def _told(self, entry: Entry, side: SideName, *, back: int = 0, confirmed: bool) -> News:
        if side == "espo":
            if not entry.removed:
                return self.espo.seen(entry, self.now)
            return EspoGone(entity="Meeting", espo_id=entry.id, confirmed=confirmed, read_at=self.now)
        if not entry.removed:
            return self.outlook.seen(entry, self.now, back=back)
        return OutlookGone(account=entry.owner, outlook_id=entry.id, confirmed=confirmed, read_at=self.now)

    def _look_again(self, link: Link, side: SideName) -> None:
        item = link.side(side).id
        if item is not None:
            self.late.append(self._told(self._system(side).entries[item], side, confirmed=True))

    def _take_write(self, write: Any) -> None:
        self.writes.append(write)

    def _carry_out(self, write: Any) -> Any:
        link = self.office.links[write.link_id]
        connector = self.to_outlook if "outlook" in write.kind else self.to_espo
        outcome = connector.carry_out(write, self._story(link), self.now)
        if isinstance(outcome, Done) and write.kind == "create_espo_record" and isinstance(outcome.stored, EspoSeen):
            self.made[write.link_id] = self.espo.entries[outcome.stored.espo_id]
        self.done_before.append(write)
        self.carried.add(write.link_id)
        return outcome

    def _oldest(self, a: int) -> Any:
        """Each topic keeps the order of its writes; neither waits for the other."""
        first = {("outlook" in write.kind): write for write in reversed(self.writes)}
        return first.get(bool(a % 2), self.writes[0])

    def _put_off(self, write: Any) -> None:
        ended = {"write_id": write.write_id, "link_id": write.link_id, "account": write.account}
        until = self.now + OUTAGE
        self.office.learn(Deferred(finished_at=self.now, until=until, reason="out of reach", **ended), self.now)

    def _story(self, link: Link) -> int:
        for side, system in (("outlook", self.outlook), ("espo", self.espo)):
            known = link.side(side)  # type: ignore[arg-type]
            if known.presence is not Presence.ABSENT and known.id is not None:
                return system.entries[known.id].story
        raise AssertionError("a link of nothing")

    def _pass(self, milliseconds: int) -> None:
        self.now += timedelta(milliseconds=milliseconds)
        self.office.attend(self.now)

    def _system(self, side: SideName) -> Any:
        return self.outlook if side == "outlook" else self.espo

    def _pick(self, system: Any, a: int) -> Entry | None:
        """Something that is there, except a record without a key whose making we have not heard of yet.

        Nothing but its title and start tells such a one, so that an edit within these seconds, after a crash, makes it
        unknown (decision 5).
        """
        entries = [entry for entry in system.entries.values() if not entry.removed and self._is_known(entry)]
        return entries[a % len(entries)] if entries else None

    def _is_unknown_by_now(self, write: Any) -> bool:
        made = self.made.get(write.link_id) if write.kind == "create_espo_record" else None
        return made is not None and (made.removed or bool(made.edits and not made.bears))

    def _is_known(self, entry: Entry) -> bool:
        """Whether people may act on it."""
        return bool(entry.bears) or self._is_heard_of(entry)

    def _is_heard_of(self, entry: Entry) -> bool:
        return entry.key != "ours" or self.office.by_espo_id(entry.id) is not None

    def _entry(self, a: int) -> tuple[Entry | None, SideName]:
        side: SideName = "outlook" if a % 2 else "espo"
        return self._pick(self._system(side), a // 2), side

    def _guests(self, side: SideName, number: int) -> tuple[Attendee, ...]:
        if not number:
            return ()
        if side == "outlook":
            return (Attendee(address=GUESTS[number - 1]),)
        return DIRECTORY[number - 1 : number]

    def _edit(self, entry: Entry, side: SideName, field: EventField, value: Any) -> None:
        self._pass(1)
        before = getattr(entry.event, field)
        changed = self._system(side).wording(entry.event.model_copy(update={field: value}))
        if getattr(changed, field) == before:
            return
        repeated = any(write.write_id in self.repeated for write in self.writes)
        if side == "outlook" and (repeated or entry.story in self.unheard):
            # What is asked for again, or was never heard of, meets this edit, and may have to be written once more.
            self.changes[entry.story] += 1
        self._system(side).store(entry, entry.event.model_copy(update={field: value}), self.now)
        if field == "people":
            self.lists_edited.add(entry.id)
        value = getattr(entry.event, field)
        self._note_whether_given_back(entry, field, value)
        self.last_edits[entry.id, field] = (self.now, value)
        self._changed(entry)
        self._tell(f"{entry.id}: {field} {before!r} becomes {getattr(entry.event, field)!r}")

    def _note_whether_given_back(self, entry: Entry, field: EventField, value: Any) -> None:
        """An edit that gives a field a value that it had before may go unnoticed between two looks."""
        before = any(getattr(event, field) == value for event, _, _ in entry.past)
        if before or self.stood.get((entry.id, field)) == value:
            self.given_back.add((entry.id, field))
        else:
            self.given_back.discard((entry.id, field))

    def _changed(self, entry: Entry) -> None:
        entry.edits += 1
        entry.ours_last = False
        if entry.id in self.espo.entries:
            self.changes[entry.story] = self.changes.get(entry.story, 1) + 1

    def _tell(self, words: str) -> None:
        self.told.append(f"{(self.now - NOON).total_seconds():.3f} s  {words}")


Act = Callable[[Company, int, int], None]

ACTS: dict[Act, int] = {
    Company.somebody_plans: 2,
    Company.somebody_edits: 6,
    Company.somebody_undoes: 1,
    Company.somebody_invites: 2,
    Company.a_guest_answers: 1,
    Company.somebody_removes: 2,
    Company.the_record_changes_hands: 1,
    Company.the_record_is_cancelled: 1,
    Company.a_side_is_read: 10,
    Company.a_false_tombstone: 1,
    Company.news_arrives: 12,
    Company.a_write_is_carried_out: 10,
    Company.a_write_is_repeated: 1,
    Company.a_connector_starts_anew: 1,
    Company.time_passes: 4,
    Company.everything_comes_to_rest: 1,
}
"""What may happen, and how often compared with the rest."""


def _target(write: Any) -> str:
    return str(getattr(write, "outlook_id", None) or getattr(write, "espo_id", None) or write.event.title)


def _words(news: News) -> str:
    item = getattr(news, "outlook_id", None) or getattr(news, "espo_id", None)
    event = getattr(news, "event", None)
    if event is not None:
        return f"{item} as of {getattr(news, 'modified_at', None):%H:%M:%S.%f}: {event.title!r} in {event.location!r}"
    return f"{item} is gone{'' if getattr(news, 'confirmed', True) else ', it is said'}"
