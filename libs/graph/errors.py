"""What can go wrong at Graph, as types, because each kind has one right reaction and only one.

No message in here quotes Graph's own `message`, which may repeat a subject or an address: codes and our words only.
"""

from datetime import datetime

from graph.permission.refusals import Refusal


class GraphError(Exception):
    """Graph did not do what was asked. `reason` is in words, for people, without content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def kind(self) -> str:
        """One word for metrics."""
        return type(self).__name__.removesuffix("Error").lower()


class UnavailableError(GraphError):
    """Not now: Graph, or the way to it, is down. Worth another try at `until`.

    `asked` is False where Graph was not even asked, because its last answer still stands.
    """

    def __init__(self, reason: str, until: datetime, *, asked: bool = True) -> None:
        super().__init__(reason)
        self.until = until
        self.asked = asked


class ThrottledError(UnavailableError):
    """Too many requests for this mailbox. It wants to be left alone until `until`."""


class CrowdedError(UnavailableError):
    """Others of this mailbox were before it for too long. Graph was not asked."""

    def __init__(self, reason: str, until: datetime) -> None:
        super().__init__(reason, until, asked=False)


class UnclearError(UnavailableError):
    """The answer was lost: the request may have been carried out or not. To be settled by looking, not by asking again."""


class CredentialsError(UnavailableError):
    """Microsoft refuses our application's own credentials. It concerns every mailbox, and ends when an operator mends it."""


class GrantLostError(UnavailableError):
    """An account's grant is no good any more. Nobody was asked; it ends when its user consents anew."""

    def __init__(self, reason: str, until: datetime) -> None:
        super().__init__(reason, until, asked=False)


class DeniedError(GraphError):
    """No, and asking again will not help: no such mailbox, no rights, a request that Graph finds wrong."""


class NoMailboxError(DeniedError):
    """There is no mailbox of this user in Exchange Online, or no licence for one."""


class NotConnectedError(DeniedError):
    """Nobody has consented for this account, and our application may not act by itself."""


class ConsentError(DeniedError):
    """Microsoft refused somebody's sign-in. `refusal` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.words)
        self.refusal = refusal


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
