"""Every HTTP entrance gets rubbish: it says what is wrong with it, and never breaks."""

import base64
import hashlib
import hmac
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from espo_connector.hooks.registration import Webhook
from espo_connector.metrics import Metrics as EspoMetrics
from espo_connector.webhooks import Entrance
from outlook_connector.echoes import Echoes
from outlook_connector.metrics import Metrics
from outlook_connector.notifications import Door
from outlook_connector.subscribing.feeds import LIFECYCLE, NOTIFICATIONS, Feed
from reconciler.api import Api
from support.console import Around, console_before
from support.console_reconciler import FakeReconciler
from support.outlook import Bus
from support.reconciling import Reconciling
from support.rubbish import bodies, nearly_right, sent, texts

_FIXTURES = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
FEED = Feed("outlook/ann/", "ann")
NOTICE = {
    "subscriptionId": "s",
    "clientState": FEED.client_state(b"secret"),
    "changeType": "updated",
    "lifecycleEvent": "missed",
    "resource": "users/x/events/y",
    "resourceData": {"id": "y"},
}
SETTINGS: dict[str, Any] = {
    "by": "root",
    "mailbox": "ann@contoso.test",
    "zone": "Europe/Berlin",
    "addresses": ["ann@contoso.test"],
    "name": "Ann",
    "rules": {"direction": "both", "since": "2026-01-01", "entities": {"Meeting": ""}, "default_entity": "Meeting"},
}


class Known:
    """One webhook of ours."""

    SECRET = "between EspoCRM and us"

    async def webhook(self, webhook_id: str) -> Webhook | None:
        """Give it by its id."""
        return Webhook("Meeting.update", self.SECRET) if webhook_id == "w1" else None


def filled(path: str, place: str, number: int) -> str:
    """A path whose places hold this; what the router takes as a number or a UUID only holds one."""

    def of(found: re.Match[str]) -> str:
        _, _, kind = found[1].partition(":")
        return {"int": str(number), "uuid": str(uuid4())}.get(kind) or quote(place, safe="") or "x"

    return re.sub(r"\{([^}]+)\}", of, path)


@pytest.mark.parametrize("path", [NOTIFICATIONS, LIFECYCLE])
@given(
    body=bodies | nearly_right([{"value": [NOTICE]}]).map(sent),
    feed=texts,
    mine=st.booleans(),
)
async def test_notifications(counted: Counter[str], path: str, body: bytes, feed: str, mine: bool) -> None:
    counted["notifications"] += 1
    door = Door((b"secret",), Echoes(), Bus(), Metrics(CollectorRegistry()), lambda: datetime.now(UTC))
    transport = httpx.ASGITransport(Starlette(routes=door.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://tandem.test") as http:
        query = {"feed": FEED.name if mine else feed, "account": FEED.account}
        answer = await http.post(path, params=query, content=body)
    assert answer.status_code in {200, 202, 400, 413}


@given(body=bodies | nearly_right([[{"id": "r1"}]]).map(sent), header=texts, signed=st.booleans(), entity=texts)
async def test_webhooks(counted: Counter[str], body: bytes, header: str, signed: bool, entity: str) -> None:
    counted["webhooks"] += 1
    known: Any = Known()
    entrance = Entrance(known, Bus(), EspoMetrics(CollectorRegistry()))
    digest = hmac.new(Known.SECRET.encode(), body, hashlib.sha256).hexdigest()
    signature = base64.b64encode(f"w1:{digest}".encode()) if signed else header.encode()
    path = f"/espo/webhooks/{'Meeting' if signed else quote(entity, safe='') or 'x'}/update"
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=entrance.routes())), base_url="http://tandem.test"
    ) as http:
        answer = await http.post(path, content=body, headers=[(b"Signature", signature)])
    assert answer.status_code in ({200, 400} if signed else {401, 404})


@pytest.mark.timeout(600)
@_FIXTURES
@given(data=st.data())
async def test_the_reconcilers_interface(counted: Counter[str], reconciling: Reconciling, data: st.DataObject) -> None:
    counted["the reconciler's interface"] += 1
    routes = Api(reconciling.database, reconciling.settings).routes()
    route = data.draw(st.sampled_from(routes))
    (method,) = (route.methods or set()) - {"HEAD"}
    path = filled(route.path, data.draw(texts), data.draw(st.integers(0, 2**70)))
    query = data.draw(
        st.dictionaries(st.sampled_from(["limit", "before", "by", "state", "q", "account"]), texts, max_size=2)
    )
    right = st.just(SETTINGS) | nearly_right([SETTINGS])
    body = data.draw(bodies | right.map(sent)) if method != "GET" else b""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(Starlette(routes=routes)), base_url="http://reconciler.test"
    ) as http:
        answer = await http.request(method, path, params=query, content=body)
    assert answer.status_code < 500, (method, path, answer.text)


@pytest.fixture
async def around() -> AsyncIterator[Around]:
    async with console_before(FakeReconciler()) as around:
        yield around


FORMS = (
    "/sign-in",
    "/sign-out",
    "/users/ann-id/outlook",
    "/users/ann-id/outlook/rows",
    "/users/ann-id/outlook/connect",
    "/users/ann-id/outlook/begin",
    "/users/ann-id/held",
    "/administration/access",
    "/administration/connections",
)
FIELDS = (
    "user", "password", "code", "next", "calendar", "direction", "since", "entity", "label", "default_entity", "main_calendar",
    "other_calendars", "word", "account", "granted", "mailbox", "private", "categories", "blocked_domains", "winner", "links",
)  # fmt: skip


@pytest.mark.timeout(600)
@_FIXTURES
@given(path=st.sampled_from(FORMS), form=st.dictionaries(st.sampled_from(FIELDS) | texts, texts, max_size=6))
async def test_the_consoles_forms(counted: Counter[str], around: Around, path: str, form: dict[str, str]) -> None:
    counted["the console's forms"] += 1
    async with httpx.AsyncClient(base_url=around.url, headers={"Origin": around.url}) as http:
        await http.post("/sign-in", data={"user": "root", "password": "root"})
        page = await http.get("/users/root-id/sync")
        token = re.search(r'name="csrf" value="([^"]+)"', page.text)
        assert token is not None
        answer = await http.post(path, data=form | {"csrf": token[1]})
    assert answer.status_code != 500, (path, answer.text)


@_FIXTURES
@given(
    query=st.dictionaries(st.sampled_from(["state", "code", "error", "error_description"]) | texts, texts, max_size=4)
)
async def test_what_comes_back_from_consent(counted: Counter[str], around: Around, query: dict[str, str]) -> None:
    counted["consents that come back"] += 1
    async with httpx.AsyncClient(base_url=around.url) as http:
        await http.post("/sign-in", data={"user": "ann", "password": "ann"}, headers={"Origin": around.url})
        answer = await http.get("/oauth/callback", params=query)
    assert answer.status_code < 500
    assert around.outlook.grants == {}
