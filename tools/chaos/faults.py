"""What goes wrong, by name. Each fault strikes, stays for a while and is put right again."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from tools.chaos.field import SERVICES, Field

Fault = Callable[[Field], Awaitable[bool]]
"""Strikes and puts right; tells whether there was anything to strike."""


async def _killed(name: str, field: Field) -> bool:
    program = await field.crash(name)
    if program is not None:
        await asyncio.sleep(field.rng.uniform(0, 2))
        await field.start(program)
    return program is not None


async def _stopped(name: str, field: Field) -> bool:
    program = await field.stop(name)
    if program is not None:
        await asyncio.sleep(field.rng.uniform(0.5, 4))
        await field.start(program)
    return program is not None


async def _scaled(name: str, field: Field) -> bool:
    """A second replica comes and goes: two rebalances, the second one orderly or not."""
    program = field.second(name)
    if program is None:
        return False
    await field.start(program)
    await asyncio.sleep(field.rng.uniform(6, 12))
    await (field.stop if field.rng.random() < 1 / 2 else field.crash)(program.name)
    return True


async def _graph(order: Mapping[str, Any], field: Field) -> bool:
    app = field.system.addresses.graph.client_id
    await field.graph("POST", "faults", [{**order, "caller": app, "times": field.rng.randint(1, 6)}])
    return True


async def _sign_in(order: Mapping[str, Any], field: Field) -> bool:
    """The token endpoint fails while a token is wanted: who just starts wants one."""
    await field.graph("POST", "faults", [{"path": "/oauth2/v2.0/token", "times": field.rng.randint(1, 4), **order}])
    return await _killed("outlook_connector", field)


async def _espo(order: Mapping[str, Any], field: Field) -> bool:
    key = field.system.addresses.espo.api_key
    await field.espo("POST", "faults", [{**order, "caller": key, "times": field.rng.randint(1, 6)}])
    return True


async def _delta_expired(field: Field) -> bool:
    await field.graph("POST", "delta/expire")
    return True


async def _subscription_vanished(field: Field) -> bool:
    known = (await field.graph("GET", "state"))["subscriptions"]
    if known:
        wish = {"lifecycle": field.rng.random() < 1 / 2}
        await field.graph("POST", f"subscriptions/{field.rng.choice(known)['id']}/remove", wish)
    return bool(known)


async def _notifications_wrong(field: Field) -> bool:
    mischief = field.rng.choice([{"lose": 5}, {"duplicate": 10}, {"reorder": True}, {"delay_ms": 2000}])
    await field.graph("POST", "notifications", mischief)
    return True


async def _webhooks_wrong(field: Field) -> bool:
    await field.espo("POST", "webhooks", field.rng.choice([{"lose": 5}, {"duplicate": 5}, {"reorder": True}]))
    return True


async def _consent_lost(field: Field) -> bool:
    await field.consent.revoke()
    await asyncio.sleep(field.rng.uniform(2, 5))
    await field.consent.give()
    return True


_WRITES_OF_GRAPH = ("POST", "PATCH", "DELETE")
_WRITES_OF_ESPO = ("POST", "PUT", "DELETE")
_EVENTS = "/events"
_RECORDS = "/(Meeting|Call)"

FAULTS: Mapping[str, Fault] = {
    **{f"{name} killed": partial(_killed, name) for name in SERVICES},
    "Kafka stopped": partial(_stopped, "kafka"),
    "PostgreSQL stopped": partial(_stopped, "postgres"),
    **{f"{name} scaled up and down": partial(_scaled, name) for name in SERVICES[:3]},
    **{
        f"Graph: answer to {method} lost": partial(_graph, {"method": method, "path": _EVENTS, "drop": "after"})
        for method in _WRITES_OF_GRAPH
    },
    "Graph: connection cut": partial(_graph, {"path": _EVENTS, "drop": "before"}),
    "Graph: throttled, whole seconds": partial(_graph, {"status": 429, "headers": {"Retry-After": "2"}}),
    "Graph: throttled, fractions": partial(_graph, {"status": 429, "headers": {"Retry-After": "1.25"}}),
    "Graph: throttled, unsaid": partial(_graph, {"status": 429}),
    "Graph: 500": partial(_graph, {"status": 500}),
    "Graph: 503 on a page": partial(_graph, {"method": "GET", "status": 503}),
    "Graph: 504 on a write": partial(_graph, {"method": "PATCH", "status": 504}),
    "Graph: slow": partial(_graph, {"delay_ms": 4000}),
    "sign-in: 500": partial(_sign_in, {"status": 500}),
    **{
        f"EspoCRM: answer to {method} lost": partial(_espo, {"method": method, "path": _RECORDS, "drop": "after"})
        for method in _WRITES_OF_ESPO
    },
    "EspoCRM: connection cut": partial(_espo, {"path": _RECORDS, "drop": "before"}),
    "EspoCRM: 500": partial(_espo, {"status": 500}),
    "EspoCRM: maintenance": partial(_espo, {"status": 503}),
    "EspoCRM: slow": partial(_espo, {"delay_ms": 4000}),
    "delta tokens expired": _delta_expired,
    "subscription vanished": _subscription_vanished,
    "notifications lost, doubled or late": _notifications_wrong,
    "webhooks lost, doubled or disordered": _webhooks_wrong,
    "consent revoked and renewed": _consent_lost,
}
