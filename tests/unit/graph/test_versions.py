"""The two forms in which Graph writes a version."""

import base64

import pytest
from hypothesis import given
from hypothesis.strategies import binary

from graph.versions import change_key


def etag(held: bytes) -> str:
    return f'W/"{base64.b64encode(held).decode()}"'


@given(binary(min_size=22, max_size=22), binary(min_size=8, max_size=8))
def test_a_notifications_etag_and_the_events_own_hold_the_same_change_key(key: bytes, kind: bytes) -> None:
    assert change_key(etag(key)) == change_key(etag(kind + key)) == key


def test_both_forms_of_microsofts_samples_are_read() -> None:
    event, notification = 'W/"ZlnW4RIAV06KYYwlrfNZvQAAKGWwbw=="', 'W/"CQAAABYAAADkrWGo7bouTKlsgTZMr9KwAAAUWRHf"'

    assert change_key(event) == bytes.fromhex("6659d6e11200574e8a618c25adf359bd0000") + bytes.fromhex("2865b06f")
    assert change_key(notification) == bytes.fromhex("e4ad61a8edba2e4ca96c81364cafd2b00000") + bytes.fromhex("145911df")


@pytest.mark.parametrize("other", [None, "", 'W/""', "forged", 'W/"forged"', 'W/"ümlaut"', '"QUJD"', etag(b"short")])
def test_what_is_no_version_of_exchanges_has_no_change_key(other: str | None) -> None:
    assert change_key(other) is None
