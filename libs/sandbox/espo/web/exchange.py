"""Requests and answers of the API, free of any server: what the routes take and give."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.espo import errors, phpjson
from sandbox.espo.access.acl import Access

BASE = "/api/v1"


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `path` is relative to the API's base, decoded, with its leading slash; header names lower-case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    raw: bytes
    address: str

    @property
    def segments(self) -> list[str]:
        """The parts of the path."""
        return [each for each in self.path.split("/") if each]

    def body(self) -> dict[str, Any]:
        """Give the JSON object of the body; anything but an object, or another content type, is an empty one.

        Raises EspoError 500 for malformed JSON.
        """
        if not self.raw or "application/json" not in self.headers.get("content-type", ""):
            return {}
        try:
            decoded = json.loads(self.raw)
        except ValueError as malformed:
            raise errors.crashed() from malformed
        return decoded if isinstance(decoded, dict) else {}

    def flag(self, header: str) -> bool:
        """Say whether a header is set to true."""
        return self.headers.get(header, "").lower() == "true"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer, encoded."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = errors.JSON_TYPE


@dataclass(frozen=True, slots=True)
class Context:
    """A call and who makes it."""

    call: Call
    access: Access


def answered(value: Any, status: int = 200) -> Answer:
    """Give a value as EspoCRM's JSON."""
    return Answer(status, phpjson.encode(value))


def refused(error: errors.EspoError) -> Answer:
    """Give the answer that an error carries."""
    headers = {} if error.reason is None else {"X-Status-Reason": error.reason}
    body = b"" if error.body is None else phpjson.encode(error.body)
    return Answer(error.status, body, headers, error.content_type)


_PAGE = (
    '<!doctype html><html lang="en">    <head>        <meta charset="utf-8">        <meta name="viewport" '
    'content="width=device-width, initial-scale=1">        <title>{title}</title>        <style>            '
    "body{{margin:0;padding:30px;font:12px/1.5 Helvetica,Arial,Verdana,sans-serif}}            "
    "h1{{margin:0;font-size:48px;font-weight:normal;line-height:48px}}            "
    "strong{{display:inline-block;width:65px}}        </style>    </head>    <body>        <h1>{title}</h1>        "
    '<div><p>{text}</p></div>        <a href="#" onclick="window.history.go(-1)">Go Back</a>    </body></html>'
)
_HTML = "text/html;charset=UTF-8"


def no_route() -> Answer:
    """Give the web framework's own page for a path that matches nothing."""
    text = "The requested resource could not be found. Please verify the URI and try again."
    return Answer(404, _PAGE.format(title="404 Not Found", text=text).encode(), content_type=_HTML)


def wrong_method(allowed: str) -> Answer:
    """Give the web framework's own page for a method that the path does not take."""
    text = "The request method is not supported for the requested resource."
    page = _PAGE.format(title="405 Method Not Allowed", text=text).encode()
    return Answer(405, page, {"Allow": allowed}, _HTML)
