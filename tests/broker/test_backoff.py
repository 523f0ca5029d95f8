from hypothesis import given
from hypothesis import strategies as st

from bus.consuming.backoff import Backoff

FIRST, CEILING = 0.5, 60.0


def pauses(failures: int, offset: int = 0) -> list[float]:
    backoff = Backoff(FIRST, CEILING)
    return [backoff.pause_after_failure("t", 0, offset) for _ in range(failures)]


@given(st.integers(1, 2000))
def test_no_pause_exceeds_the_ceiling_however_often_a_message_fails(failures: int) -> None:
    assert pauses(failures)[-1] <= CEILING


@given(st.integers(1, 7))
def test_a_pause_is_at_least_half_of_what_doubling_allows(failures: int) -> None:
    longest = FIRST * 2 ** (failures - 1)
    assert longest / 2 <= pauses(failures)[-1] <= longest


def test_another_message_starts_anew() -> None:
    backoff = Backoff(FIRST, CEILING)
    for _ in range(10):
        backoff.pause_after_failure("t", 0, offset=1)
    assert backoff.pause_after_failure("t", 0, offset=2) <= FIRST


def test_partitions_are_counted_apart() -> None:
    backoff = Backoff(FIRST, CEILING)
    for _ in range(10):
        backoff.pause_after_failure("t", 0, offset=1)
    assert backoff.pause_after_failure("t", 1, offset=1) <= FIRST


def test_replicas_do_not_wait_in_step() -> None:
    assert len({round(pauses(1)[0], 9) for _ in range(20)}) > 1
