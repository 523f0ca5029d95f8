"""M03: settings that make no sense are refused with the field named."""

from datetime import UTC, date, datetime, timedelta

import pytest
from pydantic import ValidationError

from contracts.events import AllDay, Timed
from reconciler.core.entity import entity_for
from reconciler.core.rules import Direction, Rules, Winner
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


@pytest.mark.scenario("K-12")
def test_a_sync_that_may_write_on_neither_side_can_only_be_said_as_none() -> None:
    mute = [one for one in Direction if not (Rules(direction=one).pulls or Rules(direction=one).pushes)]
    assert mute == [Direction.NONE]
    with pytest.raises(ValidationError, match="direction"):
        Rules.model_validate({"direction": "read_only"})


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


def test_without_a_first_day_nothing_is_too_old() -> None:
    assert not Rules(since=None).is_too_old(event(), "UTC")


@pytest.mark.parametrize(("zone", "too_old"), [("UTC", True), ("Asia/Tokyo", False)])
def test_the_last_hour_counts_in_the_owners_zone(zone: str, too_old: bool) -> None:
    evening = datetime(2026, 3, 1, 20, tzinfo=UTC)
    late = event(span=Timed(start=evening, end=evening + timedelta(hours=1)))
    assert Rules(since=date(2026, 3, 2)).is_too_old(late, zone) is too_old


def test_a_type_that_is_not_synced_any_more_has_no_label() -> None:
    rules = Rules(entities={"Meeting": "M"})
    assert (rules.label_of("Meeting"), rules.label_of("Call")) == ("M", "")


def test_an_event_without_a_label_is_of_the_default_type() -> None:
    rules = Rules(entities={"Meeting": "M", "Call": ""}, default_entity="Call")
    assert entity_for(event(title="Kick-off"), rules) == "Call"
    assert entity_for(event(title="M: Kick-off"), rules) == "Meeting"


def test_a_winner_of_one_field_leaves_the_others_to_the_winner_of_all() -> None:
    rules = Rules(winner=Winner.ESPO, field_winners={"title": Winner.OUTLOOK})
    assert (rules.winner_of("title"), rules.winner_of("span")) == (Winner.OUTLOOK, Winner.ESPO)
