"""Outlook's limits: per application and mailbox, four requests at a time and 10,000 in ten minutes.

Source: Microsoft Graph documentation, "Microsoft Graph service-specific throttling limits", Outlook service limits. One
mailbox's limit never affects another, so a client that waits on one mailbox must go on with the next.
"""

import math
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.graph.clock import Clock
from sandbox.graph.config import Config
from sandbox.graph.errors import GraphError

_BREATH = 1.0


class Throttle:
    """Counts requests, by application and mailbox."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._running: dict[tuple[str, str], int] = defaultdict(int)
        self._begun: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    @contextmanager
    def admitted(self, app_id: str, mailbox: str) -> Iterator[None]:
        """Let a request run, or raise GraphError 429 with `Retry-After` as configured."""
        key = (app_id, mailbox)
        if self._running[key] >= self._config.concurrency:
            raise self._refused("ApplicationThrottled", "Application is over its MailboxConcurrency limit.", _BREATH)
        now, begun = self._clock.seconds(), self._begun[key]
        while begun and begun[0] <= now - self._config.period:
            begun.popleft()
        if len(begun) >= self._config.requests:
            wait = begun[0] + self._config.period - now
            raise self._refused("TooManyRequests", "Too many requests. Please retry after some time.", wait)
        begun.append(now)
        self._running[key] += 1
        try:
            yield
        finally:
            self._running[key] -= 1

    def _refused(self, code: str, message: str, wait: float) -> GraphError:
        forms = {"integer": str(math.ceil(wait)), "fractional": f"{wait:.3f}"}
        told = forms.get(self._config.retry_after)
        return GraphError(429, code, message, headers={"Retry-After": told} if told else None)
