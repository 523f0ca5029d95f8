"""A start that cannot succeed says why in one line, ends with a code that means something, and leaves nothing running."""

import asyncio
import os
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

LOCAL = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended."""

    code: int
    err: str


async def tandem(folder: Path, *words: str, path: str | None = None) -> Said:
    """Run the command line in a folder of its own."""
    environment = {**os.environ, "COLUMNS": "200"} | ({} if path is None else {"PATH": path})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tandem.main", *words),
        cwd=folder,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
    )
    _, err = await process.communicate()
    assert process.returncode is not None
    return Said(process.returncode, err.decode())


@pytest.fixture
def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        return int(probe.getsockname()[1])


def left_running(folder: Path) -> list[str]:
    """Processes of this run: whatever a start leaves behind works in its folder."""
    return [
        entry.name
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and str(folder).encode() in _environment_and_folder(entry)
    ]


def _environment_and_folder(process: Path) -> bytes:
    try:
        return bytes((process / "cwd").readlink()) + (process / "cmdline").read_bytes()
    except OSError:
        return b""


async def test_a_port_in_use_is_named_with_the_way_to_change_it(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((LOCAL, 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = await tandem(tmp_path, "up", "--port-base", str(port))
    assert said.code == 2
    assert f"port {port} (for reconciler)" in said.err
    assert "--port-base" in said.err
    assert left_running(tmp_path) == []


async def test_a_kafka_that_does_not_answer_is_named(tmp_path: Path, closed_port: int) -> None:
    said = await tandem(tmp_path, "up", "--port-base", "0", "--kafka", f"{LOCAL}:{closed_port}")
    assert (said.code, said.err) == (3, f"tandem: Kafka at {LOCAL}:{closed_port} does not answer\n")
    assert left_running(tmp_path) == []


async def test_a_postgres_that_does_not_answer_is_named_without_its_password(tmp_path: Path, closed_port: int) -> None:
    url = f"postgresql://tandem:hunter2@{LOCAL}:{closed_port}/tandem"
    said = await tandem(tmp_path, "up", "--port-base", "0", "--postgres", url)
    assert (said.code, said.err) == (3, f"tandem: PostgreSQL at {LOCAL}:{closed_port} does not let us in\n")
    assert left_running(tmp_path) == []


@pytest.mark.parametrize("missing", ["java", "mvn"])
async def test_a_missing_tool_for_the_real_broker_is_named(tmp_path: Path, missing: str) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in {"java", "mvn"} - {missing}:
        (tools / tool).write_text("#!/bin/sh\n")
        (tools / tool).chmod(0o755)
    said = await tandem(tmp_path, "up", "--kafka", "apache", "--port-base", "0", path=str(tools))
    assert said.code == 2
    assert f"no `{missing}` on the PATH" in said.err
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
async def test_a_request_that_makes_no_sense_is_refused_before_anything_starts(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    ended = await tandem(tmp_path, "up", *words)
    assert ended.code == 2
    assert said in ended.err


async def test_a_detached_start_that_fails_says_why_and_ends_with_the_same_code(
    tmp_path: Path, closed_port: int
) -> None:
    said = await tandem(tmp_path, "up", "--detach", "--port-base", "0", "--kafka", f"{LOCAL}:{closed_port}")
    assert said.code == 3
    assert f"Kafka at {LOCAL}:{closed_port} does not answer" in said.err
    assert left_running(tmp_path) == []


async def test_stopping_where_nothing_runs_is_no_failure(tmp_path: Path) -> None:
    assert (await tandem(tmp_path, "down")).code == 0
