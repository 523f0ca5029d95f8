"""Who may sync, as the administrator's list shows it where EspoCRM's roles cannot tell (M02)."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.clients.espo import Team, User
from console.clients.parked import Grantee


@dataclass(frozen=True, slots=True)
class AccessLine:
    """A user of EspoCRM, and whether they may sync. `by` says who decided, "" where nobody has."""

    user: User
    granted: bool
    by: str


@dataclass(frozen=True, slots=True)
class AccessList:
    """The users, those of one team or all, and the teams to choose from."""

    lines: tuple[AccessLine, ...]
    teams: tuple[Team, ...]
    team: str


def access_list(users: Sequence[User], listed: Sequence[Grantee], team: str) -> AccessList:
    """Put EspoCRM's users with what was decided of them, by name; `team` is an id, "" for everybody."""
    decided = {one.user_id: one for one in listed}
    teams = {each.id: each for user in users for each in user.teams}
    shown = [user for user in users if not team or team in [each.id for each in user.teams]]
    lines = [_line(user, decided.get(user.id)) for user in sorted(shown, key=lambda user: user.name.casefold())]
    return AccessList(tuple(lines), tuple(sorted(teams.values(), key=lambda each: each.name.casefold())), team)


def _line(user: User, decided: Grantee | None) -> AccessLine:
    return AccessLine(user, granted=bool(decided and decided.granted), by=decided.by if decided else "")
