"""Dead letters: kept where a person can read them, replayed or discarded once, by somebody who is named.

A replayed letter goes to the topic that it came from under a new id, since under its old one it may count as handled already.
If it fails again, that is a new letter.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from bus.consuming.delivery import Delivery
from bus.dead_letters.reading import DeadLetter
from contracts.topics import TOPICS
from reconciler.store import Database, Unit

_TOPICS = frozenset(topic.name for topic in TOPICS)


class Undecidable(Exception):  # noqa: N818  # a statement, as Permanent and Transient are
    """Nothing, or not that, can be decided of the letter; says why."""


class Keeper:
    """Takes dead letters over from the bus."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, deliveries: Sequence[Delivery[DeadLetter]]) -> None:
        """Save letters; one that is known already changes nothing."""
        async with self._database.unit() as unit:
            for delivery in deliveries:
                letter = delivery.message
                words = (letter.service, letter.source, letter.message_id, letter.correlation_id)
                await unit.run(
                    "put_dead_letter", *map(_storable, words), letter.key, letter.body, _storable(letter.reason)
                )


async def replay(unit: Unit, letter_id: int, by: str) -> bool:
    """Send a letter to its topic again; whether there is such a letter. Raises Undecidable where that cannot be."""
    letter = await _to_decide(unit, letter_id)
    if letter is None:
        return False
    if (why := why_not_replayable(letter)) is not None:
        raise Undecidable(why)
    key, body = (letter["key"] or b"").decode(), letter["body"].decode()
    await unit.of_story(letter["correlation_id"]).send_raw(topic_of(letter), key, body)
    await _decide(unit, letter_id, "replayed", by)
    return True


async def discard(unit: Unit, letter_id: int, by: str) -> bool:
    """Let a letter be; whether there is such a letter. Raises Undecidable where that was decided already."""
    if await _to_decide(unit, letter_id) is None:
        return False
    await _decide(unit, letter_id, "discarded", by)
    return True


def topic_of(letter: Mapping[str, Any]) -> str:
    """The topic that a letter was read from, "" where its source does not tell."""
    topic, *place = str(letter["source"]).rsplit("/", 2)
    return topic if place else ""


def why_not_replayable(letter: Mapping[str, Any]) -> str | None:
    """Say why a letter could never be handled, however often it is replayed; None if it might."""
    if topic_of(letter) not in _TOPICS:
        return "the topic that it came from is none of ours"
    if letter["body"] is None or not all(_is_text(part) for part in (letter["key"] or b"", letter["body"])):
        return "it is no text, so no replay can help"
    return None


async def _to_decide(unit: Unit, letter_id: int) -> Mapping[str, Any] | None:
    rows = await unit.rows("lock_dead_letter", letter_id)
    letter: Mapping[str, Any] | None = rows[0] if rows else None
    if letter is not None and letter["status"] != "parked":
        raise Undecidable(f"it was {letter['status']} by {letter['by']} already")
    return letter


async def _decide(unit: Unit, letter_id: int, status: Literal["replayed", "discarded"], by: str) -> None:
    await unit.run("decide_dead_letter", letter_id, status, by)


def _is_text(part: bytes) -> bool:
    try:
        return "\0" not in part.decode()
    except UnicodeDecodeError:
        return False


def _storable(words: str) -> str:
    """PostgreSQL's text takes every character but this one."""
    return words.replace("\0", "\N{REPLACEMENT CHARACTER}")
