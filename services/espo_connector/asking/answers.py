"""From an HTTP answer of EspoCRM to a value, or to a typed error.

EspoCRM gives its reason in the header `X-Status-Reason`, seldom a body, sometimes an HTML page, and often nothing: a
missing metadata key is 200 with no bytes, a login throttle is 403 with no reason and no bytes. (EspoCRM documentation, "API";
observed on 9.2.7, 9.3.10 and 10.0.0.) A 404 of a record or of an entity type always bears a reason; one without is of a proxy
whose EspoCRM is being restarted, and says nothing of the record.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import msgspec

from espo_connector.asking.patience import LONGEST, Patience
from espo_connector.errors import (
    Denied,
    Duplicate,
    EspoError,
    Invalid,
    KeyRefused,
    Locked,
    Maintenance,
    NobodyThere,
    NotThere,
    Rejected,
    Throttled,
    Unavailable,
    Unclear,
)
from network.not_json import NOT_JSON

_REASON = "X-Status-Reason"
_LOCKED = ("cannotModifyLockedRecord", "cannotRemoveLockedRecord")
_SAFE_REASONS = (
    "No read access",
    "No create access",
    "No edit access",
    "No delete access",
    "No 'read' access",
    "No access to ",
    "Assignment failure: assigned user or team not allowed",
    "No foreign record access",
    "Webhook number per user exceeded the limit",
    "Not supported event",
    "Entity type is ",
)
"""What EspoCRM itself says and that names no content; an administrator's own script may say anything."""


def value_of(answer: httpx.Response, patience: Patience) -> Any:
    """Read a good answer's JSON, None where it has no body.

    Raises Unclear where a good status comes with something else than JSON: a proxy or PHP broke the answer on its way.
    """
    patience.recovered()
    if not answer.content:
        return None
    try:
        return msgspec.json.decode(answer.content)
    except NOT_JSON:
        raise Unclear("EspoCRM's answer is not JSON", patience.until()) from None


def moment_of(answer: httpx.Response) -> datetime | None:
    """Read when EspoCRM answered, by its own clock: PHP's `Last-Modified`, else the web server's `Date`; None without."""
    for header in ("Last-Modified", "Date"):
        try:
            moment = parsedate_to_datetime(answer.headers[header])
        except (KeyError, ValueError):
            continue
        return moment.replace(tzinfo=moment.tzinfo or UTC)
    return None


def error_of(answer: httpx.Response, patience: Patience) -> EspoError:
    """Say what an answer that is no success means."""
    reason = answer.headers.get(_REASON, "")
    match answer.status_code:
        case 401 | 403:
            return _not_allowed(answer, reason, patience)
        case 429 | 503:
            return _not_now(answer, reason, patience)
        case status if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            return Unclear(f"EspoCRM failed with status {status}", patience.until(_asked(answer)))
        case _:
            return _not_so(answer, reason, patience)


def _not_allowed(answer: httpx.Response, reason: str, patience: Patience) -> EspoError:
    if answer.status_code == httpx.codes.UNAUTHORIZED:
        return KeyRefused(patience.until(LONGEST))
    if not reason and answer.content:
        return Denied("something in front of EspoCRM turns the request away")
    if not reason:
        return Throttled("EspoCRM turns our address away for now", patience.until(LONGEST))
    return _denied(answer, reason)


def _not_now(answer: httpx.Response, reason: str, patience: Patience) -> Unavailable:
    until = patience.until(_asked(answer))
    if "maintenance" in reason:
        return Maintenance("EspoCRM is in maintenance mode", until)
    return Unavailable("EspoCRM is unavailable", until)


def _not_so(answer: httpx.Response, reason: str, patience: Patience) -> EspoError:
    match answer.status_code:
        case 400:
            return _invalid(answer)
        case 404 if not reason:
            return NobodyThere(patience.until())
        case 404:
            return NotThere("EspoCRM has no such record")
        case 409:
            return _conflicting(reason)
        case status:
            return Rejected(f"EspoCRM answered with status {status}")


def _invalid(answer: httpx.Response) -> Invalid:
    data = _message(answer).get("data")
    if not isinstance(data, Mapping):
        return Invalid()
    return Invalid(str(data.get("field", "")), str(data.get("type", "")))


def _denied(answer: httpx.Response, reason: str) -> Denied:
    message = _message(answer)
    label, data = message.get("label"), message.get("data")
    if label in ("cannotRelateNonExisting", "cannotRelateForbidden") and isinstance(data, Mapping):
        return Denied(f"EspoCRM cannot relate a {data.get('foreignEntityType', 'record')} that is missing or forbidden")
    if reason.startswith(_SAFE_REASONS):
        return Denied(f"EspoCRM denies it: {reason.rstrip('.')}")
    return Denied("EspoCRM denies it")


def _conflicting(reason: str) -> Rejected:
    if reason in _LOCKED:
        return Locked("the record is locked in EspoCRM")
    if reason == "duplicate":
        return Duplicate("EspoCRM takes it for a duplicate")
    return Rejected("EspoCRM reports a conflict")


def _message(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        body = msgspec.json.decode(answer.content)
    except NOT_JSON:
        return {}
    message = body.get("messageTranslation") if isinstance(body, Mapping) else None
    return message if isinstance(message, Mapping) else {}


def _asked(answer: httpx.Response) -> timedelta | None:
    """Read `Retry-After` in seconds (RFC 9110, 10.2.3); its date form is as good as none."""
    try:
        return timedelta(seconds=float(answer.headers["Retry-After"]))
    except (KeyError, ValueError, OverflowError):
        return None
