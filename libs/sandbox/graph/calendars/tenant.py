"""The simulated tenant: people, mailboxes, meetings between them, and what Exchange does of its own accord.

Everything that one request may touch beyond its own mailbox hangs here: the copies of a meeting in the guests'
mailboxes, the mails sent, the Teams service, and things that Exchange does a little later.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.graph.calendars.items import Item
from sandbox.graph.calendars.mailbox import Calendar, ChangeKind, Mailbox
from sandbox.graph.calendars.mails import Kind, Mail
from sandbox.graph.calendars.people import Directory, Person
from sandbox.graph.calendars.teams import TeamsService
from sandbox.graph.clock import Clock, text_of
from sandbox.graph.config import Config
from sandbox.graph.errors import GraphError
from sandbox.graph.ids import Ids


@dataclass(slots=True)
class Meeting:
    """An event and its copies: where the organizer keeps it, and each simulated guest's own item by object id."""

    organizer: Mailbox
    item: Item
    copies: dict[str, Item] = field(default_factory=dict)


class Tenant:
    """The state of one tenant."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config = config
        self.clock = clock
        self.ids = Ids(config.seed)
        self.people = Directory()
        self.mailboxes: dict[str, Mailbox] = {}
        self.groups: dict[str, tuple[str, ...]] = {}
        self.meetings: dict[str, Meeting] = {}
        self.outbox: list[Mail] = []
        self.teams = TeamsService(config.tenant_id, self.ids)
        self.listeners: list[Callable[[Mailbox, Calendar, Item, ChangeKind], None]] = []
        self.delta_epoch = 0
        self._later: list[tuple[int, int, Callable[[], None]]] = []
        self._promises = 0
        for person in config.people:
            self.join(person)

    def join(self, person: Person) -> Mailbox:
        """Take a person into the tenant. Raises ValueError where one of the names is taken."""
        self.people.add(person)
        mailbox = Mailbox(person, self.clock, self.ids, self._tell)
        self.mailboxes[person.oid] = mailbox
        return mailbox

    def mailbox_of(self, name: str) -> Mailbox:
        """Find a mailbox by any name of its owner. Raises GraphError 404 for nobody, and for nobody's mailbox."""
        person = self.people.find(name)
        if person is None:
            raise GraphError(
                404,
                "ErrorInvalidUser",
                f"The requested user '{name}' is invalid.",
            )
        if not person.mailbox:
            raise GraphError(
                404,
                "MailboxNotEnabledForRESTAPI",
                "REST API is not yet supported for this mailbox.",
            )
        return self.mailboxes[person.oid]

    def guest_mailbox(self, address: str) -> Mailbox | None:
        """Find the mailbox behind a guest's address; None for people outside the tenant."""
        person = self.people.find(address)
        return self.mailboxes[person.oid] if person and person.mailbox else None

    def guest_mailboxes(self, address: str) -> list[Mailbox]:
        """Find every mailbox that an invitation to an address reaches: one person's, or those of a group's members."""
        names = self.groups.get(address.lower(), (address,))
        return [mailbox for name in names if (mailbox := self.guest_mailbox(name)) is not None]

    def send(self, kind: Kind, item: Item, sender: str, to: str) -> None:
        """Put a mail into the outbox."""
        at = text_of(self.clock.now())
        self.outbox.append(Mail(kind, item.immutable_id, item.ical_uid, item.fields["subject"], sender, to, at))

    def later(self, seconds: float, action: Callable[[], None]) -> None:
        """Promise to do something once the tenant's clock is that far; `settle` keeps the promise."""
        self._promises += 1
        due = self.clock.now() + round(seconds * 10_000_000)
        heapq.heappush(self._later, (due, self._promises, action))

    def settle(self) -> None:
        """Do what is due."""
        while self._later and self._later[0][0] <= self.clock.now():
            heapq.heappop(self._later)[2]()

    def _tell(self, mailbox: Mailbox, calendar: Calendar, item: Item, kind: ChangeKind) -> None:
        for listener in self.listeners:
            listener(mailbox, calendar, item, kind)
