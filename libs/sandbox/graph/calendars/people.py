"""The people of the simulated tenant, found by any name that a request or an invitation may use for them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """A user and what the tenant granted: `teams` a Teams licence, `mailbox` a mailbox in the cloud.

    `zone` is the mailbox's time zone (Windows name). `keeps_declined` is Outlook's option to keep declined meetings in
    the calendar; without it a declined meeting vanishes from there.
    """

    oid: str
    upn: str
    name: str
    aliases: tuple[str, ...] = ()
    zone: str = "UTC"
    teams: bool = True
    mailbox: bool = True
    keeps_declined: bool = False
    birthdays: bool = True

    @property
    def address(self) -> dict[str, str]:
        """Write as an emailAddress."""
        return {"name": self.name, "address": self.upn}

    def shown(self) -> dict[str, Any]:
        """Write as a Graph user."""
        return {
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users/$entity",
            "businessPhones": [],
            "displayName": self.name,
            "givenName": self.name.split(" ")[0],
            "jobTitle": None,
            "mail": self.upn,
            "mobilePhone": None,
            "officeLocation": None,
            "preferredLanguage": None,
            "surname": self.name.split(" ")[-1],
            "userPrincipalName": self.upn,
            "id": self.oid,
        }

    def shown_on_request(self) -> dict[str, Any]:
        """Write what Graph tells of a user only when it is asked for: all addresses, the first one in capitals."""
        return {"proxyAddresses": [f"SMTP:{self.upn}", *(f"smtp:{alias}" for alias in self.aliases)]}


class Directory:
    """The people, by object id, user principal name or any further address; letter case does not matter."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self._by_name: dict[str, Person] = {}
        for person in people:
            self.add(person)

    def add(self, person: Person) -> None:
        """Let a person be found. Raises ValueError where one of the names is taken."""
        names = [name.lower() for name in (person.oid, person.upn, *person.aliases)]
        if taken := [name for name in names if name in self._by_name]:
            raise ValueError(f"somebody is already called {taken[0]}")
        for name in names:
            self._by_name[name] = person

    def find(self, name: str) -> Person | None:
        """Find a person by object id, user principal name or address."""
        return self._by_name.get(name.lower())

    def all(self) -> list[Person]:
        """List the people, in the order they joined."""
        return list({person.oid: person for person in self._by_name.values()}.values())
