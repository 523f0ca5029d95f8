"""Who may do what on Kafka follows from the list of topics."""

from contracts.permissions import may_write, permissions, user_of
from contracts.topics import OUTLOOK_GRANTS, SERVICES, TOPICS
from support.deployed import ROOT

COMMITTED = ROOT / "k8s" / "kafka" / "acls.txt"


def test_the_committed_file_is_current() -> None:
    made = "".join(f"{permission}\n" for permission in permissions())
    assert COMMITTED.read_text("utf-8") == made, "write it anew: python -m contracts.permissions > k8s/kafka/acls.txt"


def test_every_topic_can_be_written_by_its_writer_and_read_by_its_readers() -> None:
    allowed = {(found.user, operation, found.name) for found in permissions() for operation in found.operations}
    for topic in TOPICS:
        assert (user_of(topic.writer), "Write", topic.name) in allowed
        assert all((user_of(reader), "Read", topic.name) in allowed for reader in topic.readers)


def test_nobody_else_reads_a_topic() -> None:
    readers = {(found.user, found.name) for found in permissions() if "Read" in found.operations}
    for topic in TOPICS:
        assert {user for user, name in readers if name == topic.name} == {user_of(reader) for reader in topic.readers}


def test_only_the_outlook_connector_writes_grants() -> None:
    assert [service for service in SERVICES if may_write(service, OUTLOOK_GRANTS)] == ["outlook_connector"]


def test_the_reconciler_can_send_a_dead_letter_back_wherever_it_came_from_but_makes_none_in_another_s_name() -> None:
    parked = {topic.name for topic in TOPICS if topic.name.endswith(".dead-letters.v1")}
    written = {topic.name for topic in TOPICS if may_write("reconciler", topic)}
    assert written == {topic.name for topic in TOPICS} - parked - {OUTLOOK_GRANTS.name} | {"reconciler.dead-letters.v1"}
