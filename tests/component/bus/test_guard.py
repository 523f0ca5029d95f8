"""What our services ask of each other is answered to our services alone."""

from collections.abc import AsyncIterator

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bus.serving.guard import guarded
from sandbox.serve import serving

SECRET = "what all services know"


async def told(request: Request) -> Response:
    return JSONResponse({"item": request.path_params["item"], "method": request.method})


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    routes = guarded([Route("/items/{item}", told, methods=["GET", "POST"])], SecretStr(SECRET))
    async with serving(Starlette(routes=routes)) as url, httpx.AsyncClient(base_url=url) as http:
        yield http


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_who_knows_the_secret_is_answered(http: httpx.AsyncClient, method: str) -> None:
    answer = await http.request(method, "/items/7", headers={"Authorization": f"Bearer {SECRET}"})
    assert answer.json() == {"item": "7", "method": method}


@pytest.mark.parametrize(
    "said",
    [
        "",
        "Bearer",
        SECRET,
        f"Basic {SECRET}",
        f"Bearer {SECRET}, and more",
        "Bearer what all services do not know",
        "Bearer größer",
    ],
)
async def test_who_says_something_else_is_refused_in_words(http: httpx.AsyncClient, said: str) -> None:
    answer = await http.get("/items/7", headers=[(b"Authorization", said.encode())])
    assert (answer.status_code, "TANDEM_SERVICE_SECRET" in answer.json()["error"]) == (401, True)


async def test_who_says_nothing_is_refused(http: httpx.AsyncClient) -> None:
    assert (await http.get("/items/7")).status_code == 401


async def test_a_guarded_route_keeps_its_methods(http: httpx.AsyncClient) -> None:
    assert (await http.delete("/items/7", headers={"Authorization": f"Bearer {SECRET}"})).status_code == 405
