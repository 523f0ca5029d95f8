"""`tandem doctor` looks at what it is pointed to, and names the step that fails."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bus.serving.guard import guarded
from contracts.topics import TOPICS
from reconciler.store.migrate import steps
from sandbox.espo.app import create_app as create_espo
from sandbox.espo.config import EspoConfig
from sandbox.graph.app import create_app as create_graph
from sandbox.graph.config import TENANT_ID, Config
from sandbox.kafka.memory import MemoryKafka
from sandbox.postgres import EmbeddedPostgres
from sandbox.serve import serving
from support.command_line import Said, tandem
from support.outlook import ANN
from tandem.errors import Exit

SECRET = "what the services know each other by"


@pytest.fixture
async def espo() -> AsyncIterator[str]:
    async with serving(create_espo(EspoConfig())) as url:
        yield url


@pytest.fixture
async def graph() -> AsyncIterator[str]:
    async with serving(create_graph(Config())) as url:
        yield url


@pytest.fixture
async def topics() -> AsyncIterator[str]:
    """A Kafka with every topic that we want."""
    async with MemoryKafka([(topic.name, topic.partitions) for topic in TOPICS]) as kafka:
        yield kafka.bootstrap


def service(*steps: dict[str, Any], reasons: tuple[str, ...] = ()) -> Starlette:
    """A small service that is checked and probed as ours are."""

    async def check(request: Request) -> Response:
        return JSONResponse({"steps": steps or [_step("Mailbox", request.query_params.get("mailbox", ""))]})

    async def ready(_: Request) -> Response:
        return JSONResponse({"ok": not reasons, "reasons": reasons}, status_code=503 if reasons else 200)

    return Starlette(routes=[Route("/ready", ready), *guarded([Route("/check", check)], SecretStr(SECRET))])


def _step(name: str, words: str, state: str = "passed") -> dict[str, Any]:
    return {"step": name, "ok": state == "passed", "words": words, "state": state}


def part(said: Said, name: str) -> dict[str, dict[str, Any]]:
    (found,) = [each for each in said.json["parts"] if each["part"] == name]
    return {step["step"]: step for step in found["steps"]}


@pytest.mark.scenario("X-07")
async def test_an_espocrm_is_looked_at_without_a_running_system(espo: str, tmp_path: Path) -> None:
    said = await tandem("doctor", "--espo", espo, "--espo-key", "tandem-api-key", "--json", folder=tmp_path)

    assert (said.code, said.json["ok"], said.json["failing"]) == (0, True, None)
    assert [each["part"] for each in said.json["parts"]] == ["EspoCRM"]
    assert part(said, "EspoCRM")["API key"]["ok"]


@pytest.mark.scenario("X-07")
async def test_the_step_that_fails_is_named_and_the_command_fails(espo: str, tmp_path: Path) -> None:
    said = await tandem("doctor", "--espo", espo, folder=tmp_path, TANDEM_ESPO_API_KEY="another")

    assert said.code == 1
    assert "Mend first: EspoCRM, API key: EspoCRM does not accept the API key" in said.out


@pytest.mark.scenario("X-07")
async def test_a_tenant_and_a_mailbox_are_looked_at_without_a_running_system(graph: str, tmp_path: Path) -> None:
    options = ("--tenant", TENANT_ID, "--graph", graph, "--login", graph, "--client-id", "tandem", "--mailbox", ANN)
    said = await tandem("doctor", *options, "--json", folder=tmp_path, TANDEM_CLIENT_SECRET="tandem-secret")

    assert said.code == 0
    assert part(said, "Microsoft")["Mailbox"]["words"] == "can be read"


async def test_a_setting_that_is_missing_is_named(graph: str, tmp_path: Path) -> None:
    said = await tandem("doctor", "--tenant", TENANT_ID, "--graph", graph, "--login", graph, folder=tmp_path)

    assert said.code == 1
    assert "TANDEM_CLIENT_ID" in said.out
    assert "TANDEM_CLIENT_SECRET" in said.out


async def test_kafka_with_all_topics_is_well(topics: str, tmp_path: Path) -> None:
    said = await tandem("doctor", "--json", folder=tmp_path, TANDEM_KAFKA=topics)

    assert said.code == 0
    steps = part(said, "Kafka")
    assert (steps["Topics"]["state"], steps["Partitions"]["state"]) == ("passed", "passed")
    # The cluster in memory does not tell its settings.
    assert steps["Retention"]["state"] == "warning"


async def test_kafka_without_our_topics_says_what_creates_them(tmp_path: Path) -> None:
    async with MemoryKafka([("something.else", 1)]) as kafka:
        said = await tandem("doctor", "--json", folder=tmp_path, TANDEM_KAFKA=kafka.bootstrap)

    assert said.json["failing"]["step"] == "Topics"
    assert "tandem topics" in said.json["failing"]["words"]


async def test_kafka_with_another_number_of_partitions_is_told(tmp_path: Path) -> None:
    async with MemoryKafka([(topic.name, 3) for topic in TOPICS]) as kafka:
        said = await tandem("doctor", "--json", folder=tmp_path, TANDEM_KAFKA=kafka.bootstrap)

    assert said.json["failing"]["step"] == "Partitions"
    assert "espo.changes.v1 has 3 instead of 12" in said.json["failing"]["words"]


async def test_kafka_out_of_reach_is_told(tmp_path: Path) -> None:
    said = await tandem("doctor", "--json", folder=tmp_path, TANDEM_KAFKA="127.0.0.1:9")

    assert said.json["failing"]["step"] == "Kafka answers"


async def test_what_nobody_named_is_said_to_be_left_out(topics: str, tmp_path: Path) -> None:
    said = await tandem("doctor", "--json", folder=tmp_path, TANDEM_KAFKA=topics)

    assert part(said, "PostgreSQL")["Left out"]["words"] == "not looked at: TANDEM_POSTGRES is not set"
    assert part(said, "console")["Left out"]["state"] == "skipped"


async def test_a_database_is_compared_with_this_release(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path / "postgres") as server:
        address = await server.create_database("tandem")
        before = await tandem("doctor", "--json", folder=tmp_path, TANDEM_POSTGRES=address)
        migrated = [await tandem("migrate", "--json", folder=tmp_path, TANDEM_POSTGRES=address) for _ in range(2)]
        after = await tandem("doctor", "--json", folder=tmp_path, TANDEM_POSTGRES=address)
    gone = await tandem("doctor", "--json", folder=tmp_path, TANDEM_POSTGRES=address)
    unreachable = await tandem("migrate", folder=tmp_path, TANDEM_POSTGRES=address)

    assert before.json["failing"]["step"] == "Schema"
    assert "tandem migrate" in before.json["failing"]["words"]
    assert [said.json["applied"] for said in migrated] == [[name for name, _ in steps()], []]
    assert unreachable.code == Exit.UNREACHABLE
    assert after.code == 0
    assert gone.json["failing"]["step"] == "PostgreSQL answers"


async def test_running_services_tell_what_they_see(tmp_path: Path) -> None:
    broken = service(_step("API key", "refused", "failed"), reasons=("Kafka does not answer",))
    async with serving(broken) as espo_connector, serving(service()) as outlook_connector:
        said = await tandem(
            *("doctor", "--mailbox", ANN, "--json"),
            folder=tmp_path,
            TANDEM_ESPO_CONNECTOR_URL=espo_connector,
            TANDEM_OUTLOOK_CONNECTOR_URL=outlook_connector,
            TANDEM_SERVICE_SECRET=SECRET,
        )

    assert said.json["failing"] == {"part": "EspoCRM", "step": "API key", "words": "refused"}
    assert part(said, "Microsoft")["Mailbox"]["words"] == ANN
    assert part(said, "espo_connector")["Ready"]["words"] == "Kafka does not answer"
    assert part(said, "outlook_connector")["Ready"]["ok"]


async def test_a_service_that_does_not_know_us_is_told(tmp_path: Path) -> None:
    async with serving(service()) as url:
        said = await tandem(
            "doctor", "--json", folder=tmp_path, TANDEM_ESPO_CONNECTOR_URL=url, TANDEM_SERVICE_SECRET="another secret"
        )

    assert "TANDEM_SERVICE_SECRET" in said.json["failing"]["words"]


async def test_a_service_that_is_not_there_is_told(tmp_path: Path) -> None:
    said = await tandem("doctor", "--json", folder=tmp_path, TANDEM_CONSOLE_URL="http://127.0.0.1:9")

    assert said.json["failing"]["part"] == "console"
