"""What an answer of EspoCRM means."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from espo_connector.asking.answers import error_of, moment_of, value_of
from espo_connector.asking.patience import Patience
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

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def patience() -> Patience:
    return Patience(lambda: NOW)


def answer(status: int, reason: str = "", **more: Any) -> httpx.Response:
    headers = {"X-Status-Reason": reason} if reason else {}
    return httpx.Response(status, headers={**headers, **more.pop("headers", {})}, **more)


@pytest.mark.parametrize(
    ("response", "meaning"),
    [
        (answer(400, "Bad"), Invalid),
        (answer(401), KeyRefused),
        (answer(403), Throttled),
        (answer(403, "No edit access."), Denied),
        (answer(404, "Record m1 does not exist."), NotThere),
        (answer(404, html="<html>Not Found</html>"), NobodyThere),
        (answer(405, html="<html>Method not allowed</html>"), Rejected),
        (answer(409, "duplicate", json=[{"id": "c1"}]), Duplicate),
        (answer(409, "cannotModifyLockedRecord"), Locked),
        (answer(409, "modified"), Rejected),
        (answer(429), Unavailable),
        (answer(500), Unclear),
        (answer(502, html="<html>Bad gateway</html>"), Unclear),
        (answer(503, "Application is in maintenance mode.", json={"message": "later"}), Maintenance),
        (answer(503, html="<html>busy</html>"), Unavailable),
    ],
    ids=lambda value: str(value.status_code) if isinstance(value, httpx.Response) else value.__name__,
)
def test_every_failure_has_its_type(response: httpx.Response, meaning: type[EspoError]) -> None:
    assert type(error_of(response, patience())) is meaning


def test_a_403_with_a_page_is_of_something_in_front_of_espocrm_and_throttles_nobody() -> None:
    assert type(error_of(answer(403, html="<html>mod_security</html>"), patience())) is Denied


def test_a_validation_failure_names_field_and_rule() -> None:
    body = {"messageTranslation": {"label": "validationFailure", "data": {"field": "name", "type": "pattern"}}}
    error = error_of(answer(400, json=body), patience())
    assert isinstance(error, Invalid)
    assert (error.field, error.rule) == ("name", "pattern")
    assert error.reason == "EspoCRM does not accept the field 'name' (rule 'pattern')"


def test_a_person_who_cannot_be_related_is_named_by_type_only() -> None:
    body = {"messageTranslation": {"label": "cannotRelateNonExisting", "data": {"foreignEntityType": "Contact"}}}
    assert "Contact" in error_of(answer(403, "Can't relate with c1", json=body), patience()).reason


def test_a_reason_that_an_administrators_script_gave_is_not_passed_on() -> None:
    assert "Ann" not in error_of(answer(403, "Ann Lee is on holiday."), patience()).reason


def test_a_good_answer_without_a_body_is_nothing() -> None:
    assert value_of(answer(200), patience()) is None


def test_a_good_answer_that_is_a_page_is_unclear() -> None:
    with pytest.raises(Unclear):
        value_of(answer(200, html="<b>Fatal error</b>"), patience())


def test_a_good_answer_whose_text_is_no_utf_8_is_unclear() -> None:
    with pytest.raises(Unclear):
        value_of(answer(200, content=b'{"name":"\xd0"}'), patience())


def test_a_refusal_whose_text_is_no_utf_8_is_the_refusal_that_its_status_says() -> None:
    assert type(error_of(answer(403, "No edit access.", content=b'{"message":"\xd0"}'), patience())) is Denied


def test_failure_after_failure_is_given_more_time_up_to_a_minute() -> None:
    clock = [NOW]
    growing = Patience(lambda: clock[0])
    waits = []
    for _ in range(6):
        until = growing.until()
        waits.append((until - clock[0]).total_seconds())
        clock[0] = until
    assert waits == [5, 10, 20, 40, 60, 60]


def test_requests_that_fail_together_share_one_moment() -> None:
    shared = patience()
    assert shared.until() == shared.until()


def test_an_answer_makes_the_next_failure_a_first_one() -> None:
    clock = [NOW]
    growing = Patience(lambda: clock[0])
    clock[0] = growing.until()
    growing.recovered()
    assert growing.until() - clock[0] == timedelta(seconds=5)


@pytest.mark.parametrize(("asked", "seconds"), [("30", 30), ("7.5", 7.5), ("1", 5), ("3600", 60), ("soon", 5)])
def test_what_espocrm_asks_for_is_kept_within_reason(asked: str, seconds: float) -> None:
    error = error_of(answer(503, headers={"Retry-After": asked}), patience())
    assert isinstance(error, Unavailable)
    assert error.until == NOW + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("headers", "moment"),
    [
        ({"Last-Modified": "Mon, 23 Nov 2026 12:00:00 GMT"}, datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ({"Date": "Mon, 23 Nov 2026 12:00:00 GMT"}, datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ({"Last-Modified": "0", "Date": "Mon, 23 Nov 2026 12:00:00 GMT"}, datetime(2026, 11, 23, 12, tzinfo=UTC)),
        ({"Date": "yesterday"}, None),
        ({}, None),
    ],
    ids=["php", "web server", "php of nonsense", "nonsense", "nothing"],
)
def test_the_time_of_an_answer_is_phps_before_the_web_servers(headers: dict[str, str], moment: datetime | None) -> None:
    assert moment_of(httpx.Response(200, headers=headers)) == moment
