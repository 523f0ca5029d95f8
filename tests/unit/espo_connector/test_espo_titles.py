"""What happens to a title on its way to EspoCRM and back."""

import pytest

from espo_connector.fields.titles import LONGEST, accepted, shown


def test_a_subject_with_arrows_is_stored_without_the_characters_espocrm_forbids() -> None:
    assert set("<>=").isdisjoint(accepted("A <-> B = C"))


def test_a_subject_with_arrows_comes_back_as_it_was() -> None:
    assert shown(accepted("A <-> B = C")) == "A <-> B = C"


def test_an_empty_subject_is_stored_under_a_name_and_comes_back_empty() -> None:
    assert accepted("  ") == "(no title)"
    assert shown("(no title)") == ""


@pytest.mark.scenario("A-20")
def test_a_long_subject_is_cut_where_espocrm_would_refuse_it() -> None:
    assert accepted("x" * 300) == "x" * LONGEST


def test_a_cut_that_ends_in_a_space_leaves_none_because_espocrm_would_trim_it() -> None:
    assert accepted("x" * (LONGEST - 1) + " tail") == "x" * (LONGEST - 1)


@pytest.mark.parametrize("title", ["Kick-off", "Müller & Söhne", "会議 «intern»", "1 + 1"])
def test_an_ordinary_title_stays_as_it_is(title: str) -> None:
    assert accepted(title) == title
    assert shown(title) == title
