"""The parameters between form and reconciler: nothing is lost on the way, and a problem finds its field."""

from datetime import date

import pytest

from console.clients.accounts import Rules
from console.clients.service import Problem
from console.views.parameters import Parameters, Row, problems_of
from console.visit import Form

RULES = Rules(
    direction="espo_to_outlook",
    since=date(2026, 1, 1),
    entities={"Meeting": "", "Call": "C"},
    main_calendar="cal-1",
    other_calendars=("cal-2", ""),
    winner="espo",
    field_winners={"title": "outlook", "location": "latest"},
    private="busy",
    categories=("CRM", "Sales"),
    blocked_domains=("rival.test",),
    send_responses=False,
)


def test_settings_shown_and_sent_unchanged_are_the_same() -> None:
    assert Rules.model_validate(Parameters.of_rules(RULES).settings()) == RULES


def test_the_main_calendar_is_not_among_the_others() -> None:
    values = Parameters(main_calendar="cal-1", other_calendars=("cal-1", "cal-2"))
    assert values.settings()["other_calendars"] == ["cal-2"]


def test_a_tick_that_is_not_sent_is_off() -> None:
    values = Parameters.of_form(Form([("entity", "Meeting"), ("label", " M "), ("contacts_and_leads", "on")]))
    assert values.contacts_and_leads
    assert not values.send_responses
    assert values.rows == (Row("Meeting", "M"),)


def test_a_new_row_takes_the_first_free_entity_and_a_free_label() -> None:
    values = Parameters(rows=(Row("Meeting", ""), Row("Call", "C"))).with_row(["Meeting", "Call", "CVisit"])
    assert values.rows[-1] == Row("CVisit", "M")


def test_with_every_entity_in_use_no_row_is_added() -> None:
    values = Parameters()
    assert values.with_row(["Meeting"]) == values


@pytest.mark.parametrize(
    ("values", "field"),
    [
        (Parameters(since="yesterday"), "since"),
        (Parameters(rows=()), "entities"),
        (Parameters(rows=(Row("Call", "C"), Row("Call", "D"))), "entities"),
    ],
)
def test_what_cannot_even_be_sent_is_named(values: Parameters, field: str) -> None:
    assert field in values.problems()


@pytest.mark.parametrize(
    ("field", "problem", "name", "words"),
    [
        ("settings.since", "is too far back", "since", "is too far back"),
        ("settings.entities.Call", "is odd", "entities", "is odd"),
        ("settings", "Value error, default_entity: X is not synced", "default_entity", "X is not synced"),
        (
            "settings.entities",
            "Value error, two entity types have the same label",
            "entities",
            "two entity types have the same label",
        ),
    ],
)
def test_a_problem_finds_its_field(field: str, problem: str, name: str, words: str) -> None:
    assert problems_of([Problem(field=field, problem=problem)]).by_field == {name: words}


def test_a_problem_of_no_field_is_told_all_the_same() -> None:
    assert problems_of([Problem(field="mailbox", problem="is connected to another user already")]).others == (
        "mailbox: is connected to another user already",
    )
