"""Reads Graph's refusals: a status, a code and a header become one of our typed errors. Pure.

Decides on `error.code` and the status, never on `error.message` (Graph documentation, "Error responses and resource
types").
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import msgspec

from graph.asking.answers import ErrorAnswer, ErrorDetail
from graph.errors import (
    ChangedError,
    CursorExpiredError,
    DeniedError,
    DuplicateError,
    GraphError,
    NoMailboxError,
    NotThereError,
    ThrottledError,
    UnavailableError,
    UnclearError,
    ZoneError,
)
from network.not_json import NOT_JSON

_THROTTLE_PAUSE = timedelta(seconds=10)
_OUTAGE_PAUSE = timedelta(seconds=5)
_LONGEST_PAUSE = timedelta(hours=1)

_TRANSIENT = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.LOCKED, HTTPStatus.SERVICE_UNAVAILABLE, 509}
_HALF_DONE = {HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
_CURSOR_CODES = {"syncstatenotfound", "resyncrequired", "syncstateinvalid"}
_ITEM_IS_GONE = "erroritemnotfound"
_MAILBOX_CODES = {
    "mailboxnotenabledforrestapi": "this mailbox is not in Exchange Online, or has no licence",
    "mailboxnotsupportedforrestapi": "this mailbox is not in Exchange Online, or has no licence",
    "errornonexistentmailbox": "there is no such mailbox",
    "errorinvaliduser": "there is no such user",
    "request_resourcenotfound": "there is no such user",
}
_WORDS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "Microsoft finds the request wrong",
    HTTPStatus.UNAUTHORIZED: "Microsoft does not accept our sign-in for this mailbox",
    HTTPStatus.NOT_FOUND: "Microsoft knows no such user, mailbox or calendar",
    HTTPStatus.FORBIDDEN: "Microsoft does not allow us this mailbox or calendar",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What has to be known of a request to understand its refusal.

    `safe`: it changes nothing, so a failure half-way is as good as none at all. `of_mailbox`: it is about what a mailbox
    holds, and then "not found" may also mean the mailbox.
    """

    safe: bool
    of_mailbox: bool


def failure(status: int, headers: Mapping[str, str], content: bytes, asked: Asked, now: datetime) -> GraphError:
    """Tell what a status other than 2xx means."""
    detail = _detail(content)
    return (
        _passing(status, headers, safe=asked.safe, now=now)
        or _about_the_item(status, detail, of_mailbox=asked.of_mailbox)
        or _refusal(status, detail)
    )


def _passing(status: int, headers: Mapping[str, str], *, safe: bool, now: datetime) -> GraphError | None:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return ThrottledError(
            "Microsoft asks for fewer requests to this mailbox", _until(headers, now, _THROTTLE_PAUSE)
        )
    until = _until(headers, now, _OUTAGE_PAUSE)
    if status in _TRANSIENT or (status in _HALF_DONE and safe):
        return UnavailableError(f"Graph is not available ({status})", until)
    if status in _HALF_DONE:
        return UnclearError(f"Graph failed half-way ({status})", until)
    return None


def _about_the_item(status: int, detail: ErrorDetail, *, of_mailbox: bool) -> GraphError | None:
    code = detail.code.lower()
    if status == HTTPStatus.GONE or code in _CURSOR_CODES:
        return CursorExpiredError(f"Graph has forgotten this cursor ({status} {detail.code})")
    if status == HTTPStatus.PRECONDITION_FAILED or code == "errorirresolvableconflict":
        return ChangedError("it has been changed meanwhile")
    # Graph has been seen to answer a repeated transactionId with 400 as well as with 409.
    if status == HTTPStatus.CONFLICT or code == "errorduplicatetransactionid":
        return DuplicateError("it has been created before", detail.existing_event_id)
    # That an event is gone may lead to removals, so of a mailbox only the one code that means the item is believed.
    if code == _ITEM_IS_GONE or (status == HTTPStatus.NOT_FOUND and not of_mailbox):
        return NotThereError(f"it is not there ({status} {detail.code})")
    return None


def _refusal(status: int, detail: ErrorDetail) -> GraphError:
    code = detail.code.lower()
    if code in _MAILBOX_CODES:
        return NoMailboxError(f"{_MAILBOX_CODES[code]} ({status} {detail.code})")
    if code == "timezonenotsupportedexception":
        return ZoneError(f"Exchange does not know this time zone ({status} {detail.code})")
    what = _WORDS.get(status, "Microsoft refuses")
    return DeniedError(f"{what} ({status} {detail.code})" if detail.code else f"{what} ({status})")


def pause(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Read Retry-After: whole or fractional seconds, or an HTTP date (RFC 9110, 10.2.3; Graph's own sample says `2.128`)."""
    written = headers.get("retry-after", "").strip()
    if not written:
        return None
    try:
        asked = timedelta(seconds=float(written))
    except (ValueError, OverflowError):
        try:
            date = parsedate_to_datetime(written)
        except ValueError:
            return None
        asked = (date if date.tzinfo else date.replace(tzinfo=UTC)) - now
    return min(max(asked, timedelta()), _LONGEST_PAUSE)


def outage(reason: str, now: datetime) -> UnavailableError:
    """Name a failure of the way to Graph, before anything was carried out."""
    return UnavailableError(reason, now + _OUTAGE_PAUSE)


def lost_answer(reason: str, now: datetime) -> UnclearError:
    """Name a failure of the way to Graph after the request may have arrived."""
    return UnclearError(reason, now + _OUTAGE_PAUSE)


def _until(headers: Mapping[str, str], now: datetime, default: timedelta) -> datetime:
    asked = pause(headers, now)
    return now + (default if asked is None else asked)


def _detail(content: bytes) -> ErrorDetail:
    try:
        return msgspec.json.decode(content, type=ErrorAnswer).error
    except NOT_JSON:
        return ErrorDetail()
