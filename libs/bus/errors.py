"""The two ways in which handling a message can fail.

Kafka has no notion of a message that will never work, and a service that cannot tell "not now" from "never" either
loops on the second or loses the first. Handlers say which it is by raising one of these two.
"""

import traceback
from json import JSONDecodeError

from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from pydantic import ValidationError

_LONGEST_REASON = 500

KafkaFailure = KafkaError
"""What a publish or an administration raises where the cluster is out of reach or does not confirm. So named here because
nobody else knows the client library."""

TooLarge = MessageSizeTooLargeError
"""What a publish raises where Kafka will never take the message, because of its size. So named here for the same reason."""


class Permanent(Exception):  # noqa: N818  # it is said as "raise Permanent(reason)"
    """No retry can help: the message goes to the dead letters with this reason.

    The reason is written to logs and headers, so it names no subject, body, address or token.
    """


class Transient(Exception):  # noqa: N818  # it is said as "raise Transient(reason)"
    """It may work later: the message comes again, after a pause that grows, and its partition keeps its order.

    The reason is written to logs, so it names no subject, body, address or token.
    """


def permanent_reason(error: Exception) -> str | None:
    """Say in words why no retry can help, or None where one may.

    A value that does not fit its model, or that nothing can be computed with, stays so: those errors are permanent. Who reads
    answers of an outside system turns its own decoding errors into `Transient`; everything unforeseen counts as transient.
    """
    if isinstance(error, Permanent):
        return str(error)[:_LONGEST_REASON]
    if isinstance(error, ValidationError):
        return _without_values(error)[:_LONGEST_REASON]
    if isinstance(error, JSONDecodeError):
        return "not JSON"
    if isinstance(error, ArithmeticError):
        return "a number or a date of it is out of range"
    if isinstance(error, MessageSizeTooLargeError):
        return "what it led to is larger than a topic takes"
    return None


def safe_reason(error: Exception) -> str:
    """Describe any error without the values that it may quote: its words where they are ours, else its class."""
    words = permanent_reason(error) or (str(error)[:_LONGEST_REASON] if isinstance(error, Transient) else "")
    return words or type(error).__name__


def where(error: BaseException) -> list[str]:
    """Name the places an error passed through, innermost last, without the values that a traceback would quote."""
    return [f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in traceback.extract_tb(error.__traceback__)]


def _without_values(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    named = (f"{'.'.join(map(str, problem['loc'])) or 'message'}: {problem['type']}" for problem in problems)
    return f"{error.title} is invalid: {', '.join(named)}"
