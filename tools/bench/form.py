"""How large a run is: the full form takes a quarter of an hour, the quick one two minutes, the smallest proves that it works."""

from dataclasses import dataclass

from tandem.local.wanted import APACHE, MEMORY

SERVICES = ("outlook_connector", "espo_connector", "reconciler", "teams_meeting", "console")


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How much is made of each thing, and how many seconds each load lasts. What a form leaves out is not measured.

    On `kafka` "memory" rates are low: it hands out one message of a partition at a time, and says so only when a poll is over.
    `replicated` events are pushed with one of each service, then with each number of `replicas` of each. `starts`
    are the services that are started anew.
    """

    name: str
    kafka: str = APACHE
    limit_calls: int
    limit_messages: int
    pulls: tuple[int, ...]
    push_one: int
    push_many: int
    mailboxes: int = 20
    replicas: tuple[int, ...] = ()
    replicated: int = 0
    rates: tuple[int, ...]
    load_seconds: float
    quiet_seconds: float
    patience: float
    profiled: int = 0
    links: tuple[int, ...] = ()
    idle: int = 0
    idle_seconds: float = 0
    starts: tuple[str, ...] = SERVICES


FULL = Form(
    name="full",
    limit_calls=400,
    limit_messages=5000,
    pulls=(1000, 10_000),
    push_one=1000,
    push_many=5000,
    replicas=(2, 4),
    replicated=400,
    rates=(1, 50, 200),
    load_seconds=20,
    quiet_seconds=20,
    patience=240,
    profiled=300,
    links=(1000, 10_000, 100_000, 1_000_000),
    idle=10_000,
    idle_seconds=45,
)
QUICK = Form(
    name="quick",
    limit_calls=100,
    limit_messages=1000,
    pulls=(300,),
    push_one=200,
    push_many=400,
    rates=(1, 50),
    load_seconds=6,
    quiet_seconds=5,
    patience=60,
)
SMALLEST = Form(
    name="smallest",
    kafka=MEMORY,
    limit_calls=8,
    limit_messages=20,
    pulls=(6,),
    push_one=6,
    push_many=6,
    mailboxes=2,
    replicas=(2,),
    replicated=4,
    rates=(5,),
    load_seconds=1,
    quiet_seconds=2,
    patience=120,
    profiled=4,
    links=(100, 200),
    idle=3,
    idle_seconds=2,
    starts=("espo_connector",),
)

FORMS = {form.name: form for form in (FULL, QUICK, SMALLEST)}
