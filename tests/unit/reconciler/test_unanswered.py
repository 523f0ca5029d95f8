"""What of a side is our own writing, where the answer to a write was lost or says more than was written (M31)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.events import FIELDS, Attendee, Event
from contracts.writes import Patch, PeopleChange
from reconciler.core.side import Flight, Side, Verb
from reconciler.core.unanswered import as_asked, as_it_was, as_written, carried_out, people_carried_out
from support.links import ANN, CARL, NOON, UPCOMING, event, present

ROUNDED = timedelta(microseconds=7)


def update(patch: Patch | None = None, *, verb: Verb = Verb.UPDATE, source: Event | None = None) -> Flight:
    return Flight(write_id=UUID(int=2), verb=verb, fields=FIELDS, source=source, patch=patch, issued_at=NOON)


def creation(wished: Event) -> Flight:
    return update(verb=Verb.CREATE).model_copy(update={"wished": wished})


def side(seen: Event | None, patch: Patch | None, *, agreed: Event | None = None) -> Side:
    """A side as it is seen after an update of which nothing was heard."""
    there = present(event()).model_copy(update={"seen": seen, "agreed": agreed or event()})
    return there.model_copy(update={"asked": update(patch)})


def test_a_field_that_holds_what_was_asked_is_our_own_writing_and_any_other_is_not() -> None:
    patch = Patch(title="2", location="Room 2")
    assert carried_out(side(event(title="2", location="Room 3"), patch)) == ("title",)


@pytest.mark.parametrize(
    ("patch", "seen"),
    [
        (Patch(location="Room  2 "), event(location="Room 2")),
        (Patch(span=event().span.model_copy(update={"start": UPCOMING + ROUNDED})), event()),
        (Patch(span=event().span.model_copy(update={"end": event().span.end + ROUNDED})), event()),
    ],
    ids=["spaces", "its start to the second", "its end to the second"],
)
def test_what_storing_alone_changes_is_still_what_was_asked(patch: Patch, seen: Event) -> None:
    assert carried_out(side(seen, patch)) == patch.fields


def test_what_a_person_changed_is_not_what_was_asked() -> None:
    longer = event().span.model_copy(update={"end": event().span.end + timedelta(seconds=1)})
    assert carried_out(side(event(location="Room2", span=longer), Patch(location="Room 2", span=event().span))) == ()


@pytest.mark.parametrize(
    "one",
    [present(event()), side(None, Patch(title="2")), side(event(), None)],
    ids=["nothing was asked", "nothing is seen", "a creation was asked"],
)
def test_where_no_update_can_be_recognised_nothing_is_ours(one: Side) -> None:
    assert carried_out(one) == ()
    assert people_carried_out(one, event(people=(ANN,)), event()) == (ANN,)


def of_people(seen: tuple[Attendee, ...], **change: Any) -> Side:
    """A side with these people, after our change of them was not answered; Ann and Carl had been there."""
    return side(event(people=seen), Patch(people=PeopleChange(**change)), agreed=event(people=(ANN, CARL)))


BEN = ANN.model_copy(update={"address": "ben@contoso.test"})
DORA = ANN.model_copy(update={"address": "dora@contoso.test"})
BEFORE = event(people=(ANN, CARL))


def agreed(one: Side, content: Event | None = None) -> Any:
    return people_carried_out(one, BEFORE, content or one.seen)


def test_whom_we_asked_for_and_who_is_there_is_agreed_on() -> None:
    assert agreed(of_people((ANN, CARL, BEN), add=(BEN,))) == (ANN, CARL, BEN)


def test_whom_we_asked_for_and_who_is_not_there_is_not_agreed_on() -> None:
    assert agreed(of_people((ANN, CARL), add=(BEN,))) == (ANN, CARL)


def test_whoever_came_without_our_asking_is_news() -> None:
    assert agreed(of_people((ANN, CARL, BEN, DORA), add=(BEN,))) == (ANN, CARL, BEN)


def test_whom_we_took_off_and_who_is_gone_is_agreed_to_be_gone() -> None:
    assert agreed(of_people((ANN,), remove=(CARL.address,))) == (ANN,)


def test_whom_we_took_off_and_who_is_still_there_is_agreed_to_be_there() -> None:
    assert agreed(of_people((ANN, CARL), remove=(CARL.address,))) == (ANN, CARL)


def test_whoever_is_still_there_under_another_address_is_not_gone_from_the_other_side() -> None:
    home = CARL.model_copy(update={"address": "carl@home.test"})
    known = CARL.model_copy(update={"aliases": (home.address,)})
    asked = Patch(people=PeopleChange(remove=(CARL.address, home.address)))
    there = side(event(people=(CARL,)), asked, agreed=event(people=(CARL, home)))
    assert people_carried_out(there, event(people=(known,)), event()) == (known,)
    assert people_carried_out(there, event(people=(CARL, home)), event(people=(CARL,))) == (CARL,)


def test_whoever_left_without_our_doing_is_news() -> None:
    assert agreed(of_people((), remove=(CARL.address,))) == (ANN,)


def test_whoever_was_there_before_is_agreed_on_once() -> None:
    assert agreed(of_people((ANN, CARL), add=(CARL,))) == (ANN, CARL)


def test_where_nothing_was_agreed_on_or_is_known_it_stays_so() -> None:
    one = of_people((ANN, CARL, BEN), add=(BEN,))
    assert people_carried_out(one, None, one.seen) is None
    assert people_carried_out(one, BEFORE, None) == (ANN, CARL)
    assert people_carried_out(one.model_copy(update={"seen": None}), BEFORE, event(people=(BEN,))) == (ANN, CARL)
    assert people_carried_out(one.model_copy(update={"agreed": None}), BEFORE, one.seen) == (ANN, CARL, BEN)


def test_of_an_update_others_changes_of_people_are_left_out() -> None:
    before = present(event(), agreed=event(people=(CARL,)))
    stored = as_written(before, update(source=event(people=(CARL, BEN))), event(title="2", people=(CARL, BEN, DORA)))
    assert stored == event(title="2", people=(CARL, BEN))


@pytest.mark.parametrize(
    ("before", "flight"),
    [
        (present(event(), agreed=event(people=(CARL,))), update(verb=Verb.CREATE, source=event())),
        (present(event()).model_copy(update={"agreed": None}), update(source=event())),
        (present(event(), agreed=event(people=(CARL,))), update(source=None)),
    ],
    ids=["a creation", "nothing was agreed on", "an update whose source was forgotten"],
)
def test_in_all_else_what_was_stored_is_what_was_written(before: Side, flight: Flight) -> None:
    assert as_written(before, flight, event(people=(DORA,))) == event(people=(DORA,))


def test_of_a_creation_what_was_asked_is_agreed_on_in_the_words_in_which_it_was_stored() -> None:
    asked, stored = event(title=" Kick-off", location="Room 1"), event(title="Kick-off", location="Edited since")
    assert as_asked(creation(asked), stored) == event(title="Kick-off", location="Room 1")


def test_of_an_update_what_was_asked_is_agreed_on_and_in_all_else_what_was_stored() -> None:
    stored = event(title="Kick-off", location="Edited since", description="Theirs", people=(CARL,))
    patch = Patch(title=" Kick-off", location="Room 1", people=PeopleChange(add=(ANN,)))
    assert as_asked(update(patch), stored) == stored.model_copy(update={"location": "Room 1"})


def test_where_nobody_remembers_what_was_asked_what_was_stored_is_agreed_on() -> None:
    assert as_asked(update(None), event(title="Stored")) == event(title="Stored")


def decided_on(*people: Attendee, remove: tuple[str, ...] = ()) -> Flight:
    """An update of the other side's guests, decided on when these took part here."""
    change = PeopleChange(add=(ANN,), remove=remove)
    return update(Patch(people=change), source=event(people=people))


def names(content: Event | None) -> set[str]:
    return {person.address for person in (content.people if content else None) or ()}


def test_a_guest_whom_we_brought_meanwhile_is_agreed_on_so_that_his_leaving_is_noticed() -> None:
    here = present(event(people=(ANN,)), agreed=event(people=(ANN, CARL)))

    told = as_it_was(here, decided_on(ANN), event(people=(CARL, ANN)))

    assert told is not None
    assert told.people == (ANN, CARL)


@pytest.mark.parametrize(
    ("stored", "remove"),
    [((ANN,), ()), ((ANN, CARL), (CARL.address,))],
    ids=["he is not on the other list", "the update took him off, and somebody put him back"],
)
def test_a_guest_who_had_left_before_the_update_was_decided_on_has_left(
    stored: tuple[Attendee, ...], remove: tuple[str, ...]
) -> None:
    here = present(event(people=(ANN,)), agreed=event(people=(ANN, CARL)))

    assert names(as_it_was(here, decided_on(ANN, remove=remove), event(people=stored))) == {ANN.address}


@pytest.mark.parametrize(
    ("stored", "add", "names_told"),
    [
        ((ANN,), (), {ANN.address}),
        ((ANN, CARL), (), {ANN.address, CARL.address}),
        ((ANN,), (CARL,), {ANN.address, CARL.address}),
    ],
    ids=["nowhere else", "somebody has put him back there too", "the update was to bring him"],
)
def test_a_guest_whom_we_took_off_meanwhile_and_who_was_put_back_is_news_unless_he_is_on_the_other_list(
    stored: tuple[Attendee, ...], add: tuple[Attendee, ...], names_told: set[str]
) -> None:
    here = present(event(people=(ANN, CARL)), agreed=event(people=(ANN,)))
    patch = Patch(people=PeopleChange(add=add))

    told = as_it_was(here, update(patch, source=event(people=(ANN, CARL))), event(people=stored))

    assert names(told) == names_told


@pytest.mark.parametrize("flight", [update(Patch(title="2"), source=event(title="2")), update(source=event(title="2"))])
def test_an_update_of_anything_but_guests_was_decided_on_as_it_says(flight: Flight) -> None:
    assert as_it_was(present(event()), flight, event()) == event(title="2")


def test_an_update_whose_source_was_forgotten_was_decided_on_nothing_that_is_known() -> None:
    forgotten = update(Patch(people=PeopleChange(add=(ANN,))), source=None)

    assert as_it_was(present(event(people=(ANN,))), forgotten, event(people=(ANN,))) is None


def test_where_nothing_was_agreed_on_an_update_was_decided_on_as_it_says() -> None:
    here = present(event()).model_copy(update={"agreed": None})

    assert names(as_it_was(here, decided_on(ANN), event(people=(ANN, CARL)))) == {ANN.address}
