"""Who may do what on Kafka, worked out from the one list of topics.

A list of permissions that is kept by hand goes stale with the first new topic, and then somebody opens everything. This
one follows `contracts.topics`. `python -m contracts.permissions` writes it as arguments for Kafka's own
`kafka-acls.sh`, one call a line: `k8s/kafka/acls.txt`.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from contracts.topics import SERVICES, TOPICS, Topic

TOPICS_JOB, SCALER = "topics", "scaler"
"""The users, beside the services, of the job that creates topics and of the autoscaler that measures lag."""

_REPLAYING = "reconciler"

Operation = Literal["Create", "Describe", "DescribeConfigs", "Read", "Write"]


@dataclass(frozen=True, slots=True)
class Permission:
    """What a user may do on one topic, or on every consumer group whose name begins with `name`.

    To read or to write includes to describe (Kafka's documentation, 7.4, operations and resources).
    """

    user: str
    operations: tuple[Operation, ...]
    resource: Literal["topic", "group"]
    name: str

    def __str__(self) -> str:
        operations = " ".join(f"--operation {operation}" for operation in self.operations)
        pattern = " --resource-pattern-type prefixed" if self.resource == "group" else ""
        return f"--add --allow-principal User:{self.user} {operations} --{self.resource} {self.name}{pattern}"


def user_of(service: str) -> str:
    """Give the name that a service has as a user of Kafka: its name in Kubernetes."""
    return service.replace("_", "-")


def permissions() -> Iterator[Permission]:
    """List every permission, service by service, then those of the job and of the autoscaler."""
    for service in SERVICES:
        user = user_of(service)
        for topic in TOPICS:
            if may_write(service, topic):
                yield Permission(user, ("Write",), "topic", topic.name)
            if service in topic.readers:
                yield Permission(user, ("Read",), "topic", topic.name)
        yield Permission(user, ("Read",), "group", service)
    for topic in TOPICS:
        yield Permission(TOPICS_JOB, ("Create", "Describe", "DescribeConfigs"), "topic", topic.name)
    for topic in TOPICS:
        yield Permission(SCALER, ("Describe",), "topic", topic.name)
    for service in SERVICES:
        yield Permission(SCALER, ("Describe",), "group", service)


def may_write(service: str, topic: Topic) -> bool:
    """Whether a service writes a topic: as its one writer, or to send a dead letter back to where it came from."""
    return service == topic.writer or (service == _REPLAYING and _holds_work(topic))


def _holds_work(topic: Topic) -> bool:
    """A message of such a topic is handled, and so may become a dead letter. A compacted topic is only remembered."""
    return topic.config.get("cleanup.policy") != "compact" and not topic.name.endswith(".dead-letters.v1")


if __name__ == "__main__":
    sys.stdout.writelines(f"{permission}\n" for permission in permissions())
