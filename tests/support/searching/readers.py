"""What reads others' bytes, each as a function that fails if the reader breaks the law that is written above it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import msgspec

from bus.consuming.delivery import Reader
from bus.errors import permanent_reason
from contracts import changes, looks, meetings, notices, outcomes, writes
from contracts.events import PersonKind, Private
from espo_connector.asking.answers import error_of, moment_of
from espo_connector.asking.patience import Patience
from espo_connector.errors import EspoError
from espo_connector.fields.schema import EntityType
from espo_connector.fields.titles import accepted, shown
from espo_connector.hooks.signatures import signature_in
from espo_connector.translate import Unreadable, event_of
from graph.asking.answers import Notifications, Page
from graph.asking.failures import Asked, failure
from network.not_json import NOT_JSON
from outlook_connector.changes import Vantage
from outlook_connector.fields.page import UnreadableError
from outlook_connector.fields.teams_block import description_of_html
from outlook_connector.fields.text import canonical, from_html, to_html

_NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
_MEETING = EntityType("Meeting", kinds=tuple(PersonKind), location="location", location_length=255)
_LONGEST_PAUSE = timedelta(hours=1)
_MESSAGES: tuple[Any, ...] = (
    *(looks.OutlookLook, looks.EspoLook, writes.OutlookWrite, writes.EspoWrite, meetings.TeamsRequest),
    *(changes.OutlookChange, changes.EspoChange, notices.OutlookNotice, outcomes.AnyOutcome),
)


def page_of_graph(data: bytes) -> None:
    """Every item of a page that is JSON is seen, gone or skipped with a reason."""
    try:
        page = msgspec.json.decode(data, type=Page)
    except NOT_JSON:
        return
    for private in Private:
        Vantage("ann", "", _NOW, private).changes(page.value)


def refusal_of_graph(data: bytes) -> None:
    """Whatever status, header and body say, it is one of our errors, and no pause is longer than an hour."""
    status, header, body = 400 + (data[0] if data else 0) % 200, data[1:40].decode("latin-1"), data[40:]
    for safe in (True, False):
        error = failure(status, {"retry-after": header}, body, Asked(safe=safe, of_mailbox=True), _NOW)
        until = getattr(error, "until", _NOW)
        assert _NOW <= until <= _NOW + _LONGEST_PAUSE, until


def body_of_event(data: bytes) -> None:
    """A body is read as text in canonical form, or unreadable; and text comes back from our HTML as it went in."""
    text = data.decode("utf-8", "replace")
    try:
        shown_text = description_of_html(text)
    except UnreadableError:
        return
    assert canonical(shown_text) == shown_text
    assert from_html(to_html(text)) == canonical(text)


def notification(data: bytes) -> None:
    """A notification is understood or malformed."""
    try:
        msgspec.json.decode(data, type=Notifications)
    except NOT_JSON:
        return


def refusal_of_espo(data: bytes) -> None:
    """Whatever EspoCRM answers, it is one of our errors."""
    status, header, body = 400 + (data[0] if data else 0) % 200, data[1:40].decode("latin-1"), data[40:]
    headers = [(name.encode(), header.encode("latin-1")) for name in ("X-Status-Reason", "Retry-After", "Date")]
    answer = httpx.Response(status, headers=headers, content=body)
    moment_of(answer)
    assert isinstance(error_of(answer, Patience(lambda: _NOW)), EspoError)


def times_of_record(data: bytes) -> None:
    """A record with any texts in its fields is an event, or unreadable."""
    parts = data.decode("utf-8", "replace").split("\n")
    fields = ("dateStart", "dateEnd", "dateStartDate", "dateEndDate", "name", "description", "status", "location")
    try:
        event_of(dict(zip(fields, parts, strict=False)), _MEETING, {}, "api")
    except Unreadable:
        return


def title(data: bytes) -> None:
    """A title that EspoCRM was given is accepted again as it is."""
    text = data.decode("utf-8", "replace")
    assert accepted(shown(accepted(text))) == accepted(text)


def signature(data: bytes) -> None:
    """A signature proves nothing, whatever it says, without the secret."""
    header, _, body = data.partition(b"\n")
    for name in ("signature", "x-signature"):
        found = signature_in({name: header.decode("latin-1")})
        assert found is None or not found.proves(body, "secret")


def message(data: bytes) -> None:
    """Whatever a topic holds is understood or parked."""
    headers = [("message_id", data[:16]), ("traceparent", data[16:80])]
    record: Any = SimpleNamespace(topic="t", partition=0, offset=1, key=b"ann", value=data, headers=headers)
    for kind in _MESSAGES:
        try:
            Reader[Any](kind).read(record)
        except Exception as error:
            if permanent_reason(error) is None:
                raise


def liar(data: bytes) -> None:
    """Breaks its law where hardly any input of chance would show it."""
    if data[:1] == b"L" and data[1:2] == b"I":
        assert data[2:3] != b"E"


READERS: dict[str, Callable[[bytes], None]] = {
    reader.__name__: reader
    for reader in (
        page_of_graph,
        refusal_of_graph,
        body_of_event,
        notification,
        refusal_of_espo,
        times_of_record,
        title,
        signature,
        message,
        liar,
    )
}

SEEDS: dict[str, tuple[bytes, ...]] = {
    "page_of_graph": (
        json.dumps(
            {
                "value": [
                    {
                        "id": "a",
                        "@odata.etag": 'W/"1"',
                        "subject": "Call Ann",
                        "lastModifiedDateTime": "2026-03-01T08:00:00Z",
                        "start": {"dateTime": "2026-03-01T08:00:00.0000000", "timeZone": "UTC"},
                        "end": {"dateTime": "2026-03-01T09:00:00.0000000", "timeZone": "UTC"},
                        "body": {"contentType": "html", "content": "<p>Hello</p>"},
                        "attendees": [{"emailAddress": {"address": "bo@x.test", "name": "Bo"}, "type": "required"}],
                    },
                    {"id": "b", "@removed": {"reason": "deleted"}},
                ]
            }
        ).encode(),
    ),
    "refusal_of_graph": (b"\x1d2.128" + b" " * 40, b"\x1dWed, 21 Oct 2026 07:28:00 GMT" + b' {"error":{"code":"x"}}'),
    "body_of_event": (
        b"<html><body><p>a <b>b</b><br>c</p><pre> d\te</pre><div class='me-email-text'>x</div></body></html>",
    ),
    "notification": (
        b'{"value":[{"subscriptionId":"s","clientState":"c","changeType":"updated","lifecycleEvent":"missed"}]}',
    ),
    "refusal_of_espo": (b"\x03cannotModifyLockedRecord" + b" " * 40 + b'{"messageTranslation":{"label":"x"}}',),
    "times_of_record": (b"2026-03-01 08:00:00\n2026-03-01 09:00:00\n2026-03-01\n2026-03-02\nCall\nText\nHeld\nHere",),
    "title": (b"A <-> B = C", "\N{SMALL LESS-THAN SIGN} x ".encode()),
    "signature": (b"d2ViaG9va0lkOmFiY2RlZg==\n{}",),
}
"""Where a search begins; those of `message` are the messages that every version has to understand."""
