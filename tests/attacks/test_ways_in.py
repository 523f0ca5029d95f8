"""Every way into a service: open where the outside world must knock, and closed to whoever lacks the services' secret."""

import re
from typing import Any

import httpx
import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Route

import espo_connector.main
import outlook_connector.main
import teams_meeting.main
from espo_connector.settings import Settings as EspoSettings
from outlook_connector.settings import Settings as OutlookSettings
from support.grants import KEY
from teams_meeting.settings import Settings as TeamsSettings

PROBES = {"/live", "/ready", "/metrics"}
DOORS = {"/graph/notifications", "/graph/lifecycle", "/espo/webhooks/{entity}/{what}"}
"""What Microsoft and EspoCRM call; both prove themselves by a signature of their own."""

GIVEN: dict[str, Any] = {
    "kafka": "127.0.0.1:1",
    "graph_url": "http://127.0.0.1:1",
    "login_url": "http://127.0.0.1:1",
    "tenant": "contoso",
    "client_id": "tandem",
    "client_secret": "secret",
    "public_url": "https://tandem.test",
    "oauth_redirect_url": "https://tandem.test/oauth/callback",
    "notification_secret": "only-the-connector-knows-this",
    "service_secret": "what all services know",
    "grant_keys": KEY,
    "espo_url": "http://127.0.0.1:1",
    "espo_api_key": "key",
}


def services() -> dict[str, Starlette]:
    """Every service that has routes of its own beside the reconciler's, whose routes are all guarded together."""
    secret = SecretStr(GIVEN["service_secret"])

    def settings(model: Any) -> Any:
        return model.model_validate({name: GIVEN[name] for name in model.model_fields if name in GIVEN})

    return {
        "outlook_connector": outlook_connector.main.compose(settings(OutlookSettings), CollectorRegistry())[0],
        "espo_connector": espo_connector.main.compose(settings(EspoSettings), secret, CollectorRegistry())[0],
        "teams_meeting": teams_meeting.main.compose(settings(TeamsSettings), CollectorRegistry())[0],
    }


@pytest.mark.parametrize("name", ["outlook_connector", "espo_connector", "teams_meeting"])
@pytest.mark.parametrize("header", [None, "Bearer ", "Bearer guessed", "Basic what all services know", "Bearer \xff"])
async def test_what_is_no_door_answers_only_to_the_services_secret(name: str, header: str | None) -> None:
    app = services()[name]
    transport = httpx.ASGITransport(app)
    headers = [("Authorization", header.encode("latin-1"))] if header is not None else []
    async with httpx.AsyncClient(transport=transport, base_url="http://tandem.test") as http:
        for route in app.routes:
            assert isinstance(route, Route)
            if route.path in PROBES | DOORS:
                continue
            for method in route.methods or ():
                path = re.sub(r"\{[^}]+\}", "x", route.path)
                answer = await http.request(method, path, headers=headers)  # type: ignore[arg-type]
                assert answer.status_code == httpx.codes.UNAUTHORIZED, (method, route.path)
