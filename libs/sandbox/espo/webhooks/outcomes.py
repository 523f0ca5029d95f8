"""What EspoCRM makes of a receiver's answer, or of none, per release.

Source: the result table of real instances; the sender of 9.x is curl (no answer counts as code 0), that of 10.0 is
Guzzle, which throws.
"""

from enum import Enum, auto

from sandbox.espo.releases import Release

_RETRIED = frozenset((0, 401, 403, 404, 405, 408, 500, 503))
_GONE = 410


class Outcome(Enum):
    """How a batch ended."""

    DELIVERED = auto()
    RETRIED = auto()  # up to the last attempt
    LOST = auto()  # failed at once
    GONE = auto()  # the receiver wants no more: the webhook is deleted


class Failure(Enum):
    """Why there was no answer."""

    TIMED_OUT = auto()
    REFUSED = auto()  # connection refused or broken
    UNTRUSTED = auto()  # a certificate that nobody vouches for
    UNRESOLVED = auto()  # the name has no address
    FORBIDDEN_SCHEME = auto()  # plain http where https is demanded


def of_status(status: int, release: Release) -> Outcome:
    """Judge an answer. 9.x takes a redirect that curl may not follow for success."""
    match status // 100:
        case 2:
            return Outcome.DELIVERED
        case 3:
            return Outcome.LOST if release.sends_by_guzzle else Outcome.DELIVERED
    if status == _GONE:
        return Outcome.GONE
    return Outcome.RETRIED if status in _RETRIED else Outcome.LOST


def of_failure(failure: Failure, release: Release) -> Outcome:
    """Judge the lack of an answer."""
    if failure is Failure.TIMED_OUT:
        return Outcome.RETRIED
    if failure is Failure.UNRESOLVED and release.refuses_internal_hosts:
        return Outcome.LOST
    return Outcome.LOST if release.sends_by_guzzle else Outcome.RETRIED
