"""After a busy day, nothing that a person wrote and no secret is in a log, a metric, a header or a trace."""

import asyncio
import json
import re
from collections import defaultdict

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from prometheus_client.parser import text_string_to_metric_families

from contracts.topics import ESPO_CHANGES, OUTLOOK_CHANGES, TOPICS, Topic, dead_letters
from observability import canaries
from observability.canaries import found_in
from observability.collecting import Collector
from observability.listed import BOUNDED
from observability.watched import WATCHED
from support.whole import Whole
from tandem.people.cast import COLLEAGUES

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(420)]


def secrets_of(whole: Whole) -> tuple[str, ...]:
    """Everything that opens a door, and every colleague's address and name."""
    at = whole.system.addresses
    keys = (at.graph.client_secret, at.espo.api_key, at.service_secret, whole.token)
    people = (word for colleague in COLLEAGUES for word in (colleague.address, colleague.name, colleague.password))
    return (*keys, "Bearer ", *people)


def logs_of(whole: Whole) -> dict[str, str]:
    """Every service's log."""
    files = {child.name: child.log for child in whole.system.supervisor.running if child.name in WATCHED}
    return {name: file.read_text("utf-8") for name, file in files.items()}


async def metrics_of(whole: Whole, service: str) -> str:
    """What a service tells Prometheus."""
    return (await whole.http.get(f"{getattr(whole.system.addresses, service)}/metrics")).raise_for_status().text


async def records_of(whole: Whole, topic: str, partitions: int) -> list[tuple[bytes | None, dict[str, str], bytes]]:
    """Every record of a topic: key, headers, body."""
    consumer = AIOKafkaConsumer(bootstrap_servers=whole.system.addresses.kafka)
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for number in range(partitions)]
        consumer.assign(places)
        await consumer.seek_to_beginning()
        ends = await consumer.end_offsets(places)
        found = []
        while any([await consumer.position(place) < ends[place] for place in places]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                for record in batch:
                    headers = {name: value.decode(errors="replace") for name, value in record.headers}
                    found.append((record.key, headers, record.value or b""))
        return found
    finally:
        await consumer.stop()


@pytest.mark.parametrize("topic", [OUTLOOK_CHANGES, ESPO_CHANGES], ids=lambda topic: topic.name)
async def test_what_people_wrote_did_pass_through_our_hands(whole: Whole, topic: Topic) -> None:
    bodies = "".join(body.decode() for _, _, body in await records_of(whole, topic.name, topic.partitions))
    assert found_in(bodies, ()) >= {canaries.TITLE, canaries.BODY}


async def test_no_log_line_quotes_a_person_or_a_secret(whole: Whole) -> None:
    logs = logs_of(whole)
    assert set(logs) == set(WATCHED)
    assert {name: found for name, text in logs.items() if (found := found_in(text, secrets_of(whole)))} == {}


async def test_every_log_line_is_one_json_object_that_names_its_service(whole: Whole) -> None:
    lines = [(name, json.loads(line)) for name, text in logs_of(whole).items() for line in text.splitlines()]
    assert [line for name, line in lines if line["service"] != name or not line["event"] or not line["timestamp"]] == []


async def test_every_message_leaves_one_line_with_its_kind_its_outcome_and_its_story(whole: Whole) -> None:
    lines = [json.loads(line) for text in logs_of(whole).values() for line in text.splitlines()]
    messages = [line for line in lines if line["event"] == "message"]
    assert {line["outcome"] for line in messages} >= {"handled", "parked"}
    assert [line for line in messages if not (line["kind"] and line["topic"] and line["correlation_id"])] == []


async def test_one_edit_can_be_followed_through_all_logs_by_one_id(whole: Whole) -> None:
    services: defaultdict[str, set[str]] = defaultdict(set)
    for name, text in logs_of(whole).items():
        for line in map(json.loads, text.splitlines()):
            services[line.get("correlation_id", "")].add(name)
    assert {"outlook_connector", "reconciler", "espo_connector"} in [
        seen & {"outlook_connector", "reconciler", "espo_connector"} for story, seen in services.items() if story
    ]


@pytest.mark.parametrize("service", WATCHED)
async def test_no_metric_names_a_person_or_a_secret(whole: Whole, service: str) -> None:
    assert found_in(await metrics_of(whole, service), secrets_of(whole)) == set()


async def test_no_label_has_more_values_than_its_bound(whole: Whole) -> None:
    values: defaultdict[str, set[str]] = defaultdict(set)
    for text in await asyncio.gather(*(metrics_of(whole, service) for service in WATCHED)):
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                for label, value in sample.labels.items():
                    values[label].add(value)
    values.pop("le")
    assert {label: seen for label, seen in values.items() if len(seen) > BOUNDED[label]} == {}


async def test_no_label_has_an_id_for_a_value(whole: Whole) -> None:
    told = [await metrics_of(whole, service) for service in WATCHED]
    ids = re.compile(r'="[^"]*(?:[0-9a-f]{17}|[0-9a-f]{8}-[0-9a-f]{4}|@|AAMk)[^"]*"')
    assert [line for text in told for line in text.splitlines() if ids.search(line)] == []


async def test_no_header_of_any_message_quotes_a_person_or_a_secret(whole: Whole) -> None:
    quoted = {}
    for topic in TOPICS:
        for _, headers, _ in await records_of(whole, topic.name, topic.partitions):
            if found := found_in(json.dumps(headers), secrets_of(whole)):
                quoted[topic.name] = found
    assert quoted == {}


async def test_a_dead_letter_tells_its_reason_without_its_content(whole: Whole) -> None:
    topic = dead_letters("espo_connector")
    ((_, headers, body),) = await records_of(whole, topic.name, topic.partitions)
    assert found_in(body.decode(), ())
    assert headers["reason"]
    assert found_in(headers["reason"], secrets_of(whole)) == set()


async def test_no_trace_quotes_a_person_or_a_secret(whole: Whole, collector: Collector) -> None:
    assert {span.name: found for span in collector.spans if (found := found_in(span.said, secrets_of(whole)))} == {}
