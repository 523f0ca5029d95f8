"""The session cookie: only ours is read, only as long as it lasts, and only by the browser that got it."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet, MultiFernet
from starlette.requests import Request
from starlette.responses import Response

from console.security.sessions import Session, Sessions

ANN = Session(
    id="sid", csrf="token", user="ann-id", user_name="ann", name="Ann", admin=False, extension=True, granted=True,
    zone="Europe/Berlin", emails=("ann@contoso.test",),
)  # fmt: skip
LASTING = timedelta(hours=8)


def ours() -> MultiFernet:
    return MultiFernet([Fernet(Fernet.generate_key())])


def cookie_of(sessions: Sessions) -> str:
    """Give the Set-Cookie header of a session that begins."""
    response = Response()
    sessions.begin(response, ANN)
    return response.headers["set-cookie"]


def coming_back(set_cookie: str) -> Request:
    """Give a request of the browser that got this cookie."""
    pair = set_cookie.partition(";")[0]
    return Request({"type": "http", "headers": [(b"cookie", pair.encode())]})


def test_a_session_is_read_back() -> None:
    sessions = Sessions(ours(), LASTING, encrypted=True)
    assert sessions.of(coming_back(cookie_of(sessions))) == ANN


def test_a_session_sealed_with_another_key_is_none() -> None:
    theirs = cookie_of(Sessions(ours(), LASTING, encrypted=True))
    assert Sessions(ours(), LASTING, encrypted=True).of(coming_back(theirs)) is None


def test_a_session_that_is_over_is_none() -> None:
    fernet = ours()
    sealed = fernet.encrypt_at_time(ANN.model_dump_json().encode(), 1_000_000).decode()
    sessions = Sessions(fernet, LASTING, encrypted=True)
    assert sessions.of(coming_back(f"__Host-tandem={sealed}; Path=/")) is None


def test_over_https_the_cookie_is_bound_to_the_host_and_to_https() -> None:
    cookie = cookie_of(Sessions(ours(), LASTING, encrypted=True))
    assert cookie.startswith("__Host-tandem=")
    for word in ("Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age=28800"):
        assert word in cookie


def test_ending_a_session_takes_the_same_cookie_back() -> None:
    response = Response()
    Sessions(ours(), LASTING, encrypted=True).end(response)
    assert response.headers["set-cookie"].startswith('__Host-tandem="";')
    assert "Max-Age=0" in response.headers["set-cookie"]


@pytest.mark.parametrize(
    ("admin", "user", "seen"), [(False, "ann-id", True), (False, "ben-id", False), (True, "ben-id", True)]
)
def test_pages_are_for_their_user_and_administrators(admin: bool, user: str, seen: bool) -> None:
    assert ANN.model_copy(update={"admin": admin}).may_see(user) is seen
