"""The connector's HTTP interface for our own pages and the operator: who signs in, what EspoCRM has, whether it works.

Every route is for processes of ours (`bus.serving.guard`). EspoCRM out of reach is 503 here, so that a page can tell it from a
wrong password.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bus.checks import answer
from espo_connector.asking.client import Client
from espo_connector.check import Check
from espo_connector.errors import EspoError
from espo_connector.instance.labels import Labels
from espo_connector.instance.site import SiteGuide
from espo_connector.instance.users import users
from espo_connector.signing_in.sign_in import Credentials, NotSignedIn, OutOfReach, SignIn

_LARGEST_BODY = 8 * 1024
_NEVER_KEPT = {"Cache-Control": "no-store"}

Endpoint = Callable[[Request], Awaitable[Response]]


class Api:
    """The routes."""

    def __init__(self, client: Client, guide: SiteGuide, sign_in: SignIn, check: Check) -> None:
        self._client = client
        self._guide = guide
        self._labels = Labels(client)
        self._sign_in = sign_in
        self._check = check

    def routes(self) -> list[Route]:
        """Every path of the interface, to be guarded."""
        return [
            Route("/sign-in", _in_reach(self.sign_in), methods=["POST"]),
            Route("/entities", _in_reach(self.entities), methods=["GET"]),
            Route("/users", _in_reach(self.users), methods=["GET"]),
            Route("/check", self.check, methods=["GET"]),
        ]

    async def sign_in(self, request: Request) -> Response:
        """Check a person's credentials. 401 says in `error` and `message` why they do not do."""
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _LARGEST_BODY:
                return _refusal("too_large", "the body is too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            who = Credentials.model_validate_json(body)
        except ValidationError as error:
            fields = ", ".join(".".join(map(str, part["loc"])) or "the body" for part in error.errors())
            return _refusal("invalid", f"this makes no sense: {fields}", HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            return JSONResponse(await self._sign_in.admit(who), headers=_NEVER_KEPT)
        except NotSignedIn as refusal:
            return _refusal(refusal.kind, str(refusal), HTTPStatus.UNAUTHORIZED)

    async def entities(self, _: Request) -> Response:
        """List the entity types that can be synced, with their names in EspoCRM's language."""
        site = await self._guide.site()
        labels = await self._labels.of(site.entities)
        return JSONResponse(
            {"entities": [kind.described | {"label": labels[name]} for name, kind in site.entities.items()]}
        )

    async def users(self, _: Request) -> Response:
        """List everybody who could connect a mailbox."""
        return JSONResponse({"users": await users(self._client)})

    async def check(self, _: Request) -> Response:
        """Look at everything that EspoCRM must have set up for us."""
        return answer(await self._check.run())


def _in_reach(endpoint: Endpoint) -> Endpoint:
    async def ask(request: Request) -> Response:
        try:
            return await endpoint(request)
        except (EspoError, OutOfReach) as error:
            return _refusal("unavailable", str(error), HTTPStatus.SERVICE_UNAVAILABLE)

    return ask


def _refusal(error: str, message: str, status: HTTPStatus) -> Response:
    return JSONResponse({"error": error, "message": message}, status, headers=_NEVER_KEPT)
