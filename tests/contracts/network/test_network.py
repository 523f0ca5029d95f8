"""Requests leave once, and what went wrong is told apart: never sent, or sent and nobody knows."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from network.transport import Network
from sandbox.ports import free_port
from support.certificate import self_signed
from support.peer import Peer, listening

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BROKEN = ("/nothing", "/half-a-head", "/half-a-body", "/half-a-chunk", "/nonsense", "/wrongly-zipped")


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    async with listening(Peer()) as peer:
        yield peer


@pytest.fixture
async def http(peer: Peer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=Network(connections=2), base_url=peer.url) as http:
        yield http


@pytest.mark.parametrize("path", BROKEN)
@pytest.mark.parametrize("method", METHODS)
async def test_an_answer_that_breaks_off_is_lost_and_nothing_is_sent_again(
    http: httpx.AsyncClient, peer: Peer, method: str, path: str
) -> None:
    await http.get("/ok")  # a connection in use is where clients like to try again

    with pytest.raises(httpx.RemoteProtocolError):
        await http.request(method, path, content=b"{}")

    assert peer.paths == ["/ok", path]


@pytest.mark.parametrize("method", METHODS)
async def test_silence_is_no_refusal(http: httpx.AsyncClient, peer: Peer, method: str) -> None:
    with pytest.raises(httpx.ReadTimeout):
        await http.request(method, "/silence", timeout=0.05)

    assert peer.paths == ["/silence"]


async def test_where_nobody_listens_nothing_was_sent() -> None:
    async with httpx.AsyncClient(transport=Network(connections=2)) as http:
        with pytest.raises(httpx.ConnectError):
            await http.post(f"http://127.0.0.1:{free_port()}/ok")


async def test_where_no_connection_comes_about_nothing_was_sent(peer: Peer) -> None:
    of_few_words = peer.url.replace("http://", "https://")  # it waits for the end of a head that no handshake has

    async with httpx.AsyncClient(transport=Network(connections=2)) as http:
        with pytest.raises(httpx.ConnectTimeout):
            await http.post(of_few_words, timeout=httpx.Timeout(5, connect=0.05))


async def test_a_certificate_that_nobody_vouches_for_stops_the_request(tmp_path: Path) -> None:
    _, tls = self_signed(tmp_path)

    async with listening(Peer(), tls) as peer, httpx.AsyncClient(transport=Network(connections=2)) as http:
        with pytest.raises(httpx.ConnectError, match="ClientConnectorCertificateError"):
            await http.post(peer.url)

    assert peer.heads == []


async def test_a_certificate_may_be_vouched_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, tls = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))

    async with listening(Peer(), tls) as peer, httpx.AsyncClient(transport=Network(connections=2)) as http:
        assert (await http.get(f"{peer.url}/ok")).is_success


@pytest.mark.parametrize("address", ["ftp://127.0.0.1/", "http:///nowhere"])
async def test_what_is_no_address_is_said(address: str) -> None:
    async with httpx.AsyncClient(transport=Network(connections=2)) as http:
        with pytest.raises(httpx.UnsupportedProtocol):
            await http.get(address)


async def test_a_failure_does_not_tell_whose_mailbox_it_was_about(peer: Peer) -> None:
    of_few_words = peer.url.replace("http://", "https://")

    async with httpx.AsyncClient(transport=Network(connections=2)) as http:
        with pytest.raises(httpx.ConnectTimeout) as failed:
            await http.get(f"{of_few_words}/users/ann@contoso.test", timeout=httpx.Timeout(5, connect=0.05))

    assert str(failed.value) == "ConnectionTimeoutError"


async def test_a_redirect_is_an_answer(http: httpx.AsyncClient, peer: Peer) -> None:
    answer = await http.get("/elsewhere", headers={"X-Api-Key": "secret"})

    assert answer.status_code == httpx.codes.FOUND
    assert peer.paths == ["/elsewhere"]


async def test_a_compressed_answer_is_read(http: httpx.AsyncClient) -> None:
    assert (await http.get("/zipped")).json() == {}


@pytest.mark.parametrize("path", ["/a%2Fb", "/a%2E%2E", "/a?$skiptoken=x%3D%3D&b=%E2%82%AC", "/%41"])
async def test_a_path_arrives_as_it_was_written(http: httpx.AsyncClient, peer: Peer, path: str) -> None:
    await http.get(path)

    assert peer.paths == [path]


async def test_headers_are_those_of_the_caller(http: httpx.AsyncClient, peer: Peer) -> None:
    del http.headers["user-agent"], http.headers["accept"], http.headers["accept-encoding"]

    await http.post("/ok", content=b"{}", headers={"X-Api-Key": "key"})

    names = [line.partition(":")[0].lower() for line in peer.heads[0].splitlines()[1:-1]]
    assert sorted(names) == ["connection", "content-length", "host", "x-api-key"]


async def test_cookies_are_not_kept(peer: Peer) -> None:
    network = Network(connections=2)
    for path in ("/cookie", "/ok"):
        await network.handle_async_request(httpx.Request("GET", f"{peer.url}{path}"))
    await network.aclose()

    assert "cookie" not in peer.heads[1].lower()


async def test_a_connection_is_used_again(http: httpx.AsyncClient, peer: Peer) -> None:
    for _ in range(3):
        await http.get("/ok")

    assert peer.connections == 1


async def test_there_are_never_more_connections_than_agreed(http: httpx.AsyncClient, peer: Peer) -> None:
    await asyncio.gather(*(http.get("/ok") for _ in range(10)))

    assert peer.most_open == 2


async def test_requests_leave_by_the_proxy_of_the_environment(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", peer.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    async with httpx.AsyncClient(transport=Network(connections=2)) as http:
        await http.get("http://crm.example/api/v1/Meeting")
        await http.get(f"{peer.url}/direct")

    assert peer.paths == ["http://crm.example/api/v1/Meeting", "/direct"]
