"""What Graph's refusals mean."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from graph.asking.failures import Asked, failure, pause
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

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def refused(
    status: int, code: str = "", *, safe: bool = False, of_mailbox: bool = True, headers: dict[str, str] | None = None
) -> GraphError:
    content = msgspec.json.encode({"error": {"code": code, "message": "Subject 'Merger' of ann@contoso.com"}})
    return failure(status, headers or {}, content, Asked(safe=safe, of_mailbox=of_mailbox), NOW)


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, "ErrorInvalidRequest", DeniedError),
        (400, "ErrorDuplicateTransactionId", DuplicateError),
        (400, "syncStateNotFound", CursorExpiredError),
        (400, "TimeZoneNotSupportedException", ZoneError),
        (401, "InvalidAuthenticationToken", DeniedError),
        (403, "ErrorAccessDenied", DeniedError),
        (404, "ErrorItemNotFound", NotThereError),
        (404, "ResourceNotFound", DeniedError),
        (404, "", DeniedError),
        (404, "MailboxNotEnabledForRESTAPI", NoMailboxError),
        (408, "", UnavailableError),
        (409, "ErrorDuplicateTransactionId", DuplicateError),
        (409, "ErrorIrresolvableConflict", ChangedError),
        (410, "SyncStateNotFound", CursorExpiredError),
        (412, "ErrorIrresolvableConflict", ChangedError),
        (418, "", DeniedError),
        (429, "ApplicationThrottled", ThrottledError),
        (500, "ErrorInternalServerTransientError", UnclearError),
        (502, "", UnclearError),
        (503, "", UnavailableError),
        (504, "", UnclearError),
        (509, "", UnavailableError),
    ],
)
def test_each_refusal_is_of_one_kind(status: int, code: str, kind: type[GraphError]) -> None:
    assert type(refused(status, code)) is kind


def test_a_read_that_failed_half_way_did_no_harm() -> None:
    assert type(refused(504, safe=True)) is UnavailableError


def test_outside_of_mailboxes_not_found_means_what_it_says() -> None:
    assert type(refused(404, "ResourceNotFound", of_mailbox=False)) is NotThereError


@pytest.mark.scenario("P-08")
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 412, 429, 500, 503])
def test_what_graph_quotes_never_gets_into_a_reason(status: int) -> None:
    said = refused(status, "SomeCode").reason

    assert "Merger" not in said
    assert "@" not in said


@pytest.mark.parametrize("content", [b"", b"<html>Bad gateway</html>", b"[]", b'{"error": "odd"}', b"\xff"])
def test_an_answer_that_is_no_graph_error_is_judged_by_its_status(content: bytes) -> None:
    assert type(failure(403, {}, content, Asked(safe=True, of_mailbox=True), NOW)) is DeniedError


@pytest.mark.parametrize(
    ("written", "waits"),
    [
        ("30", timedelta(seconds=30)),
        ("2.128", timedelta(seconds=2.128)),
        ("0", timedelta()),
        ("-5", timedelta()),
        ("Mon, 02 Mar 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Mon, 02 Mar 2026 11:00:00 GMT", timedelta()),
        ("1e9", timedelta(hours=1)),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_a_wish_to_be_left_alone_is_read_however_it_is_written(written: str, waits: timedelta | None) -> None:
    assert pause({"retry-after": written}, NOW) == waits


def test_without_a_wish_we_choose_the_pause() -> None:
    error = refused(429)

    assert isinstance(error, ThrottledError)
    assert error.until == NOW + timedelta(seconds=10)


def test_the_event_that_a_duplicate_points_to_is_kept() -> None:
    content = b'{"error": {"code": "ErrorDuplicateTransactionId", "@event.existingEventId": "AAMk="}}'

    error = failure(409, {}, content, Asked(safe=False, of_mailbox=True), NOW)

    assert isinstance(error, DuplicateError)
    assert error.existing_id == "AAMk="
