"""How many sign-ins may still fail, so that a person's wrong passwords do not stop the sync of everybody.

EspoCRM counts failures by address: after ten in a minute it turns away every request from there, those with our API key
included (EspoCRM source, `Core/Authentication/Hook/Hooks/FailedAttemptsLimit.php`). People who sign in through us fail from
our address, so we stop well before.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from espo_connector.asking.client import Clock

MOST_FAILURES = 5
"""Half of what EspoCRM bears: a second replica may share our address."""

_WITHIN = timedelta(seconds=60)


class AttemptFailed(Exception):  # noqa: N818  # a statement about the attempt
    """EspoCRM counts this attempt as failed."""


class Attempts:
    """Counts the failures of this process. What is under way counts as failed until it is known."""

    def __init__(self, now: Clock, most: int = MOST_FAILURES) -> None:
        self._now = now
        self._most = most
        self._failures: deque[datetime] = deque()
        self._under_way = 0

    @property
    def exhausted(self) -> bool:
        """Whether one more failure would be too many."""
        while self._failures and self._failures[0] <= self._now() - _WITHIN:
            self._failures.popleft()
        return len(self._failures) + self._under_way >= self._most

    @contextmanager
    def one(self) -> Iterator[None]:
        """Hold the place of one attempt. It has failed if AttemptFailed leaves the block."""
        self._under_way += 1
        try:
            yield
        except AttemptFailed:
            self._failures.append(self._now())
            raise
        finally:
            self._under_way -= 1
