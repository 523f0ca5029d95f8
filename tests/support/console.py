"""The services behind the console as small honest programs: they keep what they are told, and answer as their APIs do.

They know nothing of pages. What a test wants them to hold stands in plain attributes.
"""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import Fernet
from prometheus_client import CollectorRegistry
from pydantic import HttpUrl, SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bus.serving.guard import guarded
from bus.telling.health import Health
from console.main import compose
from console.settings import Settings
from sandbox.ports import free_ports
from sandbox.serve import serving

SECRET = "between-services-only"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ANN = {
    "id": "ann-id",
    "user_name": "ann",
    "name": "Ann Lee",
    "type": "regular",
    "is_admin": False,
    "emails": ["ann@contoso.test"],
    "teams": [{"id": "sales", "name": "Sales"}],
    "zone": "Europe/Berlin",
}
BEN = ANN | {"id": "ben-id", "user_name": "ben", "name": "Ben Okafor", "emails": ["ben@contoso.test"], "teams": []}
ROOT = ANN | {"id": "root-id", "user_name": "root", "name": "Ada Root", "is_admin": True, "type": "admin"}


def no(status: int, error: str, message: str = "", **more: Any) -> Response:
    """Refuse, as our services do."""
    return JSONResponse({"error": error, "message": message or error} | more, status)


@dataclass
class FakeEspo:
    """The EspoCRM connector: three users, whose passwords are their names."""

    users: list[dict[str, Any]] = field(default_factory=lambda: [ANN, BEN, ROOT])
    extension: bool = True
    granted: set[str] = field(default_factory=lambda: {"ann", "root"})
    codes: dict[str, str] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0

    def routes(self) -> list[Route]:
        """Give the API."""
        return [
            Route("/sign-in", self.sign_in, methods=["POST"]),
            Route("/entities", self.entities),
            Route("/users", lambda _: JSONResponse({"users": self.users})),
            Route("/check", lambda _: JSONResponse({"steps": self.steps})),
        ]

    async def sign_in(self, request: Request) -> Response:
        """Accept a name with itself as password, and with the code where there is one."""
        self.asked += 1
        said = await request.json()
        user = next((user for user in self.users if user["user_name"] == said["user"]), None)
        if user is None or said["password"] != said["user"]:
            return no(401, "wrong")
        code = self.codes.get(said["user"])
        if code is not None and "code" not in said:
            return no(401, "second_factor")
        if code is not None and said["code"] != code:
            return no(401, "second_factor_wrong")
        granted = self.extension and said["user"] in self.granted
        return JSONResponse({"user": user, "access": {"extension": self.extension, "outlook_calendar": granted}})

    async def entities(self, _: Request) -> Response:
        """List three entity types."""
        kinds = (("Meeting", "Meeting"), ("Call", "Call"), ("CVisit", "Visit"))
        return JSONResponse({"entities": [{"entity": name, "label": label} for name, label in kinds]})


@dataclass
class FakeOutlook:
    """The Outlook connector: every code is good, once, for the session that began."""

    grants: dict[str, dict[str, Any]] = field(default_factory=dict)
    attempts: dict[str, tuple[str, str]] = field(default_factory=dict)
    scopes: tuple[str, ...] = ("Calendars.ReadWrite",)
    refusal: tuple[str, str] | None = None
    mailbox_words: str = ""

    def routes(self) -> list[Route]:
        """Give the API."""
        return [
            Route("/oauth/attempts", self.begin, methods=["POST"]),
            Route("/oauth/grants", self.finish, methods=["POST"]),
            Route("/oauth/refusals", self.explain, methods=["POST"]),
            Route("/oauth/grants", lambda _: JSONResponse({"grants": [*self.grants.values()]})),
            Route("/oauth/grants/{account}", self.grant, methods=["GET", "DELETE"]),
            Route("/mailboxes/{account}", self.mailbox),
            Route(
                "/check",
                lambda _: JSONResponse({"steps": [{"step": "sign-in", "ok": True, "words": "", "state": "passed"}]}),
            ),
        ]

    async def begin(self, request: Request) -> Response:
        """Begin a consent."""
        said = await request.json()
        state = secrets.token_hex(8)
        self.attempts[state] = (said["account"], said["session"])
        url = f"https://login.example/authorize?state={state}&login_hint={said.get('login_hint', '')}"
        return JSONResponse({"authorize_url": url, "expires_at": NOW.isoformat()})

    async def finish(self, request: Request) -> Response:
        """Finish a consent."""
        said = await request.json()
        if self.refusal:
            return no(403, *self.refusal)
        account, session = self.attempts.pop(said["state"], ("", ""))
        if not account or session != said["session"]:
            return no(400, "state_invalid")
        self.grants[account] = self.described(account)
        return JSONResponse(self.grants[account])

    def described(self, account: str) -> dict[str, Any]:
        """Describe a grant."""
        return {
            "account": account,
            "connected": True,
            "mailbox": "ann@contoso.test",
            "addresses": ["ann@contoso.test"],
            "scopes": [*self.scopes],
            "calendars": "Calendars.ReadWrite" in self.scopes,
            "granted_at": NOW.isoformat(),
            "refreshed_at": NOW.isoformat(),
            "lost": None,
            "kind": "delegated",
        }

    async def explain(self, request: Request) -> Response:
        """Say why there is no code."""
        said = await request.json()
        if said["state"] not in self.attempts:
            return no(400, "state_invalid")
        return JSONResponse({"error": "consent_refused", "message": f"no consent {said['error_description']}"})

    async def grant(self, request: Request) -> Response:
        """Describe or forget a grant."""
        account = request.path_params["account"]
        if account not in self.grants:
            return no(404, "not_connected")
        if request.method == "DELETE":
            del self.grants[account]
            return Response(status_code=204)
        return JSONResponse(self.grants[account])

    async def mailbox(self, request: Request) -> Response:
        """List two calendars."""
        account, named = request.path_params["account"], request.query_params.get("mailbox")
        if self.mailbox_words:
            return no(404, "mailbox_missing", self.mailbox_words)
        if account not in self.grants and not named:
            return no(404, "not_connected")
        calendars = [
            {"id": "cal-1", "name": "Calendar", "is_default": True, "can_edit": True},
            {"id": "cal-2", "name": "Travel", "is_default": False, "can_edit": True},
        ]
        mailbox = named or "ann@contoso.test"
        return JSONResponse(
            {"mailbox": mailbox, "addresses": [mailbox], "zone": "Europe/Berlin", "calendars": calendars}
        )


Compose = Callable[[Settings, Health, CollectorRegistry], Any]


@dataclass(frozen=True)
class Around:
    """The console's address, and the services behind it."""

    url: str
    espo: FakeEspo
    outlook: FakeOutlook
    reconciler: Any


@asynccontextmanager
async def console_before(reconciler: Any, **settings: Any) -> AsyncIterator[Around]:
    """Serve the console with services behind it."""
    espo, outlook = FakeEspo(), FakeOutlook()
    secret = SecretStr(SECRET)

    def app(routes: list[Route]) -> Starlette:
        return Starlette(routes=list(guarded(routes, secret)))

    async with (
        serving(app(espo.routes())) as espo_url,
        serving(app(outlook.routes())) as outlook_url,
        serving(app(reconciler.routes())) as reconciler_url,
    ):
        (port,) = free_ports(1, "127.0.0.1")
        url = f"http://127.0.0.1:{port}"
        given: dict[str, Any] = {
            "service_secret": secret,
            "reconciler_url": HttpUrl(reconciler_url),
            "outlook_connector_url": HttpUrl(outlook_url),
            "espo_connector_url": HttpUrl(espo_url),
            "public_url": HttpUrl(url),
            "session_keys": SecretStr(Fernet.generate_key().decode()),
        }
        console = compose(Settings(**given | settings), Health(), CollectorRegistry())
        async with serving(console, port=port):
            yield Around(url, espo, outlook, reconciler)
