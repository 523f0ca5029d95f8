"""Who lives in the sandbox: colleagues on both sides, and people outside.

The same few people in every local run, so that a curl line tried yesterday works today. Three zones, one of them half an
hour off, keep mistakes with hours visible.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Colleague:
    """A person with an EspoCRM user and a mailbox. `zone` is an IANA name; `login` and `password` are EspoCRM's."""

    name: str
    zone: str

    @property
    def login(self) -> str:
        """The user name in EspoCRM."""
        return self.name.split()[0].lower()

    @property
    def password(self) -> str:
        """The password in the simulated EspoCRM, which guards nothing."""
        return f"{self.login}-sandbox"

    @property
    def address(self) -> str:
        """The e-mail address, which is the mailbox too."""
        return f"{self.login}@contoso.test"


@dataclass(frozen=True, slots=True)
class Outsider:
    """A person outside the company: a contact or a lead in EspoCRM, or known to neither side."""

    first_name: str
    last_name: str
    address: str


ANN = Colleague("Ann Lee", "Europe/Berlin")
BEN = Colleague("Ben Okafor", "America/New_York")
CLEO = Colleague("Cleo Marin", "Asia/Kolkata")
COLLEAGUES = (ANN, BEN, CLEO)

ADMIN = "admin"
"""The simulated EspoCRM's administrator from the start, and the password."""

DANA = Outsider("Dana", "Cole", "dana@client.test")
EMIL = Outsider("Emil", "Novak", "emil@client.test")
CONTACTS = (DANA, EMIL)

FAY = Outsider("Fay", "Young", "fay@prospect.test")
LEADS = (FAY,)

GUS = Outsider("Gus", "Hall", "gus@elsewhere.test")
STRANGERS = (GUS,)
