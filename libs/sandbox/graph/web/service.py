"""Graph as a service: who calls, may they, which mailbox, how many at a time; then the handler.

The HTTP application and `$batch` both come through `Graph.answer`, so a batched request meets the same checks and
limits as one of its own.
"""

import asyncio
import random
from collections.abc import Mapping
from contextlib import nullcontext

from sandbox.graph.calendars.mailbox import Mailbox
from sandbox.graph.calendars.tenant import Tenant
from sandbox.graph.errors import GraphError, access_denied, unauthenticated
from sandbox.graph.login.tokens import Tokens
from sandbox.graph.notices.delivery import Delivery
from sandbox.graph.notices.subscriptions import Subscriptions
from sandbox.graph.web.batch import run_batch
from sandbox.graph.web.calls import Answer, Call, Received, Session, refusal
from sandbox.graph.web.routes import find_route, mailbox_routes
from sandbox.graph.web.subscription_routes import SubscriptionRoutes
from sandbox.graph.web.throttle import Throttle

VERSION = "/v1.0"


class Graph:
    """The service over one tenant."""

    def __init__(
        self, tenant: Tenant, tokens: Tokens, subscriptions: Subscriptions, delivery: Delivery, latency_ms: float,
    ) -> None:  # fmt: skip
        self.latency_ms = latency_ms
        self._tenant = tenant
        self._tokens = tokens
        self._throttle = Throttle(tenant.config, tenant.clock)
        self._routes = mailbox_routes(tenant)
        self._subscriptions = SubscriptionRoutes(subscriptions, delivery)
        self._request_ids = random.Random(tenant.config.seed)

    def session(self, authorization: str) -> Session:
        """Find who calls. Raises GraphError 401, with claims to be satisfied where access was cut off."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise unauthenticated("Access token is empty.")
        session, claims = self._tokens.session(token)
        if session is None:
            raise unauthenticated("Lifetime validation failed, the token is expired.")
        if claims:
            challenge = f'Bearer realm="", error="insufficient_claims", claims="{claims}"'
            raise unauthenticated("Continuous access evaluation resulted in claims challenge.", challenge)
        return session

    async def request(self, received: Received) -> Answer:
        """Answer an HTTP request."""
        answer = await self._authenticated(received)
        answer.headers["request-id"] = self._request_id()
        answer.headers["client-request-id"] = received.headers.get("client-request-id", answer.headers["request-id"])
        return answer

    async def answer(self, call: Call) -> Answer:
        """Answer a call; a refusal is an answer too."""
        try:
            answer = await self._handled(call)
            if call.preferences.applied:
                answer.headers["Preference-Applied"] = call.preferences.applied
        except GraphError as error:
            return self._refused(error, call.headers)
        return answer

    async def _authenticated(self, received: Received) -> Answer:
        try:
            call = Call.of(received, self.session(received.headers.get("authorization", "")))
            if [segment.lower() for segment in call.segments] == ["$batch"]:
                return await run_batch(call, self.answer)
        except GraphError as error:
            return self._refused(error, received.headers)
        return await self.answer(call)

    async def _handled(self, call: Call) -> Answer:
        root = call.segments[0].lower() if call.segments else ""
        if root == "subscriptions":
            await self._wait()
            return await self._subscriptions.answer(call)
        if root == "me":
            owner, rest = call.session.person, call.segments[1:]
            if owner is None:
                message = "/me request is only valid with delegated authentication flow."
                raise GraphError(400, "BadRequest", message)
        elif root == "users" and len(call.segments) > 1:
            owner, rest = call.segments[1], call.segments[2:]
        else:
            raise GraphError(400, "BadRequest", f"Resource not found for the segment '{root}'.")
        route, names = find_route(self._routes, call.method, rest)
        if not route.scopes & call.session.scopes:
            raise access_denied()
        person = self._tenant.people.find(owner)
        with self._throttle.admitted(call.session.app_id, person.oid if person else owner) if rest else nullcontext():
            await self._wait()
            result = route.handler(call, self._mailbox(call.session, owner, whole=bool(rest)), *names)
            return result if isinstance(result, Answer) else await result

    def _mailbox(self, session: Session, owner: str, *, whole: bool) -> Mailbox:
        person = self._tenant.people.find(owner)
        if person is not None and session.person not in {None, person.oid}:
            raise access_denied()
        if person is not None and not whole:
            return self._tenant.mailboxes[person.oid]
        return self._tenant.mailbox_of(owner)

    async def _wait(self) -> None:
        if self.latency_ms:
            await asyncio.sleep(self.latency_ms / 1000)

    def _refused(self, error: GraphError, headers: Mapping[str, str]) -> Answer:
        request_id = self._request_id()
        return refusal(error, request_id, headers.get("client-request-id", request_id), self._tenant.clock.now())

    def _request_id(self) -> str:
        digits = f"{self._request_ids.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
