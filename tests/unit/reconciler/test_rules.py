"""M03: settings that make no sense are refused with the field named."""

from datetime import date

import pytest
from pydantic import ValidationError

from contracts.events import AllDay
from reconciler.core.entity import entity_for
from reconciler.core.rules import Direction, Rules
from support.links import event


@pytest.mark.scenario("K-09")
@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"entities": {"Call": "C"}, "default_entity": "Meeting"}, "default_entity"),
        ({"entities": {"Meeting": "", "Call": ""}}, "Call"),
        ({"entities": {"Meeting": "M", "Call": "m"}}, "same label"),
        ({"entities": {}}, "entities"),
        ({"direction": "sideways"}, "direction"),
        ({"winner": "loudest"}, "winner"),
        ({"field_winners": {"title": "loudest"}}, "field_winners.title"),
        ({"field_winners": {"people": "espo"}}, "field_winners.people"),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, object], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        Rules.model_validate(settings)


@pytest.mark.parametrize(
    ("direction", "pulls", "pushes"),
    [
        (Direction.BOTH, True, True),
        (Direction.OUTLOOK_TO_ESPO, True, False),
        (Direction.ESPO_TO_OUTLOOK, False, True),
        (Direction.NONE, False, False),
    ],
)
def test_a_direction_says_which_way_changes_flow(direction: Direction, pulls: bool, pushes: bool) -> None:
    rules = Rules(direction=direction)
    assert (rules.pulls, rules.pushes) == (pulls, pushes)


def test_an_event_that_ended_before_the_sync_began_is_too_old() -> None:
    rules = Rules(since=date(2026, 3, 2))
    assert rules.is_too_old(event(span=AllDay(first=date(2026, 2, 27), last=date(2026, 3, 1))), "UTC")
    assert not rules.is_too_old(event(span=AllDay(first=date(2026, 2, 27), last=date(2026, 3, 2))), "UTC")
    assert not rules.is_too_old(event(), "UTC")


def test_an_all_day_event_with_the_label_of_calls_becomes_a_meeting() -> None:
    rules = Rules(entities={"Meeting": "", "Call": "C"})
    holiday = AllDay(first=date(2026, 3, 2), last=date(2026, 3, 2))
    assert entity_for(event(title="C: Ann", span=holiday), rules) == "Meeting"
    assert entity_for(event(title="C: Ann"), rules) == "Call"


def test_an_all_day_call_has_no_place_where_meetings_are_not_synced() -> None:
    rules = Rules(entities={"Call": ""}, default_entity="Call")
    assert entity_for(event(span=AllDay(first=date(2026, 3, 2), last=date(2026, 3, 2))), rules) is None
