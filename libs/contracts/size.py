"""How long an event may be to be synced.

Kafka takes no message over 1 MB (`max_request_size` of its clients, `message.max.bytes` of its brokers), and one that it does
not take holds up whatever is behind it. Systems set no such limit: a text in EspoCRM or a body in Outlook may be longer, and
anybody may invite one of us. So what is too long is told as skipped instead. An update may hold three times what a side
says: a field of each side in its patch, and what it was decided on.
"""

from contracts.model import Model

LONGEST = 200_000
"""Bytes of JSON, in UTF-8, that may be told of an event: some 60 pages, far more than people write."""

LONGEST_STORED = 250_000
"""Bytes that may be told of it in an outcome. A side may store what we wrote in more bytes than we wrote, and what was carried
out at the limit must not be answered as if it was not. Three times this is still below what Kafka takes."""

TOO_LONG = f"its description and its people are together longer than {LONGEST // 1000} kB"
"""Why it is skipped, in words for users."""


def is_too_long(told: Model, most: int = LONGEST) -> bool:
    """Say whether what is told of an event is longer than may be."""
    return len(told.model_dump_json().encode()) > most
