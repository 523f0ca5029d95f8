"""Which story a message belongs to.

One edit by one person becomes a notice, a look, changes, decisions, writes and outcomes in several services. They carry
one correlation id, so that a single search over all logs tells what happened to that edit. The id lives where structlog
keeps its context, so that every line that is logged while a message is handled bears it without being told.
"""

from contextlib import AbstractContextManager

from structlog.contextvars import bound_contextvars, get_contextvars

HEADER = "correlation_id"


def current() -> str | None:
    """Name the story of the message in hand, or None outside of one."""
    return get_contextvars().get(HEADER)


def carrying(correlation_id: str) -> AbstractContextManager[None]:
    """Make this the current story within a `with` block: of log lines, and of what is published in it."""
    return bound_contextvars(**{HEADER: correlation_id})
