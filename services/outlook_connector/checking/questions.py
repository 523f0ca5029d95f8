"""How a check asks Microsoft: plainly, once, with a token of its own, and every refusal in words."""

from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import msgspec

from bus.checks import Failure
from graph.asking.client import now_in_utc
from graph.asking.failures import Asked, failure
from graph.settings import GraphSettings
from network.not_json import NOT_JSON
from outlook_connector.checking.answers import SignInRefusal, words_of

_Answer = TypeVar("_Answer")


class _Token(msgspec.Struct, frozen=True):
    access_token: str


class Microsoft:
    """Sign-in and Graph, as the settings name them. `token` is empty until `sign_in`."""

    def __init__(self, settings: GraphSettings, http: httpx.AsyncClient) -> None:
        self._settings = settings
        self._http = http
        self._login = f"{str(settings.login_url).rstrip('/')}/{quote(settings.tenant, safe='')}"
        self.token = ""

    async def has_directory(self) -> bool:
        """Say whether the sign-in knows the tenant. Raises Failure where it cannot be reached."""
        return (await self.ask("GET", f"{self._login}/v2.0/.well-known/openid-configuration")).is_success

    async def sign_in(self) -> None:
        """Get a token by our application's own credentials. Raises Failure."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret.get_secret_value(),
            "scope": self._settings.graph_scope,
        }
        answer = await self.ask("POST", f"{self._login}/oauth2/v2.0/token", data=form)
        if not answer.is_success:
            raise Failure(words_of(_decoded(answer, SignInRefusal, "Microsoft's sign-in")))
        self.token = _decoded(answer, _Token, "Microsoft's sign-in").access_token

    async def graph(self, path: str, kind: type[_Answer]) -> _Answer:
        """Read something of Graph. Raises Failure where it cannot be reached or understood, else a GraphError."""
        url = f"{str(self._settings.graph_url).rstrip('/')}/v1.0/{path}"
        answer = await self.ask("GET", url, headers={"Authorization": f"Bearer {self.token}"})
        if not answer.is_success:
            asked = Asked(safe=True, of_mailbox=True)
            raise failure(answer.status_code, answer.headers, answer.content, asked, now_in_utc())
        return _decoded(answer, kind, "Graph")

    async def ask(self, method: str, url: str, **request: Any) -> httpx.Response:
        """Ask anything of anybody. Raises Failure where there is no answer."""
        try:
            return await self._http.request(method, url, **request)
        except httpx.TransportError as error:
            raise Failure(f"{_origin(url)} cannot be reached ({type(error).__name__})") from None


def _decoded(answer: httpx.Response, kind: type[_Answer], whose: str) -> _Answer:
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except NOT_JSON:
        raise Failure(f"{whose} answered something else ({answer.status_code}): is there a proxy between?") from None


def _origin(url: str) -> str:
    parts = httpx.URL(url)
    return f"{parts.scheme}://{parts.netloc.decode()}"
