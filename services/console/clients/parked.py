"""What an administrator looks at first: failures by kind, and the messages that no retry could help."""

from contracts.model import Instant, Model


class Refusals(Model):
    """Events that a side refuses for the same reason."""

    reason: str
    count: int
    accounts: int
    latest: Instant


class FeedTrouble(Model):
    """A feed that cannot be read. `name` is its account's, None for one of the whole company."""

    feed: str
    kind: str
    account: str | None = None
    name: str | None = None
    failures: int
    reason: str
    looked_at: Instant | None = None


class Parked(Model):
    """How many messages of a service are parked."""

    service: str
    count: int
    latest: Instant


class Failures(Model):
    """What fails at present, by kind."""

    refused: tuple[Refusals, ...]
    feeds: tuple[FeedTrouble, ...]
    dead_letters: tuple[Parked, ...]


class DeadLetter(Model):
    """A message that no retry can help. `body` and `obstacle` (why no replay could help) come with a single one only."""

    id: int
    service: str
    topic: str
    source: str = ""
    correlation_id: str = ""
    reason: str
    at: Instant
    status: str
    by: str = ""
    decided_at: Instant | None = None
    body: str | None = None
    obstacle: str | None = None


class DeadLetters(Model):
    """A part of the list, the newest first; `next` asks for the part after it, None at the end."""

    dead_letters: tuple[DeadLetter, ...]
    next: int | None = None


class Grantee(Model):
    """Somebody on the list of who may sync, kept where EspoCRM's roles cannot say it."""

    user_id: str
    granted: bool
    by: str = ""
    at: Instant | None = None


class Told(Model):
    """What EspoCRM's roles said of somebody's access at the last sign-in."""

    user_id: str
    granted: bool
    at: Instant


class Roles(Model):
    """What they said of everybody who has signed in."""

    roles: tuple[Told, ...]


class Grantees(Model):
    """That list."""

    access: tuple[Grantee, ...]
