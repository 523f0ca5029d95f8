"""How every path answers: in JSON, and where it says no, in words that name what is wrong.

`{"error": words}`, with 422 also `"problems": [{"field", "problem"}]`. An endpoint raises `Refusal`; whatever a caller may send,
only a defect of ours ends as 500.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from reconciler.store import OUTAGE

Endpoint = Callable[[Request], Awaitable[Response]]

log = structlog.get_logger()


class Refusal(Exception):  # noqa: N818  # a statement, as Permanent and Transient are
    """The request cannot be granted: `status` is HTTP's, `error` says why in words."""

    def __init__(self, status: int, error: str, problems: Mapping[str, str] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.content: dict[str, Any] = {"error": error}
        if problems:
            self.content["problems"] = [{"field": field, "problem": problem} for field, problem in problems.items()]


def no_sense(**problems: str) -> Refusal:
    """The refusal of values that make no sense, by the name of each."""
    return Refusal(422, "these values make no sense", problems)


def answer(content: Any, status: int = 200) -> Response:
    """Answer in JSON; moments in ISO 8601."""
    return Response(json.dumps(content, default=_text), status, media_type=JSONResponse.media_type)


def route(method: str, path: str, endpoint: Endpoint) -> Route:
    """One path of the interface, with a refusal or an outage of the database answered in words."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        try:
            _check_characters(request)
            return await endpoint(request)
        except Refusal as refusal:
            return answer(refusal.content, refusal.status)
        except OUTAGE as error:
            log.warning("request not served", path=path, error=type(error).__name__)
            return answer({"error": "the database is out of reach, or gave up; try again"}, 503)

    return Route(path, answered, methods=[method])


def _check_characters(request: Request) -> None:
    """PostgreSQL's text takes every character but this one, so nothing of ours has it in its name."""
    if any("\0" in str(value) for value in (*request.path_params.values(), *request.query_params.values())):
        raise Refusal(404, "nothing has such a name")


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
