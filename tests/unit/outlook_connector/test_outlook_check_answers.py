"""What a check makes of Microsoft's answers."""

import base64
import json
from datetime import UTC, datetime

import pytest

from bus.checks import Doubt, Failure
from outlook_connector.checking.answers import ClientSecret, SignInRefusal, expiry, permissions, words_of

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def token(*roles: str) -> str:
    payload = base64.urlsafe_b64encode(json.dumps({"roles": roles}).encode()).decode().rstrip("=")
    return f"head.{payload}.signature"


def secret(end: str, hint: str | None = None) -> ClientSecret:
    return ClientSecret(datetime.fromisoformat(end), hint)


def test_a_token_with_all_roles_names_them() -> None:
    roles = ("Calendars.ReadWrite", "MailboxSettings.Read", "OnlineMeetings.ReadWrite.All", "User.Read.All")

    assert permissions(token(*roles)) == ", ".join(roles)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (token("User.Read.All"), "Calendars.ReadWrite is missing"),
        (token("Calendars.ReadWrite"), "OnlineMeetings.ReadWrite.All"),
        ("opaque", "does not tell"),
        ("a.b.c", "does not tell"),
    ],
)
def test_a_missing_permission_is_named(given: str, word: str) -> None:
    with pytest.raises(Doubt, match=word):
        permissions(given)


def test_a_known_code_says_what_to_mend() -> None:
    assert words_of(SignInRefusal("invalid_client", (7000222,))).startswith("the client secret has expired")


def test_an_unknown_code_is_passed_on_to_be_searched_for() -> None:
    assert words_of(SignInRefusal("invalid_client", (12345,))).endswith("invalid_client (AADSTS12345)")
    assert words_of(SignInRefusal()).endswith("unknown")


def test_a_secret_that_lasts_tells_until_when() -> None:
    assert expiry([secret("2027-11-01T00:00:00Z")], "abcdef", NOW) == "until 2027-11-01"


def test_our_secret_is_known_among_others_by_how_it_begins() -> None:
    both = [secret("2026-11-01T00:00:00Z", "abc"), secret("2028-01-01T00:00:00Z", "xyz")]

    with pytest.raises(Failure, match="it ended on 2026-11-01"):
        expiry(both, "abcdef", NOW)


@pytest.mark.parametrize(("secrets", "word"), [([secret("2026-12-01T00:00:00Z")], "ends on"), ([], "lists no secret")])
def test_what_will_need_attention_is_a_doubt(secrets: list[ClientSecret], word: str) -> None:
    with pytest.raises(Doubt, match=word):
        expiry(secrets, "abcdef", NOW)
