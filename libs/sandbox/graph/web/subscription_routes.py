"""Requests on subscriptions: create (with its handshake), list, read, renew, reauthorize, delete."""

from sandbox.graph.errors import GraphError, access_denied
from sandbox.graph.notices.delivery import Delivery
from sandbox.graph.notices.subscriptions import Subscriptions
from sandbox.graph.web.calls import Answer, Call

_READ = frozenset({"Calendars.Read", "Calendars.ReadWrite"})


class SubscriptionRoutes:
    """The handlers of `/subscriptions`."""

    def __init__(self, subscriptions: Subscriptions, delivery: Delivery) -> None:
        self._subscriptions = subscriptions
        self._delivery = delivery

    async def answer(self, call: Call) -> Answer:
        """Answer a call below `/subscriptions`. Raises GraphError."""
        if not call.session.scopes & _READ:
            raise access_denied()
        match [call.method, *call.segments[1:]]:
            case ["POST"]:
                return await self._create(call)
            case ["GET"]:
                context = f"{call.base}/$metadata#subscriptions"
                shown = [one.shown() for one in self._subscriptions.of(call.session.app_id)]
                return Answer(200, {"@odata.context": context, "value": shown})
            case [method, subscription_id]:
                return self._on_one(call, method, subscription_id)
            case ["POST", subscription_id, "reauthorize"]:
                found = self._subscriptions.find(subscription_id, call.session.app_id)
                found.reauthorization_asked = False
                return Answer(204)
        raise GraphError(400, "BadRequest", f"Resource not found for the segment '{call.segments[-1]}'.")

    async def _create(self, call: Call) -> Answer:
        session = call.session
        immutable = call.view.immutable
        proposed = self._subscriptions.propose(call.json(), session.app_id, session.person, immutable=immutable)
        await self._delivery.handshake(proposed)
        self._subscriptions.keep(proposed)
        return Answer(201, {"@odata.context": f"{call.base}/$metadata#subscriptions/$entity", **proposed.shown()})

    def _on_one(self, call: Call, method: str, subscription_id: str) -> Answer:
        found = self._subscriptions.find(subscription_id, call.session.app_id)
        match method:
            case "GET":
                return Answer(200, found.shown())
            case "PATCH":
                self._subscriptions.renew(found, call.json())
                return Answer(200, found.shown())
            case "DELETE":
                self._subscriptions.remove(found)
                return Answer(204)
        raise GraphError(405, "Request_BadRequest", f"The method {method} is not supported here.")
