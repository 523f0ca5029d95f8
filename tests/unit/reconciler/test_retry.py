"""Tried again by hand: what stood in the way is forgotten, and nothing else."""

from typing import Any
from uuid import UUID

import pytest

from reconciler.core.link import Link, Meeting
from reconciler.core.retry import retried
from reconciler.core.side import Flight, Side, Verb
from support.links import NOON, event, link, present

FLYING = Flight(write_id=UUID(int=2), verb=Verb.UPDATE, fields=("title",), source=event(), issued_at=NOON)
STUCK: dict[str, Any] = {"refused": "no", "rest_until": NOON, "attempts": 3}
FRESH: dict[str, Any] = {"refused": None, "rest_until": None, "attempts": 0}


def side(**more: Any) -> Side:
    return present(event()).model_copy(update={"flight": FLYING, **more})


def test_refusals_rests_and_attempts_are_forgotten_and_writes_under_way_go_on() -> None:
    stuck = link(side(**STUCK), side(**STUCK), meeting=Meeting(id="MSp1", **STUCK))
    assert retried(stuck) == link(side(**FRESH), side(**FRESH), meeting=Meeting(id="MSp1"))


def asked(**more: Any) -> Link:
    wants = event(online=True)
    return link(present(event(online=False)), present(wants), offline="no licence", **more)


def test_an_event_that_could_not_go_online_is_asked_for_anew() -> None:
    again = retried(asked())
    assert again.offline == ""
    assert again.espo.agreed == event(online=False)
    assert again.espo.seen == event(online=True)


@pytest.mark.parametrize(
    "settled",
    [
        asked().model_copy(update={"offline": ""}),
        asked().with_side("outlook", present(event(online=True))),
        asked().with_side("espo", present(event(online=True)).model_copy(update={"agreed": None})),
    ],
)
def test_where_teams_is_no_question_nothing_is_asked(settled: Link) -> None:
    assert retried(settled) == settled
