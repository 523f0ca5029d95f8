"""How dead letters are read again: as they are, without an opinion on their content.

They are the very messages that could not be read, so here nothing is parsed and nothing is refused. Nor is a letter ever
parked a second time: it would land in the topic that it came from, and be read again, for ever. What cannot be dealt with
now is held and comes again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bus.consuming.delivery import MESSAGE_ID, Delivery, Record, source
from bus.errors import Transient, safe_reason
from bus.telling import correlation


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that `service` could not handle, and its words for why.

    `source` is where the service read it, as `topic/partition/offset`; key and body are as they came, None where there was
    none. A header that is missing or no text does not keep a letter from being read.
    """

    service: str
    source: str
    reason: str
    message_id: str
    correlation_id: str
    key: bytes | None
    body: bytes | None


Handler = Callable[[Sequence[Delivery[DeadLetter]]], Awaitable[None]]


class LetterReader:
    """Reads any record as a dead letter. `services` says by the topic whose letter it is."""

    def __init__(self, services: dict[str, str]) -> None:
        self._services = services

    def read(self, record: Record) -> Delivery[DeadLetter]:
        """Read one record; nothing that it holds makes this fail."""
        headers = {name: (value or b"").decode(errors="replace") for name, value in record.headers}
        place = headers.get("source") or source(record)
        message_id = headers.get(MESSAGE_ID) or place
        letter = DeadLetter(
            service=self._services[record.topic],
            source=place,
            reason=headers.get("reason") or "no reason was kept",
            message_id=message_id,
            correlation_id=headers.get(correlation.HEADER) or message_id,
            key=record.key,
            body=record.value,
        )
        return Delivery(
            message=letter,
            topic=record.topic,
            partition=record.partition,
            offset=record.offset,
            key=(record.key or b"").decode(errors="replace"),
            message_id=message_id,
            correlation_id=letter.correlation_id,
        )


def never_parked(handler: Handler) -> Handler:
    """Have every failure of this handler count as one that passes."""

    async def handle(letters: Sequence[Delivery[DeadLetter]]) -> None:
        try:
            await handler(letters)
        except Exception as error:
            raise Transient(f"a dead letter is still to be kept: {safe_reason(error)}") from error

    return handle
