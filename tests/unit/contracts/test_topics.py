"""The list of topics holds what the design promises of it."""

from contracts.topics import PARTITIONS, SERVICES, TOPICS


def test_every_topic_has_a_name_of_its_own_and_a_version() -> None:
    names = [topic.name for topic in TOPICS]
    assert len(names) == len(set(names))
    assert all(name.endswith(".v1") for name in names)


def test_every_topic_is_written_by_a_known_service_and_says_what_it_means() -> None:
    assert all(topic.writer in SERVICES and topic.meaning for topic in TOPICS)


def test_topics_that_meet_in_the_reconciler_have_the_same_number_of_partitions() -> None:
    met = {topic.partitions for topic in TOPICS if "reconciler" in topic.readers and topic.key == "account"}
    assert met == {PARTITIONS}


def test_every_service_has_a_place_for_its_dead_letters() -> None:
    assert {f"{service}.dead-letters.v1" for service in SERVICES} <= {topic.name for topic in TOPICS}
