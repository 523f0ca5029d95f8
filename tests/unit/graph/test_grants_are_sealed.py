"""A grant exists outside of a process's memory only sealed, and keys can change while it is kept."""

import pytest

from graph.permission.grants import Seal, UnreadableGrantError, covers_calendars, opened, sealed, short_scopes
from support.grants import KEY, OLDER_KEY, consented


def test_a_grant_survives_being_kept() -> None:
    seal, grant = Seal((KEY,)), consented()
    assert opened(seal, "ann", sealed(seal, grant)) == grant


def test_a_sealed_grant_tells_nothing() -> None:
    kept = sealed(Seal((KEY,)), consented()).model_dump_json()
    assert all(word not in kept for word in ("ann@contoso", "1.first", "Calendars"))


def test_a_grant_of_an_older_key_is_still_read() -> None:
    grant = consented()
    kept = sealed(Seal((OLDER_KEY,)), grant)
    assert opened(Seal((KEY, OLDER_KEY)), "ann", kept) == grant


def test_the_first_key_seals() -> None:
    grant = consented()
    kept = sealed(Seal((KEY, OLDER_KEY)), grant)
    assert opened(Seal((KEY,)), "ann", kept) == grant


@pytest.mark.parametrize("keys", [(OLDER_KEY,), ()], ids=["another key", "no key"])
def test_without_its_key_a_grant_cannot_be_read(keys: tuple[str, ...]) -> None:
    kept = sealed(Seal((KEY,)), consented())
    with pytest.raises(UnreadableGrantError):
        opened(Seal(keys), "ann", kept)


def test_a_grant_that_was_put_under_another_account_is_not_read() -> None:
    seal = Seal((KEY,))
    with pytest.raises(UnreadableGrantError):
        opened(seal, "ben", sealed(seal, consented()))


def test_a_grant_shows_no_secret_by_accident() -> None:
    shown = f"{consented()!r} {consented()} {[consented()]}"
    assert all(word not in shown for word in ("1.first", "contoso"))


def test_a_lost_grant_keeps_no_refresh_token() -> None:
    assert consented().as_lost("withdrawn").refresh_token == ""


@pytest.mark.parametrize(
    ("granted", "enough"),
    [
        ("Calendars.ReadWrite User.Read", True),
        ("https://graph.microsoft.com/Calendars.ReadWrite", True),
        ("https://microsoftgraph.chinacloudapi.cn/calendars.readwrite", True),
        ("Calendars.Read User.Read", False),
        ("Calendars.ReadWrite.Shared", False),
        ("", False),
    ],
)
def test_calendars_are_covered_by_one_permission_however_it_is_written(granted: str, enough: bool) -> None:
    assert covers_calendars(short_scopes(granted)) is enough
