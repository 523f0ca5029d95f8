import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from broker.wire import Wire, body
from sandbox.kafka.memory import SETTINGS
from sandbox.ports import free_port

PROGRAM = Path(__file__).with_name("small_service.py")


@asynccontextmanager
async def process(
    kafka: str | None, *, trouble: str = "nothing", port: int = 0
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start the small service; kill it where the test leaves it running."""
    environment = {**os.environ, **SETTINGS, **({"TANDEM_KAFKA": kafka} if kafka else {})}
    service = await asyncio.create_subprocess_exec(
        sys.executable, PROGRAM, trouble, str(port), stderr=asyncio.subprocess.PIPE, env=environment
    )
    try:
        yield service
    finally:
        if service.returncode is None:
            service.kill()
            await service.wait()


async def lines_until(service: asyncio.subprocess.Process, event: str) -> list[dict[str, Any]]:
    """Read the log up to and with the line that tells of this event."""
    assert service.stderr is not None
    lines: list[dict[str, Any]] = []
    while not lines or lines[-1]["event"] != event:
        lines.append(json.loads(await service.stderr.readline()))
    return lines


async def end(service: asyncio.subprocess.Process) -> tuple[int | None, list[dict[str, Any]]]:
    """Wait for the end; answer the exit code and the lines that are left."""
    assert service.stderr is not None
    left = [json.loads(line) for line in (await service.stderr.read()).splitlines()]
    return await service.wait(), left


async def test_an_unreachable_kafka_ends_the_process_with_one_line_that_says_so() -> None:
    address = f"127.0.0.1:{free_port()}"
    async with process(address) as service:
        code, lines = await end(service)
    assert (code, [line["reason"] for line in lines]) == (
        3,
        [f"Kafka is unreachable at {address}: KafkaConnectionError"],
    )


async def test_a_missing_address_is_named_by_its_variable() -> None:
    async with process(None) as service:
        assert service.stderr is not None
        words = (await service.stderr.read()).decode()
        code = await service.wait()
    assert (code, words) == (2, "TANDEM_KAFKA: Field required\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_process_in_good_order(wire: Wire, number: signal.Signals) -> None:
    async with process(wire.bootstrap) as service:
        await lines_until(service, "started")
        service.send_signal(number)
        code, lines = await end(service)
    assert (code, lines[-1]["event"]) == (0, "stopped")


async def test_what_was_handled_before_a_signal_is_not_handled_again(wire: Wire) -> None:
    await wire.send("notes.v1", body("once"))
    async with process(wire.bootstrap) as service:
        await lines_until(service, "message")
        service.terminate()
        await end(service)
    assert await wire.committed("small.copy", "notes.v1") == 1


async def test_a_background_task_that_dies_ends_the_process(wire: Wire) -> None:
    async with process(wire.bootstrap, trouble="background") as service:
        await wire.send("notes.v1", body("n"))
        code, lines = await end(service)
    [reason] = [line["reason"] for line in lines if line["event"] == "ending"]
    assert code == 1
    assert reason.startswith("background task ")
    assert reason.endswith(" died: RuntimeError")


async def test_a_running_service_answers_its_probes_and_a_stopping_one_is_gone(wire: Wire) -> None:
    port = free_port()
    async with process(wire.bootstrap, port=port) as service:
        await lines_until(service, "listening")
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            statuses = [(await client.get(path)).status_code for path in ("/live", "/ready", "/metrics")]
        service.terminate()
        code, _ = await end(service)
    assert (statuses, code) == ([200, 200, 200], 0)


async def test_an_address_that_is_taken_ends_the_process(wire: Wire) -> None:
    taken = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    async with taken, process(wire.bootstrap, port=port) as service:
        code, lines = await end(service)
    assert code == 1
    assert any("address already in use" in line["event"] for line in lines)
