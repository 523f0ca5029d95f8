"""What the console asks of the EspoCRM connector: who somebody is, what can be synced, whom EspoCRM knows, whether it works."""

from collections.abc import Sequence

from console.clients.service import Service
from console.clients.steps import Step, Steps
from contracts.model import Model

_CHECK_SECONDS = 60.0


class Team(Model):
    """A team of EspoCRM."""

    id: str
    name: str


class User(Model):
    """A user of EspoCRM. `zone` is an IANA name."""

    id: str
    user_name: str
    name: str
    is_admin: bool = False
    emails: tuple[str, ...] = ()
    zone: str = "UTC"
    teams: tuple[Team, ...] = ()


class Access(Model):
    """What EspoCRM's roles say: whether our extension is there, and if so, whether it is granted."""

    extension: bool
    outlook_calendar: bool


class SignedIn(Model):
    """Somebody whose password EspoCRM has accepted."""

    user: User
    access: Access


class Entity(Model):
    """An entity type that can be synced, and what EspoCRM calls it."""

    entity: str
    label: str


class Entities(Model):
    """The entity types that are events."""

    entities: tuple[Entity, ...]


class Users(Model):
    """The active users."""

    users: tuple[User, ...]


class Espo:
    """The EspoCRM connector. Every method raises Unavailable; those that say so raise Refused."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def sign_in(self, user: str, password: str, code: str | None) -> SignedIn:
        """Check a password, with the code of a second factor where EspoCRM asked for one. Raises Refused if it is not right."""
        wish = {"user": user, "password": password} | ({"code": code} if code else {})
        return await self._service.ask(SignedIn, "POST", "/sign-in", body=wish, refusals=(401, 403))

    async def entities(self) -> Sequence[Entity]:
        """List the entity types that are events."""
        return (await self._service.ask(Entities, "GET", "/entities")).entities

    async def users(self) -> Sequence[User]:
        """List the active users."""
        return (await self._service.ask(Users, "GET", "/users")).users

    async def check(self) -> Sequence[Step]:
        """Test the connection to EspoCRM."""
        return (await self._service.ask(Steps, "GET", "/check", seconds=_CHECK_SECONDS)).steps
