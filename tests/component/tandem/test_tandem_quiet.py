"""Whether a system is quiet is seen in what both sides recorded, and a record that shows nothing proves nothing."""

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.serve import serving
from tandem.addresses import Addresses, Espo, Graph
from tandem.people.stage import Stage
from tandem.smoke.quiet import writes_during

OURS_IN_OUTLOOK = {"method": "PATCH", "path": "/v1.0/users/ann/events/1", "app": "tandem"}
OURS_IN_ESPO = {"method": "PUT", "path": "/api/v1/Meeting/1", "user": "connector"}
A_PERSON_S = {"method": "POST", "path": "/api/v1/Meeting", "user": "ann"}
A_READ = {"method": "GET", "path": "/api/v1/Meeting", "user": "connector"}


class Recorder:
    """A side that was asked certain things; each time the record is read, the next of `later` has been added."""

    def __init__(self, *seen: dict[str, str], later: tuple[dict[str, str], ...] = ()) -> None:
        self._seen = [*seen]
        self._later = [*later]
        self._read = False

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/_control/requests", self._requests)])

    async def _requests(self, _: Request) -> Response:
        if self._read and self._later:
            self._seen.append(self._later.pop(0))
        self._read = True
        return JSONResponse(self._seen)


@pytest.fixture
def outlook() -> Recorder:
    return Recorder(OURS_IN_OUTLOOK)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as http:
        yield http


async def watched(http: httpx.AsyncClient, outlook: Recorder, espo: Recorder) -> tuple[str, ...]:
    async with serving(outlook.app()) as graph_url, serving(espo.app()) as espo_url:
        graph = Graph(graph_url, graph_url, "tenant", "tandem", "secret")
        addresses = Addresses("", "", graph, Espo(espo_url, "key"), "", "", "", "", "", "", "")
        return await writes_during(Stage(http, addresses, {}), seconds=0)


async def test_two_sides_that_were_written_to_and_are_left_alone_are_quiet(
    http: httpx.AsyncClient, outlook: Recorder
) -> None:
    assert await watched(http, outlook, Recorder(OURS_IN_ESPO)) == ()


async def test_a_write_of_ours_breaks_the_quiet(http: httpx.AsyncClient, outlook: Recorder) -> None:
    espo = Recorder(OURS_IN_ESPO, later=(OURS_IN_ESPO,))
    assert await watched(http, outlook, espo) == ("expected no write; seen PUT /api/v1/Meeting/1",)


@pytest.mark.parametrize("other", [A_PERSON_S, A_READ], ids=["a person's write", "a read"])
async def test_what_is_no_write_of_ours_leaves_the_quiet(
    http: httpx.AsyncClient, outlook: Recorder, other: dict[str, str]
) -> None:
    assert await watched(http, outlook, Recorder(OURS_IN_ESPO, later=(other,))) == ()


async def test_a_record_that_never_showed_a_write_of_ours_proves_nothing(
    http: httpx.AsyncClient, outlook: Recorder
) -> None:
    assert await watched(http, outlook, Recorder(A_READ)) == ("expected earlier writes to EspoCRM; seen none",)
