"""When a run comes to rest: sweeps go on for ever, and what one of them leaves for a moment is no work that is stuck."""

from tools.chaos.ending import STUCK_SECONDS, Work

BEGAN = 100.0


def test_what_was_done_a_moment_ago_and_is_there_again_is_not_stuck() -> None:
    work = Work(BEGAN)
    end = BEGAN + 10 * STUCK_SECONDS
    work.note({"outbox": 0, "in_flight": 0}, end - 1)
    work.note({"outbox": 2, "in_flight": 0}, end)
    assert work.stuck(end) == []


def test_what_was_never_done_for_a_while_is_stuck() -> None:
    work = Work(BEGAN)
    work.note({"outbox": 0, "in_flight": 0}, BEGAN)
    end = BEGAN + STUCK_SECONDS + 1
    work.note({"outbox": 2, "in_flight": 0}, end)
    assert work.stuck(end) == ["outbox: 2"]


def test_a_reconciler_that_never_tells_is_stuck() -> None:
    work = Work(BEGAN)
    end = BEGAN + STUCK_SECONDS + 1
    work.note({"the reconciler does not tell: it is away": 1}, end)
    assert work.stuck(end) == ["the reconciler does not tell: it is away: 1"]
