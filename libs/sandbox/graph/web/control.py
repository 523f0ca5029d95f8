"""The control surface: how tests and demonstrations steer the simulator. Never throttled, recorded or faulted.

All under `/_control`; bodies and answers are JSON; a wrong body is answered 422 with the reason.

- `POST faults` a list of `{"method", "path", "times", "status", "headers", "body", "delay_ms", "drop", "caller"}`, see `Fault`;
  `DELETE faults` forgets them.
- `GET requests` what was asked, in order, the newest 200,000 (`method`, `path`, `status`, `time`, `app`);
  `DELETE requests` forgets it.
- `GET outbox` the mails sent (`kind`, `event`, `iCalUId`, `subject`, `from`, `to`, `at`).
- `POST reset` begin anew. `GET state` mailboxes, events, subscriptions, clock.
- `POST clock` `{"now": "2026-03-01T08:00:00Z"}` or `{"advance_seconds": 60}`. `POST latency` `{"ms": 50}`.
- `POST mailboxes` `{"upn", "name", "aliases", "zone", "teams", "mailbox", "keeps_declined", "birthdays", "oid"}`.
- `POST groups` `{"address", "members"}` a distribution group of people by their names.
- `POST notifications` `{"lose": n, "duplicate": n, "delay_ms": n, "reorder": true, "forge": {"subscriptionId", …}}`.
- `POST subscriptions/{id}/remove` `{"lifecycle": true}`; `POST subscriptions/{id}/lifecycle` `{"event": "missed"}`.
- `POST delta/expire` every delta token is too old now.
- `POST tokens/revoke` `{"user", "error", "code", "suberror", "access": true, "claims"}`: refresh tokens are refused
  with that error; `access` expires access tokens, `claims` has Graph challenge for them.
- `POST events/{id}/move` `{"mailbox", "calendar"}` as dragging does in Outlook (Graph v1.0 has no call for it);
  `POST events/{id}/touch` `{"mailbox"}` a new version without visible change.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.graph.calendars.people import Person
from sandbox.graph.clock import text_of
from sandbox.graph.errors import GraphError
from sandbox.graph.login.tokens import LoginError
from sandbox.graph.simulator import Simulator
from sandbox.graph.web import wishes
from sandbox.graph.web.faults import Fault

T = TypeVar("T")


class Control:
    """The endpoints, over one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def routes(self) -> list[Route]:
        """List the routes."""
        table: list[tuple[str, str, Callable[[Request], Awaitable[Any]]]] = [
            ("POST", "faults", self._add_faults),
            ("DELETE", "faults", self._clear_faults),
            ("GET", "requests", self._requests),
            ("DELETE", "requests", self._clear_requests),
            ("GET", "outbox", self._outbox),
            ("POST", "reset", self._reset),
            ("GET", "state", self._state),
            ("POST", "clock", self._clock),
            ("POST", "latency", self._latency),
            ("POST", "mailboxes", self._add_mailbox),
            ("POST", "groups", self._add_group),
            ("POST", "notifications", self._notifications),
            ("POST", "subscriptions/{id}/remove", self._remove_subscription),
            ("POST", "subscriptions/{id}/lifecycle", self._lifecycle),
            ("POST", "delta/expire", self._expire_delta),
            ("POST", "tokens/revoke", self._revoke),
            ("POST", "events/{id}/move", self._move),
            ("POST", "events/{id}/touch", self._touch),
        ]
        return [Route(f"/_control/{path}", _answering(handler), methods=[method]) for method, path, handler in table]

    async def _add_faults(self, request: Request) -> Any:
        faults = await _read(request, list[Fault])
        self._simulator.faults.add(faults)
        return {"added": len(faults)}

    async def _clear_faults(self, _: Request) -> Any:
        self._simulator.faults.clear()
        return {}

    async def _requests(self, _: Request) -> Any:
        return [record.shown() for record in self._simulator.records]

    async def _clear_requests(self, _: Request) -> Any:
        self._simulator.records.clear()
        return {}

    async def _outbox(self, _: Request) -> Any:
        return [mail.shown() for mail in self._simulator.tenant.outbox]

    async def _reset(self, _: Request) -> Any:
        await self._simulator.reset()
        return {}

    async def _state(self, _: Request) -> Any:
        simulator = self._simulator
        return {
            "now": text_of(simulator.clock.now()),
            "tenant": simulator.config.tenant_id,
            "mailboxes": [
                {
                    "oid": mailbox.person.oid,
                    "upn": mailbox.person.upn,
                    "name": mailbox.person.name,
                    "calendars": [
                        {"id": one.id, "name": one.name, "events": len(one.items), "generation": one.log.head}
                        for one in mailbox.calendars.values()
                    ],
                }
                for mailbox in simulator.tenant.mailboxes.values()
            ],
            "subscriptions": [one.shown() for one in simulator.subscriptions.of()],
            "mails": len(simulator.tenant.outbox),
        }

    async def _clock(self, request: Request) -> Any:
        wish = await _read(request, wishes.Time)
        if wish.now is not None:
            self._simulator.clock.set(wish.now)
        self._simulator.clock.advance(wish.advance_seconds)
        self._simulator.delivery.settle()
        return {"now": text_of(self._simulator.clock.now())}

    async def _latency(self, request: Request) -> Any:
        self._simulator.graph.latency_ms = (await _read(request, wishes.Latency)).ms
        return {}

    async def _add_mailbox(self, request: Request) -> Any:
        wish = await _read(request, wishes.NewMailbox)
        person = Person(
            oid=wish.oid or self._simulator.tenant.ids.guid(),
            upn=wish.upn,
            name=wish.name or wish.upn,
            aliases=tuple(wish.aliases),
            zone=wish.zone,
            teams=wish.teams,
            mailbox=wish.mailbox,
            keeps_declined=wish.keeps_declined,
            birthdays=wish.birthdays,
        )
        mailbox = self._simulator.tenant.join(person)
        return {"oid": person.oid, "calendars": {one.name: one.id for one in mailbox.calendars.values()}}

    async def _add_group(self, request: Request) -> Any:
        wish = await _read(request, wishes.NewGroup)
        self._simulator.tenant.groups[wish.address.lower()] = tuple(wish.members)
        return {}

    async def _notifications(self, request: Request) -> Any:
        wish = await _read(request, wishes.Notifications)
        mischief = self._simulator.delivery.mischief
        mischief.lose = mischief.lose if wish.lose is None else wish.lose
        mischief.duplicate = mischief.duplicate if wish.duplicate is None else wish.duplicate
        mischief.delay = mischief.delay if wish.delay_ms is None else wish.delay_ms / 1000
        mischief.reorder = mischief.reorder if wish.reorder is None else wish.reorder
        if wish.forge is None:
            return {}
        subscription = self._simulator.subscriptions.find(wish.forge["subscriptionId"], None)
        return {"status": await self._simulator.delivery.forge(subscription, wish.forge)}

    async def _remove_subscription(self, request: Request) -> Any:
        wish = await _read(request, wishes.Removal)
        subscription = self._simulator.subscriptions.find(request.path_params["id"], None)
        self._simulator.subscriptions.remove(subscription)
        return {"told": wish.lifecycle and self._simulator.delivery.tell_lifecycle(subscription, "subscriptionRemoved")}

    async def _lifecycle(self, request: Request) -> Any:
        wish = await _read(request, wishes.Lifecycle)
        subscription = self._simulator.subscriptions.find(request.path_params["id"], None)
        return {"told": self._simulator.delivery.tell_lifecycle(subscription, wish.event)}

    async def _expire_delta(self, _: Request) -> Any:
        self._simulator.tenant.delta_epoch += 1
        return {}

    async def _revoke(self, request: Request) -> Any:
        wish = await _read(request, wishes.Revocation)
        person = self._simulator.tenant.people.find(wish.user) if wish.user else None
        if wish.user and person is None:
            raise ValueError(f"nobody is called {wish.user}")
        refusal = LoginError(wish.error, wish.code, "Access was revoked.", suberror=wish.suberror)
        touched = self._simulator.tokens.revoke(person, refusal, access=wish.access, claims=wish.claims)
        return {"touched": touched}

    async def _move(self, request: Request) -> Any:
        wish = await _read(request, wishes.Place)
        mailbox = self._simulator.tenant.mailbox_of(wish.mailbox)
        item = mailbox.find(request.path_params["id"])
        mailbox.move(item, mailbox.calendar(wish.calendar) if wish.calendar else mailbox.default)
        return {"id": item.rest_id, "immutableId": item.immutable_id}

    async def _touch(self, request: Request) -> Any:
        wish = await _read(request, wishes.Place)
        mailbox = self._simulator.tenant.mailbox_of(wish.mailbox)
        item = mailbox.find(request.path_params["id"])
        mailbox.changed(item)
        return {"changeKey": item.change_key}


def _answering(handler: Callable[[Request], Awaitable[Any]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            return _json(await handler(request))
        except GraphError as error:
            return _json({"error": error.message}, error.status)
        except (ValueError, KeyError, httpx.HTTPError) as error:
            return _json({"error": str(error)}, 422)

    return endpoint


async def _read(request: Request, kind: type[T]) -> T:
    body = await request.body()
    return msgspec.json.decode(body or b"{}", type=kind)


def _json(body: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")
