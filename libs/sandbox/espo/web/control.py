"""The control surface: what tests and demonstrations do to the simulator, never counted, faulted or delayed.

- `POST /_control/faults` a list of `{"method", "path", "times", "status", "headers", "body", "delay_ms", "drop", "caller"}`:
  `path` is a regular expression, `caller` the API key of who is meant, `drop` is `before` or `after` (carried out, then
  the connection closes unanswered); `DELETE` forgets them.
- `GET /_control/requests` what was asked: method, path, query, status (null: no answer), time, user; `DELETE` clears.
- `POST /_control/reset` the instance as at its start; the clock stays.
- `POST /_control/clock` `{"now": ISO}` or `{"advance_seconds": n}`.
- `GET /_control/state` counts of records, waiting webhooks, access tokens, faults, the clock.
- `POST /_control/latency` `{"ms": n}` added to every answer of the API.
- `POST /_control/cron` runs the webhook job now: `{"sent": n, "crashed": null or the error}`.
- `POST /_control/maintenance` `{"on": bool}`.
- `POST /_control/users` `{userName, name, emailAddress(es), type, password or apiKey, timeZone, acl}`; the record.
  `acl` is a role's `data`; the password of a user without one is the user name. A user with a `secondStepCode` needs it
  to sign in, for ever the same one.
- `POST /_control/contacts`, `POST /_control/leads` `{name or firstName/lastName, emailAddress(es), ...}`; the record.
- `POST /_control/webhooks` `{"lose": n, "duplicate": n, "reorder": bool}` for the deliveries to come.
- `POST /_control/webhooks/make-due` makes every retry due: `{"due": n}`.
"""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sandbox.espo.shell import Shell
from sandbox.espo.webhooks.delivery import Disturbances

BASE = "/_control/"
Handler = Callable[[Shell, Any], Awaitable[Any] | Any]


async def serve(shell: Shell, method: str, path: str, raw: bytes) -> tuple[int, Any]:
    """Answer a control call: status and JSON value. Raises EspoError where a seeded record is refused."""
    handler = _HANDLERS.get((method, path.removeprefix(BASE)))
    if handler is None:
        return 404, {"error": f"no such control: {method} {path}"}
    try:
        result = handler(shell, json.loads(raw) if raw else {})
    except (KeyError, ValueError, TypeError) as wrong:
        return 400, {"error": f"{type(wrong).__name__}: {wrong}"}
    return 200, await result if isinstance(result, Awaitable) else result


def _add_faults(shell: Shell, body: Any) -> Any:
    shell.faults.add(body if isinstance(body, list) else [body])
    return {"faults": shell.faults.shown()}


def _clear_faults(shell: Shell, _: Any) -> Any:
    shell.faults.clear()
    return {"faults": []}


def _clear_requests(shell: Shell, _: Any) -> Any:
    shell.requests.clear()
    return []


def _reset(shell: Shell, _: Any) -> Any:
    shell.reset()
    return _state(shell, None)


def _clock(shell: Shell, body: Any) -> Any:
    if "now" in body:
        moment = datetime.fromisoformat(body["now"])
        if moment.tzinfo is None:
            raise ValueError("now needs an offset, such as Z")
        shell.clock.set(moment)
    shell.clock.advance(float(body.get("advance_seconds", 0)))
    return {"now": shell.clock.now().isoformat()}


def _state(shell: Shell, _: Any) -> Any:
    simulator = shell.simulator
    store = simulator.store
    return {
        "version": simulator.config.version,
        "zone": simulator.zone,
        "now": shell.clock.now().isoformat(),
        "maintenance": simulator.maintenance,
        "latency_ms": shell.latency_ms,
        "records": {each.name: sum(1 for _ in store.table(each.name).live()) for each in simulator.registry.all()},
        "webhook_events_waiting": simulator.queue.waiting,
        "tokens": simulator.auth.tokens,
        "faults": shell.faults.shown(),
    }


def _latency(shell: Shell, body: Any) -> Any:
    shell.latency_ms = float(body["ms"])
    return {"ms": shell.latency_ms}


async def _cron(shell: Shell, _: Any) -> Any:
    sent = await shell.run_webhook_job()
    return {"sent": sent, "crashed": shell.simulator.delivery.crashed}


def _maintenance(shell: Shell, body: Any) -> Any:
    shell.simulator.maintenance = bool(body["on"])
    return {"on": shell.simulator.maintenance}


def _disturb(shell: Shell, body: Any) -> Any:
    disturbances = Disturbances(
        lose=int(body.get("lose", 0)), duplicate=int(body.get("duplicate", 0)), reorder=bool(body.get("reorder", False))
    )
    shell.simulator.delivery.disturbances = disturbances
    return {"lose": disturbances.lose, "duplicate": disturbances.duplicate, "reorder": disturbances.reorder}


_HANDLERS: dict[tuple[str, str], Handler] = {
    ("POST", "faults"): _add_faults,
    ("DELETE", "faults"): _clear_faults,
    ("GET", "requests"): lambda shell, _: [each.shown() for each in shell.requests],
    ("DELETE", "requests"): _clear_requests,
    ("POST", "reset"): _reset,
    ("POST", "clock"): _clock,
    ("GET", "state"): _state,
    ("POST", "latency"): _latency,
    ("POST", "cron"): _cron,
    ("POST", "maintenance"): _maintenance,
    ("POST", "users"): lambda shell, body: shell.simulator.add_user(body),
    ("POST", "contacts"): lambda shell, body: shell.simulator.add_person("Contact", body),
    ("POST", "leads"): lambda shell, body: shell.simulator.add_person("Lead", body),
    ("POST", "webhooks"): _disturb,
    ("POST", "webhooks/make-due"): lambda shell, _: {"due": shell.simulator.queue.make_due()},
}
