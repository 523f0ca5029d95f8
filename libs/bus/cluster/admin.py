"""The one way to an administrator's connection to the cluster.

Two parts need it: whoever creates topics, and a service that starts and wants to know whether Kafka is there before it
makes anything that would have to be taken down again.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient
from faststream.kafka.security import parse_security

from bus.broker import security
from bus.settings import KafkaSettings


@asynccontextmanager
async def administering(settings: KafkaSettings) -> AsyncIterator[AIOKafkaAdminClient]:
    """Connect to the cluster. Raises aiokafka's KafkaError where it cannot be reached or refuses us."""
    admin = AIOKafkaAdminClient(
        bootstrap_servers=settings.kafka.split(","),
        request_timeout_ms=round(settings.kafka_request_seconds * 1000),
        **parse_security(security(settings)),
    )
    try:
        await admin.start()
        yield admin
    finally:
        await admin.close()
