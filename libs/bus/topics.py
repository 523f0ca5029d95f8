"""Creates topics on purpose.

A topic that a client makes by accident has one partition and one copy, and neither order by user nor safety. So no
client creates any, and the one list of topics is applied by a command before the services start.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import IncompatibleBrokerVersion, TopicAlreadyExistsError, for_code

from bus.cluster.admin import administering
from bus.settings import KafkaSettings

_HOUR_MS = 3_600_000


class TopicSpec(Protocol):
    """What creating a topic needs to know of it."""

    @property
    def name(self) -> str:
        """Its name, version included."""

    @property
    def partitions(self) -> int:
        """How many partitions it has, for good: another number would send a key elsewhere."""

    @property
    def retention_hours(self) -> int:
        """How long a message is kept."""

    @property
    def config(self) -> Mapping[str, str]:
        """Further settings by Kafka's names for them, such as `cleanup.policy`."""


class TopicsError(Exception):
    """The topics are not as listed, and this command cannot make them so; says which and why."""


async def ensure(settings: KafkaSettings, topics: Iterable[TopicSpec]) -> list[str]:
    """Create the topics that are missing; answer their names.

    An existing topic keeps its data and configuration, but it has to have the listed number of partitions: order by user
    across topics rests on it. Raises TopicsError where one has not, or where the cluster lets no client create topics
    (as the in-memory one) and some are missing; aiokafka's KafkaError where the cluster cannot be reached.
    """
    async with administering(settings) as admin:
        found = {topic["topic"]: len(topic["partitions"]) for topic in await admin.describe_topics()}
        wanted = list(topics)
        _check_partitions(wanted, found)
        missing = [topic for topic in wanted if topic.name not in found]
        return await _create(admin, missing, settings.kafka_replication) if missing else []


def _check_partitions(wanted: Iterable[TopicSpec], found: Mapping[str, int]) -> None:
    wrong = [
        f"{topic.name} has {found[topic.name]} partitions instead of {topic.partitions}"
        for topic in wanted
        if found.get(topic.name, topic.partitions) != topic.partitions
    ]
    if wrong:
        raise TopicsError("; ".join(wrong))


async def _create(admin: AIOKafkaAdminClient, missing: list[TopicSpec], replication: int) -> list[str]:
    try:
        response = await admin.create_topics([_new(topic, replication) for topic in missing])
    except IncompatibleBrokerVersion:
        names = ", ".join(topic.name for topic in missing)
        raise TopicsError(f"this cluster lets no client create topics, and these are missing: {names}") from None
    created = []
    for topic, code, *_ in response.topic_errors:
        error = for_code(code)
        if code and error is not TopicAlreadyExistsError:
            raise TopicsError(f"{topic} was not created: {error.__name__}")
        if not code:
            created.append(topic)
    return created


def config_of(topic: TopicSpec, replication: int) -> dict[str, str]:
    """Give the settings that a topic is created with, by Kafka's names for them."""
    return {
        "retention.ms": str(topic.retention_hours * _HOUR_MS),
        "min.insync.replicas": str(max(1, replication - 1)),
        **topic.config,
    }


def _new(topic: TopicSpec, replication: int) -> NewTopic:
    return NewTopic(topic.name, topic.partitions, replication, topic_configs=config_of(topic, replication))
