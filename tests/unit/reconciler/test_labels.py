"""M12: an Outlook subject's label says which entity type the event is."""

import pytest

from reconciler.core.labels import entity_of, title_of, with_label, without_label

ENTITIES = {"Meeting": "", "Call": "C", "CVisit": "CV"}


@pytest.mark.scenario("A-19")
@pytest.mark.parametrize(
    ("subject", "entity"),
    [
        ("C: Call Ann", "Call"),
        ("c: call Ann", "Call"),
        ("C Call Ann", "Call"),
        ("Call Ann", "Meeting"),
        ("CV: Visit", "CVisit"),
        ("CVisit", "Meeting"),
        ("C", "Meeting"),
        ("", "Meeting"),
    ],
)
def test_the_label_in_front_of_a_subject_names_the_entity_type(subject: str, entity: str) -> None:
    assert entity_of(subject, ENTITIES, "Meeting") == entity


def test_the_label_is_taken_off_on_the_way_in() -> None:
    assert title_of("c: Call Ann", "C") == "Call Ann"


def test_a_label_inside_a_word_is_no_label() -> None:
    assert without_label("Coffee", "C") is None


def test_a_label_goes_in_front_on_the_way_out_and_comes_off_again() -> None:
    assert title_of(with_label("Call Ann", "C"), "C") == "Call Ann"


def test_without_a_label_the_subject_is_the_title() -> None:
    assert with_label("Kick-off", "") == "Kick-off"
    assert title_of("Kick-off", "") == "Kick-off"


def test_the_longest_label_that_fits_is_meant() -> None:
    assert entity_of("C B: Visit", {"Call": "C", "Visit": "C B", "Meeting": ""}, "Meeting") == "Visit"
    assert entity_of("C B: Visit", {"Visit": "C B", "Call": "C", "Meeting": ""}, "Meeting") == "Visit"
