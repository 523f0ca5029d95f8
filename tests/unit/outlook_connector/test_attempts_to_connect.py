"""An attempt to connect travels through Microsoft and back, and only its own session can finish it, in time."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from graph.permission.grants import Seal, sealed
from outlook_connector.connecting.attempts import LIFETIME, attempt_of, begin, state_of
from outlook_connector.connecting.refusing import Kind, Refused
from support.grants import KEY, NOON, OLDER_KEY, consented

SEAL = Seal((KEY,))


def refused(state: str, session: str = "session", *, minutes: float = 0, seal: Seal = SEAL) -> Kind:
    with pytest.raises(Refused) as no:
        attempt_of(state, session, seal, NOON + timedelta(minutes=minutes))
    assert isinstance(no.value.kind, Kind)
    return no.value.kind


def test_an_attempt_comes_back_whole() -> None:
    attempt = begin("ann", "session", NOON)
    assert attempt_of(state_of(attempt, SEAL), "session", SEAL, NOON) == attempt


def test_a_state_tells_nothing_of_what_it_holds() -> None:
    attempt = begin("account-of-ann", "session-of-ann", NOON)
    state = state_of(attempt, SEAL)
    assert all(word not in state for word in ("account-of-ann", "session-of-ann", attempt.verifier, attempt.session))


def test_a_state_fits_into_an_address() -> None:
    state = state_of(begin("65f0a1b2c3d4e5f60", "s" * 200, NOON), SEAL)
    assert parse_qs(urlsplit(f"https://x.test/?state={state}").query)["state"] == [state]
    assert len(state) < 700


def test_no_two_attempts_have_the_same_verifier() -> None:
    verifiers = {begin("ann", "session", NOON).verifier for _ in range(20)}
    assert len(verifiers) == 20
    assert all(43 <= len(verifier) <= 128 for verifier in verifiers)


def test_another_session_cannot_finish_it() -> None:
    assert refused(state_of(begin("ann", "session", NOON), SEAL), "another session") is Kind.STATE_INVALID


def test_it_can_be_finished_for_ten_minutes() -> None:
    state = state_of(begin("ann", "session", NOON), SEAL)
    assert attempt_of(state, "session", SEAL, NOON + LIFETIME - timedelta(seconds=1)).account == "ann"
    assert refused(state, minutes=10) is Kind.STATE_EXPIRED


@pytest.mark.parametrize("state", ["", "no state", "gAAAAABl"])
def test_what_is_no_state_is_refused(state: str) -> None:
    assert refused(state) is Kind.STATE_INVALID


def test_a_state_that_was_tampered_with_is_refused() -> None:
    state = state_of(begin("ann", "session", NOON), SEAL)
    other = "A" if state[40] != "A" else "B"
    assert refused(state[:40] + other + state[41:]) is Kind.STATE_INVALID


def test_a_grant_is_no_state() -> None:
    assert refused(sealed(SEAL, consented()).sealed) is Kind.STATE_INVALID


def test_a_state_of_another_shape_is_refused() -> None:
    assert refused(SEAL.close(msgspec.json.encode({"type": "attempt"}))) is Kind.STATE_INVALID


def test_a_state_survives_a_change_of_keys() -> None:
    state = state_of(begin("ann", "session", NOON), Seal((OLDER_KEY,)))
    assert attempt_of(state, "session", Seal((KEY, OLDER_KEY)), NOON).account == "ann"
    assert refused(state, seal=SEAL) is Kind.STATE_INVALID
