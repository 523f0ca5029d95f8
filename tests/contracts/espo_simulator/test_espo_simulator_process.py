"""The simulator as a program of its own."""

import asyncio
import signal
import sys
from urllib.parse import urlsplit

import httpx
import pytest

from sandbox.espo import Clock
from sandbox.serve import serving
from support.simulated_espo import HOOKS, Hooks, Instance


async def start(*arguments: str) -> tuple[asyncio.subprocess.Process, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.espo", "--port", "0", *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    return process, (await process.stdout.readline()).decode().split()[-1]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_where_it_is_and_ends_clean(number: signal.Signals) -> None:
    process, url = await start("--version", "9.3.10", "--zone", "Asia/Tokyo", "--latency-ms", "1")
    async with httpx.AsyncClient(base_url=url) as http:
        state = (await http.get("/_control/state")).json()
    process.send_signal(number)
    _, errors = await process.communicate()

    assert (state["version"], state["zone"], state["latency_ms"]) == ("9.3.10", "Asia/Tokyo", 1.0)
    assert (process.returncode, errors) == (0, b"")


async def test_its_cron_sends_webhooks_by_itself() -> None:
    hooks = Hooks()
    async with serving(hooks.app()) as receiver:
        address = f"{HOOKS}:{urlsplit(receiver).port}"
        process, url = await start("--cron-seconds", "0.05", "--allow", address, "--dns", f"{HOOKS}=127.0.0.1")
        async with httpx.AsyncClient(base_url=url) as http:
            espo = Instance(http, Clock())
            anna = await espo.add("Anna", "anna@corp.example")
            await espo.api.create("Webhook", event="Meeting.create", url=f"http://{address}/")
            meeting = await espo.meeting(anna, anna)
            await hooks.arrived.wait()
        process.terminate()
        await process.communicate()

    assert [item["id"] for item in hooks.bodies[0]] == [meeting]


async def test_a_port_that_is_taken_is_an_error_in_words() -> None:
    taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = str(taken.sockets[0].getsockname()[1])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.espo", "--port", port, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await process.communicate()
    taken.close()

    assert process.returncode == 1
    assert b"Address already in use" in errors
