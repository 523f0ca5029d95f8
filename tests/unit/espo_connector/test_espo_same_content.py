"""Whether a record was edited since a write was decided on."""

from datetime import UTC, datetime

from contracts.events import Attendee, Event, Reply, Timed
from espo_connector.writing.update import same

NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)
ANN = Attendee(address="ann@corp.example", aliases=("ann@home.example",))


def event(title: str = "Kick-off", *people: Attendee) -> Event:
    return Event(title=title, span=Timed(start=NINE, end=NINE), people=people)


def test_a_field_that_was_edited_is_not_the_same() -> None:
    assert not same("title", event("one"), event("two"))


def test_a_field_that_nobody_touched_is_the_same() -> None:
    assert same("span", event("one"), event("two"))


def test_a_person_is_the_same_under_another_of_his_addresses() -> None:
    assert same("people", event("x", ANN), event("x", Attendee(address="ann@home.example")))


def test_another_reply_is_an_edit() -> None:
    assert not same("people", event("x", ANN), event("x", ANN.model_copy(update={"reply": Reply.ACCEPTED})))


def test_another_person_is_an_edit() -> None:
    assert not same("people", event("x", ANN), event("x", ANN, Attendee(address="bob@corp.example")))
