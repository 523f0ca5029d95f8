"""The login endpoints over HTTP: the consent page, the token endpoint, discovery.

Source: Microsoft identity platform documentation, "OAuth 2.0 authorization code flow", "OAuth 2.0 client credentials
flow", "Admin consent", "OpenID Connect". The consent page is a plain form: a browser presses *Accept*, a test posts
the same fields: `login` (a person's address), `decision` (`accept` or `deny`) and `scope` (what of it is granted).
"""

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.graph.calendars.people import Directory
from sandbox.graph.clock import Clock, text_of
from sandbox.graph.config import SCOPES, Config
from sandbox.graph.ids import Ids
from sandbox.graph.login.consent import consent_page
from sandbox.graph.login.tokens import Grant, Issued, LoginError, Tokens, read_scopes

_SHARED_TENANTS = frozenset({"common", "organizations"})
_KNOWN_SCOPES = SCOPES | {"openid", "profile", "email", "offline_access"}


class LoginPages:
    """The endpoints, over one tenant's people and tokens."""

    def __init__(self, config: Config, clock: Clock, people: Directory, tokens: Tokens) -> None:
        self._config = config
        self._clock = clock
        self._people = people
        self._tokens = tokens
        self._ids = Ids(config.seed + 2)

    async def authorize(self, request: Request) -> Response:
        """Show the consent page, or carry out the decision made on it."""
        form = await _form(request) if request.method == "POST" else []
        fields = dict(request.query_params) | dict(form)
        app = self._tokens.app(fields.get("client_id", ""))
        redirect_uri = fields.get("redirect_uri", "")
        if not redirect_uri or (app.redirect_uris and redirect_uri not in app.redirect_uris):
            raise LoginError("invalid_request", 50011, f"The redirect URI '{redirect_uri}' is not registered.")
        if fields.get("response_type", "code") != "code":
            return self._back(fields, {"error": "unsupported_response_type"})
        scopes = read_scopes(fields.get("scope", ""))
        if unknown := scopes - _KNOWN_SCOPES - {".default"}:
            return self._back(fields, {"error": "invalid_scope", "error_description": f"AADSTS70011: {min(unknown)}"})
        if request.method == "GET":
            return HTMLResponse(consent_page(app.client_id, fields, scopes, self._people.all()))
        if fields.get("decision") != "accept":
            denied = "AADSTS65004: User declined to consent to access the app."
            return self._back(fields, {"error": "access_denied", "error_description": denied})
        person = self._people.find(fields.get("login", ""))
        if person is None:
            raise LoginError("invalid_grant", 50034, "The user account does not exist in the directory.")
        granted = read_scopes(" ".join(value for name, value in form if name == "scope")) or scopes
        if ".default" in granted:
            granted = (granted - {".default"}) | SCOPES
        code = self._tokens.code_for(
            Grant(app, person, granted, fields.get("nonce")),
            redirect_uri,
            fields.get("code_challenge"),
            fields.get("code_challenge_method", "plain"),
        )
        return self._back(fields, {"code": code, "session_state": self._ids.guid()})

    async def token(self, request: Request) -> Response:
        """Exchange a code, a refresh token or the application's own secret for an access token."""
        fields = dict(await _form(request))
        client_id, secret = _client(request, fields)
        app = self._tokens.authenticated(client_id, secret)
        tenant = request.path_params["tenant"]
        match fields.get("grant_type"):
            case "authorization_code":
                issued = self._tokens.redeem(
                    app, fields.get("code", ""), fields.get("redirect_uri", ""), fields.get("code_verifier", ""),
                )  # fmt: skip
            case "refresh_token":
                wanted = read_scopes(fields.get("scope", ""))
                issued = self._tokens.refresh(app, fields.get("refresh_token", ""), wanted)
            case "client_credentials":
                if tenant in _SHARED_TENANTS:
                    raise LoginError("invalid_request", 50059, "No tenant-identifying information found.")
                if read_scopes(fields.get("scope", "")) != {".default"}:
                    raise LoginError("invalid_scope", 1002012, "The scope must be the resource with /.default.")
                issued = self._tokens.app_only(app)
            case other:
                raise LoginError("unsupported_grant_type", 70003, f"The grant type '{other}' is not supported.")
        return _json(self._written(request, issued))

    async def admin_consent(self, request: Request) -> Response:
        """Let an administrator consent for everybody; the simulated one always does."""
        fields = dict(request.query_params)
        self._tokens.app(fields.get("client_id", ""))
        if not fields.get("redirect_uri"):
            raise LoginError("invalid_request", 50011, "A redirect URI is required.")
        return self._back(fields, {"admin_consent": "True", "tenant": self._config.tenant_id})

    async def discovery(self, request: Request) -> Response:
        """Answer the OpenID configuration."""
        base = _base(request)
        oauth = f"{base}/{request.path_params['tenant']}/oauth2/v2.0"
        return _json(
            {
                "issuer": f"{base}/{self._config.tenant_id}/v2.0",
                "authorization_endpoint": f"{oauth}/authorize",
                "token_endpoint": f"{oauth}/token",
                "end_session_endpoint": f"{oauth}/logout",
                "jwks_uri": f"{base}/{request.path_params['tenant']}/discovery/v2.0/keys",
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "scopes_supported": ["openid", "profile", "email", "offline_access"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["HS256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            },
        )

    def check_tenant(self, name: str) -> None:
        """Refuse a tenant that is neither this one, by id or by a person's domain, nor a shared name."""
        domains = {person.upn.partition("@")[2].lower() for person in self._people.all()}
        if name.lower() not in {self._config.tenant_id, *_SHARED_TENANTS, *domains}:
            raise LoginError("invalid_request", 90002, f"Tenant '{name}' not found.")

    def _back(self, fields: dict[str, str], answer: dict[str, str]) -> Response:
        state = {"state": fields["state"]} if "state" in fields else {}
        uri = fields["redirect_uri"]
        return RedirectResponse(f"{uri}{'&' if '?' in uri else '?'}{urlencode(answer | state)}", 302)

    def _written(self, request: Request, issued: Issued) -> dict[str, Any]:
        body: dict[str, Any] = {
            "token_type": "Bearer",
            "expires_in": issued.expires_in,
            "ext_expires_in": issued.expires_in,
            "access_token": issued.access_token,
        }
        grant = issued.grant
        if grant is None:
            return body
        body["scope"] = " ".join(sorted(issued.scopes - {"offline_access"}))
        if issued.refresh_token:
            body["refresh_token"] = issued.refresh_token
        if "openid" in issued.scopes:
            body["id_token"] = self._id_token(_base(request), grant)
        body["client_info"] = _b64({"uid": grant.person.oid, "utid": self._config.tenant_id})
        return body

    def _id_token(self, base: str, grant: Grant) -> str:
        """Write an ID token; no client checks its signature, as it comes straight from the token endpoint."""
        now = int(self._clock.seconds())
        claims = {
            "aud": grant.app.client_id,
            "iss": f"{base}/{self._config.tenant_id}/v2.0",
            "iat": now,
            "nbf": now,
            "exp": now + 3600,
            "name": grant.person.name,
            "oid": grant.person.oid,
            "preferred_username": grant.person.upn,
            "sub": grant.person.oid,
            "tid": self._config.tenant_id,
            "ver": "2.0",
        }
        if grant.nonce:
            claims["nonce"] = grant.nonce
        signed = f"{_b64({'typ': 'JWT', 'alg': 'HS256'})}.{_b64(claims)}"
        signature = hmac.digest(grant.app.secret.encode(), signed.encode(), hashlib.sha256)
        return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"

    def refused(self, error: LoginError) -> Response:
        """Write a refusal as the token endpoint does."""
        body = {
            "error": error.error,
            "error_description": f"AADSTS{error.code}: {error.message}",
            "error_codes": [error.code],
            "timestamp": text_of(self._clock.now())[:19].replace("T", " ") + "Z",
            "trace_id": self._ids.guid(),
            "correlation_id": self._ids.guid(),
            "error_uri": f"https://login.microsoftonline.com/error?code={error.code}",
            **({"suberror": error.suberror} if error.suberror else {}),
        }
        return _json(body, error.status)


def routes(pages: Callable[[], LoginPages]) -> list[Route]:
    """List the routes; `pages` gives the endpoints of the tenant as it is now, which a reset replaces."""

    def answer(
        handler: Callable[[LoginPages, Request], Awaitable[Response]],
    ) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                pages().check_tenant(request.path_params["tenant"])
                return await handler(pages(), request)
            except LoginError as error:
                return pages().refused(error)

        return endpoint

    return [
        Route("/{tenant}/oauth2/v2.0/authorize", answer(LoginPages.authorize), methods=["GET", "POST"]),
        Route("/{tenant}/oauth2/v2.0/token", answer(LoginPages.token), methods=["POST"]),
        Route("/{tenant}/v2.0/adminconsent", answer(LoginPages.admin_consent)),
        Route("/{tenant}/adminconsent", answer(LoginPages.admin_consent)),
        Route("/{tenant}/v2.0/.well-known/openid-configuration", answer(LoginPages.discovery)),
    ]


async def _form(request: Request) -> list[tuple[str, str]]:
    return parse_qsl((await request.body()).decode(), keep_blank_values=True)


def _client(request: Request, fields: dict[str, str]) -> tuple[str, str]:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        client_id, _, secret = base64.b64decode(credentials).decode().partition(":")
        return client_id, secret
    return fields.get("client_id", ""), fields.get("client_secret", "")


def _base(request: Request) -> str:
    return str(request.base_url).rstrip("/")


def _b64(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(value)).decode().rstrip("=")


def _json(body: dict[str, Any], status: int = 200) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(msgspec.json.encode(body), status, headers, media_type="application/json")
