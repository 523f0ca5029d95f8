"""Whether this process should live on, and with what word it ends.

A consumer that died quietly looks like one with nothing to do. Here every part of a service says the two things that
others must know: "I cannot go on, restart me when someone has looked" (unhealthy), and "end the process now" (ending).
"""

import asyncio

import structlog

from bus.errors import where

UNREACHABLE = 3
"""Exit code: Kafka, a topic or what the service stands on is not there at start, or Kafka refuses this producer for good.

A new process may do better.
"""

FAILED = 1
"""Exit code: a part of the service failed in a way that nobody foresaw."""

_log = structlog.get_logger("bus")


class Health:
    """One a process. `ended` is set once the process is to stop by its own decision; `exit_code` says with what."""

    def __init__(self) -> None:
        self.unhealthy: str | None = None
        self.ended = asyncio.Event()
        self.exit_code = 0

    def fail(self, reason: str) -> None:
        """Stay up, and answer the liveness probe with this reason until the process is restarted."""
        if self.unhealthy is None:
            self.unhealthy = reason
            _log.error("unhealthy", reason=reason)

    def end(self, exit_code: int, reason: str, error: BaseException | None = None) -> None:
        """Stop the process in good order. The first reason stands; it is the one line that tells why, and where."""
        if not self.ended.is_set():
            self.exit_code = exit_code
            self.ended.set()
            places = {"where": where(error)} if error else {}
            _log.critical("ending", reason=reason, exit_code=exit_code, **places)
