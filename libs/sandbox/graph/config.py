"""What a simulated tenant starts with: its people, the applications that may call, and how Graph's edges behave.

Knobs exist where Microsoft's documentation is silent or observers disagree; the default is what was seen most.
"""

from dataclasses import dataclass
from typing import Literal

from sandbox.graph.calendars.people import Person

TENANT_ID = "5f3c9a2e-7b14-4d0f-9c61-8e2a40d7b3f5"
ANN = Person("0a1d6c52-3f0b-4c38-9a55-6b3c1f2e7d01", "ann@contoso.test", "Ann Lee", zone="W. Europe Standard Time")
BOB = Person("0a1d6c52-3f0b-4c38-9a55-6b3c1f2e7d02", "bob@contoso.test", "Bob Ray", zone="Pacific Standard Time")
SCOPES = frozenset(
    {
        "Calendars.Read",
        "Calendars.ReadWrite",
        "OnlineMeetings.ReadWrite",
        "MailboxSettings.Read",
        "User.Read",
    },
)


@dataclass(frozen=True, slots=True)
class Application:
    """A registered application. `roles` are what an administrator granted for app-only tokens.

    An empty `redirect_uris` lets any redirect URI pass, which real registrations never do.
    """

    client_id: str
    secret: str
    roles: frozenset[str] = SCOPES
    redirect_uris: tuple[str, ...] = ()


TANDEM = Application("tandem", "tandem-secret")
OUTLOOK = Application("outlook-app", "outlook-secret")


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that `create_app` may be told.

    - `page_size`: items on a page where the client asks for no other number.
    - `delta_generations`: how many changes of a calendar back a delta token still works.
    - `duplicate_transaction_status`: 409 or 400, since clients in the wild saw both.
    - `repeat_in_delta`: send every item of a delta page twice; Graph promises no uniqueness.
    - `empty_first_page`: start every delta baseline with an empty page, not only that of an empty calendar.
    - `join_url_after`: seconds until a Teams meeting's join URL and body block appear.
    - `bump_after`: seconds until Exchange touches a written event once more without visible change; None for never.
    - `concurrency`, `requests`, `period`: Outlook's limits per application and mailbox (requests at a time; requests
      in a period of seconds).
    - `retry_after`: how 429 answers tell when to come back.
    - `notification_retry`: seconds before a failed notification is tried again; each further try waits twice as long.
    - `handshake_timeout`, `acknowledge_within`, `acknowledge_retry_within`: seconds that an endpoint has for the
      validation request, a notification, a repeated notification.
    - `slow_after`, `drop_after`: seconds after which an endpoint's answer counts as slow, as far too slow.
    - `judged_from`: answers in ten minutes below which an endpoint is not judged at all.
    """

    tenant_id: str = TENANT_ID
    people: tuple[Person, ...] = (ANN, BOB)
    applications: tuple[Application, ...] = (TANDEM, OUTLOOK)
    seed: int = 0
    page_size: int = 10
    delta_generations: int = 100_000
    duplicate_transaction_status: Literal[400, 409] = 409
    repeat_in_delta: bool = False
    empty_first_page: bool = False
    join_url_after: float = 0.0
    bump_after: float | None = None
    concurrency: int = 4
    requests: int = 10_000
    period: float = 600.0
    retry_after: Literal["integer", "fractional", "absent"] = "integer"
    latency_ms: int = 0
    notification_retry: float = 1.0
    handshake_timeout: float = 10.0
    acknowledge_within: float = 3.0
    acknowledge_retry_within: float = 10.0
    slow_after: float = 3.0
    drop_after: float = 10.0
    judged_from: int = 10
    subscriptions_per_mailbox: int = 1000
