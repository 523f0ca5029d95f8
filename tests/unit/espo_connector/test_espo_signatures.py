"""Who sent a webhook."""

import base64
import hashlib
import hmac

import pytest

from espo_connector.hooks.signatures import signature_in

BODY = rb'[{"id":"m1","name":"Stra\u00dfe \/ 5"}]'


def digest() -> hmac.HMAC:
    return hmac.new(b"s3cret", BODY, hashlib.sha256)


def header(digest_text: bytes, webhook_id: str = "w1") -> str:
    return base64.b64encode(webhook_id.encode() + b":" + digest_text).decode()


def test_the_holder_of_the_secret_is_recognised() -> None:
    signature = signature_in({"signature": header(digest().hexdigest().encode())})
    assert signature is not None
    assert signature.webhook_id == "w1"
    assert signature.proves(BODY, "s3cret")


def test_the_legacy_header_serves_where_the_newer_one_is_missing() -> None:
    signature = signature_in({"x-signature": header(digest().digest())})
    assert signature is not None
    assert signature.proves(BODY, "s3cret")


def test_another_secret_or_another_body_proves_nothing() -> None:
    signature = signature_in({"signature": header(digest().hexdigest().encode())})
    assert signature is not None
    assert not signature.proves(BODY, "other")
    assert not signature.proves(BODY + b" ", "s3cret")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"signature": ""},
        {"signature": "no base64 ###"},
        {"signature": base64.b64encode(b"no colon").decode()},
        {"signature": base64.b64encode(b"w1:not-hexadecimal").decode()},
        {"signature": base64.b64encode(b"\xff\xfe:00").decode()},
    ],
    ids=["none", "empty", "not base64", "no colon", "not hexadecimal", "id is no text"],
)
def test_what_cannot_be_read_is_no_signature(headers: dict[str, str]) -> None:
    assert signature_in(headers) is None
