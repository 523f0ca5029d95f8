"""What the connector remembers of the records that it made."""

from uuid import uuid4

from espo_connector.writing.made import Made

LINK, ANOTHER = uuid4(), uuid4()


def test_a_record_is_known_by_the_link_that_it_was_made_for() -> None:
    made = Made()
    made.remember("m1", LINK)
    made.remember("m2", ANOTHER)
    assert list(made.of(LINK)) == ["m1"]
    assert made.links == {"m1": LINK, "m2": ANOTHER}


def test_of_several_records_of_one_link_the_first_that_was_made_comes_first() -> None:
    made = Made()
    made.remember("m2", LINK)
    made.remember("m1", LINK)
    assert list(made.of(LINK)) == ["m2", "m1"]


def test_a_link_for_which_nothing_was_made_has_no_record() -> None:
    assert list(Made().of(LINK)) == []


def test_the_oldest_are_forgotten_where_there_are_too_many() -> None:
    made = Made(most=2)
    for record in ("m1", "m2", "m3"):
        made.remember(record, LINK)
    assert list(made.of(LINK)) == ["m2", "m3"]
    assert set(made.links) == {"m2", "m3"}


def test_a_record_that_is_found_again_counts_as_made_last() -> None:
    made = Made(most=2)
    for record in ("m1", "m2", "m1", "m3"):
        made.remember(record, LINK)
    assert list(made.of(LINK)) == ["m1", "m3"]


def test_a_link_all_of_whose_records_are_forgotten_takes_no_room() -> None:
    made = Made(most=1)
    made.remember("m1", LINK)
    made.remember("m2", ANOTHER)
    assert list(made.of(LINK)) == []
    assert list(made.of(ANOTHER)) == ["m2"]
