"""How large a run is."""

from dataclasses import dataclass

from tandem.local.wanted import APACHE, MEMORY


@dataclass(frozen=True, slots=True)
class Form:
    """How many people, on which Kafka, what is tried and for how long.

    The broker in memory keeps 5 MB of a partition, so a large import needs a real one.

    Once all are connected, nothing happens for `idle_seconds`, to see what that costs.

    `rates`: changes a second that are tried in turn, each for `step_seconds`, until one is not borne; the last that was
    goes on for `seconds`, with a look every `sample_seconds`. Then somebody imports `imported` events while a mailbox, for
    which `throttled` new events wait, is throttled, and others make `normal` changes, `normal_rate` a second.
    """

    name: str
    kafka: str
    accounts: int
    idle_seconds: float
    rates: tuple[int, ...]
    step_seconds: float
    seconds: float
    sample_seconds: float
    imported: int
    throttled: int
    normal: int
    normal_rate: float
    patience: float


FULL = Form(
    "full",
    kafka=APACHE,
    accounts=10_000,
    idle_seconds=120,
    rates=(10, 20, 30, 40, 50, 75, 100, 150, 200),
    step_seconds=20,
    seconds=180,
    sample_seconds=5,
    imported=10_000,
    throttled=20,
    normal=100,
    normal_rate=2,
    patience=900,
)
SHORT = Form(
    "short",
    kafka=MEMORY,
    accounts=8,
    idle_seconds=1,
    rates=(4,),
    step_seconds=2,
    seconds=4,
    sample_seconds=1,
    imported=600,
    throttled=3,
    normal=6,
    normal_rate=3,
    patience=180,
)
FORMS = {form.name: form for form in (FULL, SHORT)}
