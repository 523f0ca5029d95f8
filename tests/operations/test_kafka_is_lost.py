"""Kafka is lost with everything in it, and docs/backup.md is followed."""

import shutil
from pathlib import Path

import pytest

from contracts.topics import TOPICS
from operations.backing_up import stop_all
from operations.both_sides import are_alike
from support.command_line import tandem
from support.consenting import as_the_console, consents
from support.whole import Whole
from tandem.people.cast import ANN, COLLEAGUES
from tandem.people.stage import Stage
from tandem.polling import until
from tandem.smoke.quiet import settled, writes_during

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(900)]

QUIET_SECONDS = 5.0
ASKED_AGAIN_WITHIN = 480.0
"""A write that is not answered is asked for once more after five minutes."""


async def kafka_is_lost(whole: Whole) -> None:
    """End the broker, throw its data away, and have an empty one."""
    supervisor = whole.system.supervisor
    (broker,) = [child.program for child in supervisor.running if child.name == "kafka"]
    await supervisor.stop("kafka")
    shutil.rmtree(whole.system.wanted.directory / "kafka")
    await supervisor.start(broker)


async def test_what_was_under_way_is_decided_again_and_nothing_is_lost_or_there_twice(
    whole: Whole, on: Stage, tmp_path: Path
) -> None:
    supervisor = whole.system.supervisor
    kept = await whole.plans_in_espo(ANN, "Known before Kafka was lost")
    event = await whole.one_in_outlook(ANN, "Known before Kafka was lost")

    connector = await supervisor.kill("outlook_connector")
    await whole.plans_in_espo(ANN, "A write was under way")

    async def under_way() -> bool | None:
        return (await whole.reconciler.pending())["in_flight"] > 0 or None

    await whole.eventually(under_way)
    stopped = await stop_all(whole)
    await kafka_is_lost(whole)
    await whole.plans_in_outlook(ANN, "Made while Kafka was lost, in Outlook")
    await whole.plans_in_espo(ANN, "Made while Kafka was lost, in EspoCRM")
    await whole.espo(ANN, "PUT", f"Meeting/{kept}", {"location": "Room of EspoCRM"})
    await whole.outlook(ANN, "PATCH", f"events/{event['id']}", {"subject": "Renamed while Kafka was lost"})

    said = await tandem(
        *("topics", "--json"),
        folder=tmp_path,
        TANDEM_KAFKA=whole.system.addresses.kafka,
        TANDEM_KAFKA_REPLICATION="1",
    )
    assert sorted(said.json["created"]) == sorted(topic.name for topic in TOPICS)
    await supervisor.start(connector, *stopped.values())

    async def ann_is_told() -> str | None:
        accounts = {account["id"]: account for account in await whole.reconciler.accounts()}
        return accounts[whole.id_of(ANN)]["attention"] or None

    assert "not connected" in (await until(ann_is_told, ASKED_AGAIN_WITHIN) or "")
    async with as_the_console(whole) as console:
        for who in COLLEAGUES:
            await consents(whole, console, who)
    assert await settled(whole.reconciler, ASKED_AGAIN_WITHIN) == ()

    there = await are_alike(whole, ANN)
    assert {
        "A write was under way",
        "Made while Kafka was lost, in Outlook",
        "Made while Kafka was lost, in EspoCRM",
        "Renamed while Kafka was lost",
    } <= set(there)
    assert "Known before Kafka was lost" not in there
    assert {title for title, times in there.items() if times != 1} == set()
    (renamed,) = await whole.in_outlook(ANN, "Renamed while Kafka was lost")
    assert renamed["location"]["displayName"] == "Room of EspoCRM"
    assert [account["attention"] for account in await whole.reconciler.accounts()] == ["", "", ""]
    assert await writes_during(on, QUIET_SECONDS) == ()
