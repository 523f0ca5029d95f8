"""Where a page of events ends is a word that comes back as it was, or is refused."""

import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest

from reconciler.api.places import FIRST_EVENT, FIRST_SKIP, EventPlace, Place, SkipPlace, read, written

PLACES: list[Place] = [
    FIRST_EVENT,
    FIRST_SKIP,
    EventPlace("2036-03-03T12:00:00Z", UUID(int=1)),
    EventPlace("", UUID(int=1)),
    SkipPlace(datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC), "outlook", "AAMk/+=="),
]


@pytest.mark.parametrize("place", PLACES)
def test_a_place_comes_back_as_it_was_and_fits_a_url(place: Place) -> None:
    word = written(place)
    assert read(word) == place
    assert not set(word) & set("+/ ?&#")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        "null",
        '["2036"]',
        '["2036", "no uuid"]',
        "[1, 2]",
        '["never", "outlook", "x"]',
        '["2026-03-02", "a", "b"]',
        '["2036\\u0000", "00000000-0000-0000-0000-000000000001"]',
        '["2036\\ud800", "00000000-0000-0000-0000-000000000001"]',
    ],
)
def test_any_other_word_is_refused(content: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of its kinds; all mean the same here
        read(base64.urlsafe_b64encode(content.encode()).decode())


@pytest.mark.parametrize("word", ["x", "ä", "%%%"])
def test_what_is_no_word_of_ours_at_all_is_refused(word: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of its kinds; all mean the same here
        read(word)
