"""Checks a cluster against the one list of topics: there, with the right number of partitions, kept for long enough.

A topic that was made by hand, or before a release changed the list, works until the day when it loses something. The command
that creates topics leaves those alone that exist, so this is where the difference shows.
"""

from collections.abc import Mapping, Sequence

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import IncompatibleBrokerVersion, KafkaError

from bus.checks import Checklist, Doubt, Failure, Step
from bus.cluster.admin import administering
from bus.settings import KafkaSettings
from bus.topics import TopicSpec, config_of

ANSWERS, THERE = "Kafka answers", "Topics"


async def check(settings: KafkaSettings, topics: Sequence[TopicSpec]) -> list[Step]:
    """Look at the cluster."""
    checklist = Checklist()
    try:
        async with administering(settings) as admin:
            await _Run(settings, admin, topics).steps(checklist)
    except (KafkaError, OSError) as error:
        unreachable = f"{settings.kafka} is out of reach ({type(error).__name__}): look at TANDEM_KAFKA and its user"

        async def answers() -> str:
            raise Failure(unreachable)

        await checklist.step(ANSWERS, answers)
    return checklist.steps


class _Run:
    """One run on an open connection."""

    def __init__(self, settings: KafkaSettings, admin: AIOKafkaAdminClient, topics: Sequence[TopicSpec]) -> None:
        self._settings = settings
        self._admin = admin
        self._topics = topics
        self._partitions: dict[str, int] = {}

    async def steps(self, checklist: Checklist) -> None:
        self._partitions = {topic["topic"]: len(topic["partitions"]) for topic in await self._admin.describe_topics()}
        await checklist.step(ANSWERS, self._answers)
        await checklist.step(THERE, self._there, after=[ANSWERS])
        await checklist.step("Partitions", self._same_partitions, after=[THERE])
        await checklist.step("Retention", self._same_config, after=[THERE])

    async def _answers(self) -> str:
        return f"at {self._settings.kafka}"

    async def _there(self) -> str:
        if missing := [topic.name for topic in self._topics if topic.name not in self._partitions]:
            raise Failure(f"missing, run `tandem topics`: {', '.join(missing)}")
        return f"all {len(self._topics)} are there"

    async def _same_partitions(self) -> str:
        wrong = [
            f"{topic.name} has {self._partitions[topic.name]} instead of {topic.partitions}"
            for topic in self._topics
            if self._partitions[topic.name] != topic.partitions
        ]
        if wrong:
            raise Failure(f"order by user rests on their number: {'; '.join(wrong)}")
        return "as listed"

    async def _same_config(self) -> str:
        try:
            found = await self._config()
        except IncompatibleBrokerVersion:
            raise Doubt("this cluster does not tell how long it keeps messages") from None
        wrong = [
            f"{topic.name} {name}={found[topic.name].get(name)} instead of {value}"
            for topic in self._topics
            for name, value in config_of(topic, self._settings.kafka_replication).items()
            if found[topic.name].get(name) != value
        ]
        if wrong:
            raise Doubt(f"other settings than listed: {'; '.join(wrong)}")
        return "as listed"

    async def _config(self) -> Mapping[str, Mapping[str, str]]:
        wanted = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in self._topics]
        answers = await self._admin.describe_configs(wanted)
        # A resource is (error code, message, type, name, entries), an entry begins with (name, value).
        return {
            resource[3]: {entry[0]: entry[1] for entry in resource[4]}
            for answer in answers
            for resource in answer.resources
        }
