"""How Graph judges an endpoint that takes notifications: fine, slow, or to be dropped.

Source: Microsoft Graph documentation, "Receive change notifications through webhooks": more than 10 % of answers over 3 s
in ten minutes makes an endpoint slow (new notifications wait ten minutes), more than 15 % over 10 s makes Graph drop its
notifications for ten minutes. Pure: it is told of answers and of the time.
"""

from collections import deque
from enum import Enum

_WINDOW = 600.0
_SLOW_SHARE = 0.10
_DROP_SHARE = 0.15


class Standing(Enum):
    """What Graph does with new notifications for an endpoint."""

    FINE = "deliver"
    SLOW = "delay"
    DROPPED = "drop"


class Endpoint:
    """The record of one endpoint's answers, in seconds; `judged_from` answers are needed before it is judged."""

    def __init__(self, slow_after: float, drop_after: float, judged_from: int) -> None:
        self._slow_after = slow_after
        self._drop_after = drop_after
        self._judged_from = judged_from
        self._answers: deque[tuple[float, float]] = deque()
        self._slow = self._to_drop = 0
        self._standing = Standing.FINE
        self._until = 0.0

    def answered(self, now: float, took: float) -> None:
        """Note an answer, or a time-out, that took so many seconds."""
        self._answers.append((now, took))
        self._count(took, 1)
        while self._answers[0][0] <= now - _WINDOW:
            self._count(self._answers.popleft()[1], -1)
        count = len(self._answers)
        if count < self._judged_from:
            return
        if self._to_drop > _DROP_SHARE * count:
            self._standing, self._until = Standing.DROPPED, now + _WINDOW
        elif self._slow > _SLOW_SHARE * count:
            self._standing, self._until = Standing.SLOW, now + _WINDOW

    def standing(self, now: float) -> Standing:
        """Tell what to do with a notification now."""
        return self._standing if now < self._until else Standing.FINE

    def clears_in(self, now: float) -> float:
        """Tell in how many seconds a slow or dropped endpoint is served again."""
        return max(self._until - now, 0.0)

    def _count(self, took: float, step: int) -> None:
        self._slow += step * (took > self._slow_after)
        self._to_drop += step * (took > self._drop_after)
