"""A start that cannot succeed says why in one line, ends with a code that means something, and leaves nothing running."""

import asyncio
import signal
import socket
import subprocess
from pathlib import Path

import pytest

from system.commands import command, left_running, tandem
from tandem.polling import until

LOCAL = "127.0.0.1"
PATIENCE = 30.0


@pytest.fixture
def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        return int(probe.getsockname()[1])


def test_a_port_in_use_is_named_with_the_way_to_change_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((LOCAL, 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = tandem(tmp_path, "up", "--port-base", str(port))
    assert ended.returncode == 2
    assert f"port {port} (for reconciler)" in ended.stderr
    assert "--port-base" in ended.stderr
    assert left_running(tmp_path) == []


def test_a_kafka_that_does_not_answer_is_named(tmp_path: Path, closed_port: int) -> None:
    ended = tandem(tmp_path, "up", "--port-base", "0", "--kafka", f"{LOCAL}:{closed_port}")
    assert (ended.returncode, ended.stderr) == (3, f"tandem: Kafka at {LOCAL}:{closed_port} does not answer\n")
    assert left_running(tmp_path) == []


def test_a_postgres_that_does_not_answer_is_named_without_its_password(tmp_path: Path, closed_port: int) -> None:
    url = f"postgresql://tandem:hunter2@{LOCAL}:{closed_port}/tandem"
    ended = tandem(tmp_path, "up", "--port-base", "0", "--postgres", url)
    said = f"tandem: PostgreSQL at {LOCAL}:{closed_port} does not let us in\n"
    assert (ended.returncode, ended.stderr) == (3, said)
    assert left_running(tmp_path) == []


@pytest.mark.parametrize("missing", ["java", "mvn"])
def test_a_missing_tool_for_the_real_broker_is_named(tmp_path: Path, missing: str) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in {"java", "mvn"} - {missing}:
        (tools / tool).write_text("#!/bin/sh\n")
        (tools / tool).chmod(0o755)
    ended = tandem(tmp_path, "up", "--kafka", "apache", "--port-base", "0", PATH=str(tools))
    assert ended.returncode == 2
    assert f"no `{missing}` on the PATH" in ended.stderr
    assert left_running(tmp_path) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--kafka", "somewhere"), "--kafka takes memory, apache or HOST:PORT"),
        (("--kafka", "host:99999"), "--kafka takes memory, apache or HOST:PORT"),
        (("--espo", "http://crm.test"), "--espo-key"),
        (("--graph", "http://graph.test"), "TANDEM_TENANT is not set"),
        (("--login", "http://login.test"), "--login goes with --graph"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_before_anything_starts(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    ended = tandem(tmp_path, "up", *words)
    assert ended.returncode == 2
    assert said in ended.stderr


def test_a_detached_start_that_fails_says_why_and_ends_with_the_same_code(tmp_path: Path, closed_port: int) -> None:
    ended = tandem(tmp_path, "up", "--detach", "--port-base", "0", "--kafka", f"{LOCAL}:{closed_port}")
    assert ended.returncode == 3
    assert f"Kafka at {LOCAL}:{closed_port} does not answer" in ended.stderr
    assert left_running(tmp_path) == []


@pytest.mark.parametrize("part", ["kafka", "reconciler"])
def test_a_start_that_is_interrupted_leaves_nothing_running(tmp_path: Path, part: str) -> None:
    with subprocess.Popen(  # noqa: S603  # our own command
        command("up", "--port-base", "0"), cwd=tmp_path, stdout=subprocess.DEVNULL
    ) as process:

        async def begun() -> bool | None:
            return (tmp_path / f".local/run/logs/{part}.log").exists() or None

        assert asyncio.run(until(begun, PATIENCE))
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    assert left_running(tmp_path) == []


def test_stopping_where_nothing_runs_is_no_failure(tmp_path: Path) -> None:
    assert tandem(tmp_path, "down").returncode == 0
