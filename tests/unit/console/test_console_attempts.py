"""How often a password may be guessed, by name and by address."""

from console.security.attempts import OF_A_NAME, OF_AN_ADDRESS, Attempts


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_address_waits_after_its_failures_and_may_try_again_later() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for number in range(OF_AN_ADDRESS.failures):
        assert attempts.take(f"user {number}", "10.0.0.1") == 0
    assert attempts.take("somebody else", "10.0.0.1") == OF_AN_ADDRESS.seconds
    assert attempts.take("somebody else", "10.0.0.2") == 0
    clock.now += OF_AN_ADDRESS.seconds
    assert attempts.take("somebody else", "10.0.0.1") == 0


def test_a_name_waits_whatever_address_it_is_tried_from_and_however_it_is_written() -> None:
    attempts = Attempts(Clock())
    for number in range(OF_A_NAME.failures):
        assert attempts.take("Ann", f"10.0.0.{number}") == 0
    assert attempts.take("ANN", "10.0.1.1") == OF_A_NAME.seconds


def test_what_was_no_failure_is_given_back() -> None:
    attempts = Attempts(Clock())
    for _ in range(3 * OF_A_NAME.failures):
        assert attempts.take("ann", "10.0.0.1") == 0
        attempts.give_back("ann", "10.0.0.1")


def test_a_refused_attempt_makes_nobody_wait_longer() -> None:
    clock = Clock()
    attempts = Attempts(clock)
    for _ in range(OF_AN_ADDRESS.failures):
        attempts.take("ann", "10.0.0.1")
    clock.now = OF_AN_ADDRESS.seconds - 1
    assert attempts.take("ann", "10.0.0.1") == 1


def test_a_flood_of_names_takes_a_bounded_place() -> None:
    attempts = Attempts(Clock())
    for number in range(6_000):
        attempts.take(f"user {number}", f"address {number}")
    assert len(attempts._taken) == 10_000
