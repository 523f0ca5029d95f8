"""How one of our services is asked over HTTP: with the service secret, and with two ways of not getting what was asked for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from pydantic import HttpUrl, SecretStr, ValidationError

from contracts.model import Model

_ANSWER_SECONDS = 15.0
_CONNECT_SECONDS = 3.0
_REFUSALS = range(400, 500)
_NOT_OUR_BUSINESS = (401, 403)

M = TypeVar("M", bound=Model)
Query = Mapping[str, str | int | None]
"""Parameters of an address; those that are None or "" are left out."""

OnRequest = Callable[[str, str], None]
"""Told of every request: the service's name, and what came of it (a status, or `none`)."""


class Unavailable(Exception):  # noqa: N818  # it states what is so
    """A service gives no sensible answer; it may later. `service` is its name for people."""

    def __init__(self, service: str, what: str) -> None:
        super().__init__(f"{service}: {what}")
        self.service = service


class Problem(Model):
    """A field that makes no sense, and why."""

    field: str
    problem: str


@dataclass
class Refused(Exception):  # noqa: N818  # it states what is so
    """A service understood and said no. `error` is its word for the kind, `message` is for people."""

    status: int
    error: str
    message: str
    problems: Sequence[Problem] = ()

    def __str__(self) -> str:
        return f"{self.status} {self.error}"


class Service:
    """One service of ours. `name` is what people call it."""

    def __init__(self, name: str, url: HttpUrl, secret: SecretStr, on_request: OnRequest) -> None:
        self.name = name
        self._on_request = on_request
        self._http = httpx.AsyncClient(
            base_url=str(url),
            headers={"Authorization": f"Bearer {secret.get_secret_value()}"},
            timeout=httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS),
            trust_env=False,
        )

    async def ask(
        self,
        shape: type[M],
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Query | None = None,
        seconds: float = _ANSWER_SECONDS,
        refusals: tuple[int, ...] = (),
    ) -> M:
        """Ask, and give the answer in its shape.

        Raises Refused where the service says no (4xx), Unavailable where it does not answer or answers nonsense. 401 and
        403 mean that the service does not know us, unless they are among the expected `refusals`.
        """
        response = await self._answered(method, path, body=body, query=query, seconds=seconds, refusals=refusals)
        try:
            return shape.model_validate_json(response.content)
        except ValidationError as error:
            raise Unavailable(self.name, f"answered no {shape.__name__}") from error

    async def tell(
        self, method: str, path: str, *, body: Mapping[str, Any] | None = None, query: Query | None = None
    ) -> None:
        """Tell a service something whose answer says no more than that it was heard. Raises as `ask` does."""
        await self._answered(method, path, body=body, query=query)

    async def _answered(
        self,
        method: str,
        path: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Query | None = None,
        seconds: float = _ANSWER_SECONDS,
        refusals: tuple[int, ...] = (),
    ) -> httpx.Response:
        given = {name: str(value) for name, value in (query or {}).items() if value not in (None, "")}
        try:
            response = await self._http.request(method, path, json=body, params=given, timeout=seconds)
        except httpx.HTTPError as error:
            self._on_request(self.name, "none")
            raise Unavailable(self.name, type(error).__name__) from error
        status = response.status_code
        self._on_request(self.name, str(status))
        if status in refusals or (status in _REFUSALS and status not in _NOT_OUR_BUSINESS):
            raise _refused(response)
        if not response.is_success:
            raise Unavailable(self.name, f"answered {status}")
        return response

    async def close(self) -> None:
        """End the connections."""
        await self._http.aclose()


def _refused(response: httpx.Response) -> Refused:
    try:
        said = _No.model_validate_json(response.content)
    except ValidationError:
        said = _No()
    error = said.error or response.reason_phrase
    return Refused(response.status_code, error, said.message or error, said.problems)


class _No(Model):
    """How our services say no: a word or a sentence, where it is a word also a message, and the fields that are wrong."""

    error: str = ""
    message: str = ""
    problems: tuple[Problem, ...] = ()
