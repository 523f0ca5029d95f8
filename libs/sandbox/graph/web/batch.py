"""`$batch`: up to twenty requests in one, four at a time, with dependencies.

Source: Microsoft Graph documentation, "Combine multiple requests in one HTTP call using JSON batching". A batch saves
round trips and nothing else: each item is checked and throttled on its own.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from sandbox.graph.errors import GraphError
from sandbox.graph.web.calls import Answer, Call, Received

_MAX_ITEMS = 20
_AT_A_TIME = 4
_FAILED = 400


class _Item(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    id: str
    method: str
    url: str
    headers: dict[str, str] = {}
    body: Any = None
    depends_on: list[str] = []


class _Batch(msgspec.Struct, forbid_unknown_fields=True):
    requests: list[_Item]


async def run_batch(outer: Call, answer: Callable[[Call], Awaitable[Answer]]) -> Answer:
    """Carry out a batch. Raises GraphError 400 for a malformed envelope."""
    items = _read(outer)
    serial = any(item.depends_on for item in items)
    lane = asyncio.Semaphore(1 if serial else _AT_A_TIME)
    done: dict[str, Answer] = {}

    async def run(item: _Item) -> None:
        if any(done[other].status >= _FAILED for other in item.depends_on):
            error = {"code": "FailedDependency", "message": "A request that this one depends on failed."}
            done[item.id] = Answer(424, {"error": error})
            return
        async with lane:
            done[item.id] = await answer(_call(outer, item))

    if serial:
        for item in items:
            await run(item)
    else:
        async with asyncio.TaskGroup() as group:
            for item in items:
                group.create_task(run(item))
    return Answer(200, {"responses": [_written(name, one) for name, one in done.items()]})


def _read(outer: Call) -> list[_Item]:
    if outer.method != "POST":
        raise GraphError(405, "Request_BadRequest", "A batch is posted.")
    try:
        items = msgspec.convert(outer.json(), _Batch).requests
    except msgspec.ValidationError as error:
        raise _malformed(str(error)) from None
    if not 0 < len(items) <= _MAX_ITEMS:
        raise _malformed(f"A batch takes 1 to {_MAX_ITEMS} requests.")
    seen: set[str] = set()
    for item in items:
        if item.id in seen:
            raise _malformed(f"The request id '{item.id}' is not unique.")
        if not set(item.depends_on) <= seen:
            raise _malformed(f"The request '{item.id}' depends on one that does not come before it.")
        if "://" in item.url.partition("?")[0] or "$batch" in item.url.lower():
            raise _malformed(f"The url of request '{item.id}' must be relative, and no batch.")
        if item.body is not None and not any(name.lower() == "content-type" for name in item.headers):
            raise _malformed(f"The request '{item.id}' has a body and no Content-Type.")
        seen.add(item.id)
    return items


def _call(outer: Call, item: _Item) -> Call:
    path, _, query = item.url.partition("?")
    headers = {name.lower(): value for name, value in item.headers.items()}
    body = b"" if item.body is None else msgspec.json.encode(item.body)
    return Call.of(Received(item.method.upper(), outer.base, path, query, headers, body), outer.session)


def _written(name: str, answer: Answer) -> dict[str, Any]:
    headers = {"Cache-Control": "private", **answer.headers}
    written: dict[str, Any] = {"id": name, "status": answer.status, "headers": headers}
    if answer.body is not None:
        headers["Content-Type"] = "application/json"
        written["body"] = answer.body
    return written


def _malformed(message: str) -> GraphError:
    return GraphError(400, "BadRequest", f"Invalid batch payload format. {message}")
