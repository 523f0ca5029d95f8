"""A console that could leak a password or lose its sessions does not start."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import ValidationError

from console.settings import Settings

KEY, OLDER = Fernet.generate_key().decode(), Fernet.generate_key().decode()
GIVEN: dict[str, Any] = {
    "service_secret": "between-services-only",
    "reconciler_url": "http://reconciler:8080",
    "outlook_connector_url": "http://outlook-connector:8080",
    "espo_connector_url": "http://espo-connector:8080",
    "public_url": "https://tandem.example.com",
    "session_keys": KEY,
}


def settings(**more: Any) -> Settings:
    return Settings(**GIVEN | more)


def test_passwords_are_not_typed_over_plain_http() -> None:
    with pytest.raises(ValidationError, match="TANDEM_PUBLIC_URL is https"):
        settings(public_url="http://tandem.example.com")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8108", "http://localhost:8108", "http://[::1]:8108"])
def test_plain_http_will_do_on_this_machine(url: str) -> None:
    assert not settings(public_url=url).encrypted


@pytest.mark.parametrize(
    "keys", ["", "too-short", f"{KEY},", "secret " * 8], ids=["none", "short", "one of two", "no key"]
)
def test_a_key_that_is_none_is_named(keys: str) -> None:
    with pytest.raises(ValidationError, match="are Fernet keys"):
        settings(session_keys=keys)


def test_what_an_older_key_sealed_is_still_opened() -> None:
    sealed = settings(session_keys=OLDER).fernet().encrypt(b"session")
    assert settings(session_keys=f"{KEY}, {OLDER}").fernet().decrypt(sealed) == b"session"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://tandem.example.com/", "https://tandem.example.com"),
        ("https://tandem.example.com:443", "https://tandem.example.com"),
        ("https://tandem.example.com:8443", "https://tandem.example.com:8443"),
        ("http://127.0.0.1:8108", "http://127.0.0.1:8108"),
    ],
)
def test_the_origin_is_written_as_browsers_write_it(url: str, origin: str) -> None:
    assert settings(public_url=url).origin == origin
