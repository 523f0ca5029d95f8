"""The simulator as a program of its own."""

import asyncio
import signal
import sys

import httpx
import pytest


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_says_when_it_is_ready_and_ends_clean(number: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.graph", "--port", "0", "--mailbox", "zoe@contoso.test=Zoe Ray",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    ready = (await process.stdout.readline()).decode()
    address = ready.split()[-1]
    async with httpx.AsyncClient() as client:
        state = (await client.get(address.replace("/v1.0", "/_control/state"))).json()
    process.send_signal(number)
    _, errors = await process.communicate()
    assert [one["name"] for one in state["mailboxes"]] == ["Zoe Ray"]
    assert (process.returncode, errors) == (0, b"")


async def test_a_port_that_is_taken_is_an_error_in_words() -> None:
    taken = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    port = str(taken.sockets[0].getsockname()[1])
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox.graph", "--port", port,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, errors = await process.communicate()
    taken.close()
    assert process.returncode == 1
    assert b"Address already in use" in errors
