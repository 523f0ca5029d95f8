"""What can go wrong between us and EspoCRM, as types.

EspoCRM tells "never" from "not now" by status, header and body in its own way. Whoever asks it for something needs only
that distinction and a reason that may be shown, so it is drawn once, here. No reason quotes content.
"""

from datetime import datetime


class EspoError(Exception):
    """EspoCRM did not do what it was asked. `reason` is in words, without content: fit for logs and for users."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotThere(EspoError):  # noqa: N818  # a statement about the record
    """There is no such record, or it has been removed (404)."""


class Rejected(EspoError):  # noqa: N818  # a statement about the request
    """The same request will be rejected again: somebody has to mend something first."""


class Denied(Rejected):
    """The API user may not do that (403 with a reason)."""


class Invalid(Rejected):
    """A value breaks a rule of a field (400). `field` and `rule` are EspoCRM's own names, "" where it gave none."""

    def __init__(self, field: str = "", rule: str = "") -> None:
        named = f"the field '{field}' (rule '{rule}')" if field else "the request"
        super().__init__(f"EspoCRM does not accept {named}")
        self.field = field
        self.rule = rule


class Locked(Rejected):
    """The record is locked against changes (409, EspoCRM 10)."""


class Duplicate(Rejected):
    """EspoCRM takes it for a duplicate of another record (409)."""


class KeyRefused(Rejected):
    """EspoCRM does not know the API key (401). Asked again no sooner than `until`: eleven tries a minute lock us out.

    `asked` is False where EspoCRM was not even asked, because its last answer still stands.
    """

    def __init__(self, until: datetime, *, asked: bool = True) -> None:
        super().__init__("EspoCRM does not accept the API key")
        self.until = until
        self.asked = asked

    def still(self) -> "KeyRefused":
        """Say the same to somebody who comes before `until`."""
        return KeyRefused(self.until, asked=False)


class Unavailable(EspoError):  # noqa: N818  # a statement about EspoCRM
    """Not now. `until` is when to try again; `asked` is False where EspoCRM was not even asked."""

    def __init__(self, reason: str, until: datetime, *, asked: bool = True) -> None:
        super().__init__(reason)
        self.until = until
        self.asked = asked


class Maintenance(Unavailable):
    """An administrator has put EspoCRM into maintenance mode (503)."""


class NobodyThere(Unavailable):
    """Something answers that there is nothing, and it is not EspoCRM: a proxy without its EspoCRM, or a wrong address."""

    def __init__(self, until: datetime) -> None:
        super().__init__("no EspoCRM answers behind its address", until)


class Throttled(Unavailable):
    """Too many bad logins from our address: even a good key is turned away for a minute (403 without a reason)."""

    def still(self) -> "Throttled":
        """Say the same to somebody who comes before `until`."""
        return Throttled(self.reason, self.until, asked=False)


class Crowded(Unavailable):
    """Other requests of ours were before it for too long. EspoCRM was not asked."""

    def __init__(self, until: datetime) -> None:
        super().__init__("other requests to EspoCRM took too long", until, asked=False)


class Unclear(Unavailable):
    """The answer got lost: what was asked may have been carried out, or not."""
