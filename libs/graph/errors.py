"""What can go wrong at Graph, as types, because each kind has one right reaction and only one.

No message in here quotes Graph's own `message`, which may repeat a subject or an address: codes and our words only.
"""

from datetime import datetime


class GraphError(Exception):
    """Graph did not do what was asked. `reason` is in words, for people, without content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnavailableError(GraphError):
    """Not now: Graph, or the way to it, is down. Worth another try at `until`."""

    def __init__(self, reason: str, until: datetime) -> None:
        super().__init__(reason)
        self.until = until


class ThrottledError(UnavailableError):
    """Too many requests for this mailbox. It wants to be left alone until `until`."""


class UnclearError(UnavailableError):
    """The answer was lost: the request may have been carried out or not. To be settled by looking, not by asking again."""


class CredentialsError(UnavailableError):
    """Microsoft refuses our application's own credentials. It concerns every mailbox, and ends when an operator mends it."""


class DeniedError(GraphError):
    """No, and asking again will not help: no such mailbox, no rights, a request that Graph finds wrong."""


class ZoneError(DeniedError):
    """Exchange does not know the time zone that a time was written in."""


class NotThereError(GraphError):
    """What was asked for does not exist, or no longer."""


class ChangedError(GraphError):
    """It has another version by now than the one that we named."""


class DuplicateError(GraphError):
    """It has been made before. `existing_id` says which one it is, where Graph tells."""

    def __init__(self, reason: str, existing_id: str | None = None) -> None:
        super().__init__(reason)
        self.existing_id = existing_id


class CursorExpiredError(GraphError):
    """Graph has forgotten where this cursor stood."""


class ForeignLinkError(DeniedError):
    """A link leads away from the configured Graph host. Our token must not go there."""
