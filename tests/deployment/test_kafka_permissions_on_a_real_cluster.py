"""The permissions on a real Apache Kafka that refuses whatever is not allowed: enough for the services, and no more.

Kafka's own command for permissions is in none of the jars that a broker needs, so a client of Kafka applies the file.
"""

import argparse
import asyncio
import shlex
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # it exports them without saying so
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)
from faststream.kafka.security import parse_security
from prometheus_client import CollectorRegistry

from bus.broker import make_broker, security
from bus.publish import Publisher
from bus.settings import KafkaSettings
from bus.topics import ensure
from contracts.permissions import TOPICS_JOB, may_write, user_of
from contracts.topics import ESPO_WRITES, OUTLOOK_CHANGES, OUTLOOK_GRANTS, OUTLOOK_WRITES, SERVICES, TOPICS, Topic
from sandbox.kafka.apache import ApacheKafka
from support.deployed import ROOT
from support.needed import apache_kafka

pytestmark = [
    pytest.mark.system,
    pytest.mark.timeout(300),
]

ADMIN = "admin"
USERS = (ADMIN, TOPICS_JOB, *(user_of(service) for service in SERVICES))


class ClosedKafka(ApacheKafka):
    """A node that asks everybody who they are, and lets nobody but its administrator do anything unasked."""

    def _settings(self) -> str:
        users = " ".join(f'user_{user}="{password(user)}"' for user in USERS)
        module = "org.apache.kafka.common.security.plain.PlainLoginModule required"
        inter = f'username="{ADMIN}" password="{password(ADMIN)}"'
        return super()._settings().replace("listeners=PLAINTEXT://", "listeners=SASL_PLAINTEXT://") + "\n".join(
            (
                "listener.security.protocol.map=SASL_PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "security.inter.broker.protocol=SASL_PLAINTEXT",
                "sasl.enabled.mechanisms=PLAIN",
                "sasl.mechanism.inter.broker.protocol=PLAIN",
                f"listener.name.sasl_plaintext.plain.sasl.jaas.config={module} {inter} {users};",
                "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
                f"super.users=User:{ADMIN};User:ANONYMOUS",  # its controller speaks to itself without a name
                "",
            )
        )


def password(user: str) -> str:
    return f"{user}-password"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """The address of a cluster with the committed permissions, its topics made by the user of the topics job."""
    apache_kafka()
    async with ClosedKafka(tmp_path_factory.mktemp("closed-kafka")) as kafka:
        await asyncio.to_thread(apply, kafka.bootstrap, ROOT / "k8s" / "kafka" / "acls.txt")
        await ensure(acting_as(TOPICS_JOB, kafka.bootstrap), TOPICS)
        yield kafka.bootstrap


def acting_as(user: str, bootstrap: str) -> KafkaSettings:
    own = {"kafka_user": user, "kafka_password": password(user), "kafka_mechanism": "PLAIN", "kafka_replication": 1}
    return KafkaSettings.model_validate({"kafka": bootstrap, "kafka_request_seconds": 10, **own})


def apply(bootstrap: str, file: Path) -> None:
    """Do what `kafka-acls.sh` does with each line."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--add", action="store_true", required=True)
    arguments.add_argument("--allow-principal", required=True)
    arguments.add_argument("--operation", action="append", required=True)
    arguments.add_argument("--topic")
    arguments.add_argument("--group")
    arguments.add_argument("--resource-pattern-type", default="literal")
    client = AdminClient(
        {
            "bootstrap.servers": bootstrap,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "PLAIN",
            "sasl.username": ADMIN,
            "sasl.password": password(ADMIN),
        }
    )
    wanted = [
        AclBinding(
            ResourceType.TOPIC if line.topic else ResourceType.GROUP,
            line.topic or line.group,
            ResourcePatternType[line.resource_pattern_type.upper()],
            line.allow_principal,
            "*",
            getattr(AclOperation, {"DescribeConfigs": "DESCRIBE_CONFIGS"}.get(operation, operation.upper())),
            AclPermissionType.ALLOW,
        )
        for line in (arguments.parse_args(shlex.split(text)) for text in file.read_text("utf-8").splitlines())
        for operation in line.operation
    ]
    for done in client.create_acls(wanted).values():
        done.result(timeout=30)


async def publish(cluster: str, user: str, topic: str) -> None:
    broker = make_broker(acting_as(user, cluster), user, CollectorRegistry())
    await broker.client.connect()
    try:
        await Publisher(broker).publish_raw(topic, "ann", b"{}", {})
    finally:
        await broker.client.stop()


async def read(cluster: str, user: str, topic: str, group: str | None) -> None:
    """Read one message, as a member of a group and committing, or without one."""
    settings = acting_as(user, cluster)
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=settings.kafka,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=False,
        **parse_security(security(settings)),
    )
    try:
        await consumer.start()
        await consumer.getone()
        if group is not None:
            await consumer.commit()
    finally:
        await consumer.stop()


async def test_every_service_can_do_its_work(cluster: str) -> None:
    for topic in TOPICS:
        for service in (service for service in SERVICES if may_write(service, topic)):
            await publish(cluster, user_of(service), topic.name)
        for reader in topic.readers:
            group = None if topic is OUTLOOK_GRANTS else f"{reader}.{uuid.uuid4()}"
            await read(cluster, user_of(reader), topic.name, group)


@pytest.mark.parametrize(
    ("user", "topic"),
    [("espo-connector", ESPO_WRITES), ("reconciler", OUTLOOK_GRANTS), ("teams-meeting", OUTLOOK_CHANGES)],
    ids=["a wish in the reconciler's name", "a grant from the reconciler", "a change from the service for meetings"],
)
async def test_nobody_speaks_in_the_name_of_another(cluster: str, user: str, topic: Topic) -> None:
    with pytest.raises(TopicAuthorizationFailedError):
        await publish(cluster, user, topic.name)


async def test_the_reconciler_cannot_read_grants(cluster: str) -> None:
    await publish(cluster, "outlook-connector", OUTLOOK_GRANTS.name)
    with pytest.raises(TopicAuthorizationFailedError):
        await read(cluster, "reconciler", OUTLOOK_GRANTS.name, None)


async def test_no_service_can_join_the_group_of_another(cluster: str) -> None:
    with pytest.raises(GroupAuthorizationFailedError):
        await read(cluster, "outlook-connector", OUTLOOK_WRITES.name, "espo_connector.writes")
