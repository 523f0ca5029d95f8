"""The task that hands what is published to Kafka. It is aiokafka's own, and nobody else would notice its death.

Without it every publish fails, and a service would go on trying to tell what it cannot tell.
"""

import asyncio
from typing import Any

from bus.broker import Broker


async def sending(broker: Broker) -> None:
    """Wait for as long as the connected client can send; raise what ended that."""
    task = _task(broker.client.config.producer)
    await asyncio.wait((task,))
    task.result()


def _task(producer: Any) -> asyncio.Task[None]:
    """Look it up inside FastStream's producer and aiokafka's: neither shows it."""
    return producer._producer.producer._sender.sender_task  # type: ignore[no-any-return]  # noqa: SLF001
