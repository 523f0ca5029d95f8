"""The bus as this connector needs it: one way to publish, confirmed, by key."""

import asyncio
from collections.abc import Iterable
from typing import Protocol

from pydantic import BaseModel


class Publisher(Protocol):
    """Publishes a message, and returns once the broker has it."""

    async def publish(self, topic: str, key: str, message: BaseModel) -> None:
        """Publish `message` to the partition of `key`."""


async def publish_all(publisher: Publisher, topic: str, key: str, messages: Iterable[BaseModel]) -> None:
    """Publish several at once, and return when all are confirmed. Their order among themselves is open."""
    await asyncio.gather(*(publisher.publish(topic, key, message) for message in messages))
