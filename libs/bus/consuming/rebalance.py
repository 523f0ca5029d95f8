"""Finishes what is in hand before partitions change hands.

aiokafka rejoins its group in the background while a handler is still busy, so another member may get the same message
from the last commit and handle it at the same time. Waiting here, between the revocation and the new assignment, until
the message in hand is handled and committed closes that gap.
"""

from collections.abc import Collection
from typing import Protocol

from aiokafka import ConsumerRebalanceListener, TopicPartition


class _Lock(Protocol):
    async def wait_release(self, timeout: float | None = None) -> None: ...  # noqa: ASYNC109  # FastStream's signature


class Consuming(Protocol):
    """The part of FastStream's subscriber that tells whether a message is in hand: its lock, released after commit."""

    lock: _Lock


class DrainOnRevoke(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    """Holds a rebalance up for the message in hand, `patience` seconds at most."""

    def __init__(self, patience: float) -> None:
        self._patience = patience
        self.subscriber: Consuming | None = None

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """Wait for the message in hand, and its commit."""
        if revoked and self.subscriber is not None:
            await self.subscriber.lock.wait_release(self._patience)

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Take the new partitions as they are: their position is the group's last commit."""
