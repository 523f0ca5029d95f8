"""Which write an outcome is the outcome of, and what it tells where that write is closed already."""

from typing import Any
from uuid import UUID

import pytest

from contracts.changes import EspoSeen, OutlookSeen
from contracts.events import FIELDS
from contracts.outcomes import Conflicted, Done, Refused, Vanished
from reconciler.core.flights import ended_by, given_away, told_by
from reconciler.core.link import Link
from reconciler.core.side import Flight, Presence, Side, SideName, Verb
from support.links import LINK_ID, NOON, espo_seen, event, link, outlook_seen, present

FIRST, SECOND_TRY = UUID(int=11), UUID(int=12)
SIDES: tuple[SideName, ...] = ("outlook", "espo")
SEEN: dict[SideName, Any] = {"outlook": outlook_seen(event()), "espo": espo_seen(event())}
ELSEWHERE: dict[SideName, Any] = {
    "outlook": SEEN["outlook"].model_copy(update={"outlook_id": "another"}),
    "espo": SEEN["espo"].model_copy(update={"espo_id": "another"}),
}


def heard(kind: type[Any], write_id: UUID = FIRST, **more: Any) -> Any:
    return kind(write_id=write_id, link_id=LINK_ID, account="ann", finished_at=NOON, **more)


def flying(name: SideName, verb: Verb, *, there: bool, write_id: UUID = FIRST) -> Link:
    """A write to this side is under way; on the other side the event is."""
    flight = Flight(write_id=write_id, verb=verb, fields=FIELDS, source=event(), issued_at=NOON)
    written = (present(event()) if there else Side()).model_copy(update={"flight": flight})
    sides = {"outlook": present(event()), "espo": present(event())} | {name: written}
    return link(sides["outlook"], sides["espo"])


@pytest.mark.parametrize("name", SIDES)
@pytest.mark.parametrize(
    ("kind", "more"),
    [(Done, {"stored": None}), (Vanished, {}), (Refused, {"reason": "no"})],
    ids=["done", "gone", "no"],
)
def test_an_outcome_ends_the_write_that_it_names(name: SideName, kind: type[Any], more: dict[str, Any]) -> None:
    one = flying(name, Verb.UPDATE, there=True)
    assert ended_by(one, heard(kind, **more)) == (name, one.side(name).flight)


@pytest.mark.parametrize("name", SIDES)
def test_the_outcome_of_an_earlier_write_ends_no_update(name: SideName) -> None:
    one = flying(name, Verb.UPDATE, there=True, write_id=SECOND_TRY)
    assert ended_by(one, heard(Vanished)) is None
    assert ended_by(one, heard(Done, stored=SEEN[name])) is None


@pytest.mark.parametrize("name", SIDES)
def test_whichever_attempt_of_a_creation_is_heard_of_has_made_the_event(name: SideName) -> None:
    one = flying(name, Verb.CREATE, there=False, write_id=SECOND_TRY)
    assert ended_by(one, heard(Done, stored=SEEN[name])) == (name, one.side(name).flight)


@pytest.mark.parametrize("name", SIDES)
def test_an_earlier_attempt_that_made_nothing_leaves_the_creation_open(name: SideName) -> None:
    one = flying(name, Verb.CREATE, there=False, write_id=SECOND_TRY)
    assert ended_by(one, heard(Done, stored=None)) is None
    assert ended_by(one, heard(Refused, reason="no")) is None


@pytest.mark.parametrize("name", SIDES)
def test_what_is_there_is_not_made_by_an_earlier_attempt(name: SideName) -> None:
    one = flying(name, Verb.CREATE, there=True, write_id=SECOND_TRY)
    assert ended_by(one, heard(Done, stored=SEEN[name])) is None


@pytest.mark.parametrize("name", SIDES)
def test_where_nothing_is_being_made_an_outcome_ends_nothing(name: SideName) -> None:
    other: SideName = "espo" if name == "outlook" else "outlook"
    alone = link(Side(), present(event())) if name == "outlook" else link(present(event()), Side())
    assert ended_by(alone, heard(Done, stored=SEEN[name])) is None
    assert (
        ended_by(flying(other, Verb.CREATE, there=False, write_id=SECOND_TRY), heard(Done, stored=SEEN[name])) is None
    )


@pytest.mark.parametrize("name", SIDES)
@pytest.mark.parametrize("field", ["stored", "fresh"])
def test_a_late_answer_tells_of_the_links_own_event_and_of_no_other(name: SideName, field: str) -> None:
    pair = link(present(event()), present(event()))
    kind = Done if field == "stored" else Conflicted
    assert told_by(pair, heard(kind, **{field: SEEN[name]})) == SEEN[name]
    assert told_by(pair, heard(kind, **{field: ELSEWHERE[name]})) is None


@pytest.mark.parametrize("seen", SEEN.values(), ids=list(SEEN))
def test_a_late_answer_tells_of_an_event_that_was_not_known_yet(seen: OutlookSeen | EspoSeen) -> None:
    assert told_by(link(Side(), Side()), heard(Done, stored=seen)) == seen


@pytest.mark.parametrize("outcome", [heard(Vanished), heard(Refused, reason="no"), heard(Done, stored=None)])
def test_a_late_answer_without_content_tells_nothing(outcome: Any) -> None:
    assert told_by(link(present(event()), present(event())), outcome) is None


def ended(verb: Verb = Verb.CREATE) -> Flight:
    return Flight(write_id=FIRST, verb=verb, fields=FIELDS, source=event(), issued_at=NOON)


def made(**more: Any) -> Link:
    """The record that was made of Ann's event has another owner by the time that we hear of it."""
    return link(present(event()), present(event()), **{"owner": "ben", **more})


def test_a_record_that_has_another_owner_by_the_time_that_we_hear_of_it_was_given_away() -> None:
    assert given_away(made(), "espo", ended())


@pytest.mark.parametrize("more", [{"owner": ""}, {"guest": True}, {"to_hand_over": True}], ids=str)
def test_a_record_that_stands_in_the_name_that_it_should_was_not_given_away(more: dict[str, Any]) -> None:
    assert not given_away(made(**more), "espo", ended())


def test_only_a_record_that_was_made_and_is_there_was_given_away() -> None:
    removed = present(event()).model_copy(update={"presence": Presence.GONE})
    assert not given_away(made(), "espo", ended(Verb.UPDATE))
    assert not given_away(made(), "outlook", ended())
    assert not given_away(made().with_side("espo", removed), "espo", ended())
