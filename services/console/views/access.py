"""Who may sync: as EspoCRM's roles said it, or as the administrator's own list does where they cannot (M02)."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.clients.espo import Team, User
from console.clients.parked import Grantee, Told


@dataclass(frozen=True, slots=True)
class AccessLine:
    """A user of EspoCRM, and whether they may sync: None where it is not known yet.

    `by` says who decided, "" where nobody has; `at` when EspoCRM's roles said it; `connected` whether the account syncs.
    """

    user: User
    granted: bool | None
    by: str = ""
    at: datetime | None = None
    connected: bool = False


@dataclass(frozen=True, slots=True)
class AccessList:
    """The users, those of one team or all, and the teams to choose from. `by_roles`: EspoCRM's roles say it."""

    lines: tuple[AccessLine, ...]
    teams: tuple[Team, ...]
    team: str
    by_roles: bool


def access_list(users: Sequence[User], listed: Sequence[Grantee], team: str) -> AccessList:
    """Put EspoCRM's users with what was decided of them, by name; `team` is an id, "" for everybody."""
    decided = {one.user_id: one for one in listed}

    def line(user: User) -> AccessLine:
        found = decided.get(user.id)
        return AccessLine(user, granted=bool(found and found.granted), by=found.by if found else "")

    return _of_team(users, team, line, by_roles=False)


def access_by_roles(users: Sequence[User], told: Sequence[Told], connected: Collection[str], team: str) -> AccessList:
    """Put EspoCRM's users with what its roles said when they last signed in; `connected` are the ids of those with an account."""
    said = {one.user_id: one for one in told}

    def line(user: User) -> AccessLine:
        found = said.get(user.id)
        known, at = (found.granted, found.at) if found else (None, None)
        return AccessLine(user, known, at=at, connected=user.id in connected)

    return _of_team(users, team, line, by_roles=True)


def _of_team(users: Sequence[User], team: str, line: Callable[[User], AccessLine], *, by_roles: bool) -> AccessList:
    teams = {each.id: each for user in users for each in user.teams}
    shown = [user for user in users if not team or team in [each.id for each in user.teams]]
    lines = tuple(line(user) for user in sorted(shown, key=lambda user: user.name.casefold()))
    return AccessList(lines, tuple(sorted(teams.values(), key=lambda each: each.name.casefold())), team, by_roles)
