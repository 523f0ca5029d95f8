"""The doubles that are known: two ways in which a record may be made a second time (decision 5). Nothing else is forgiven.

Both take an answer that got lost. Where EspoCRM has no field for the key of an event, a person who changes or gives away the
record before it is asked for again makes it look like his own. And a person who removes it before anybody has heard of it
leaves nothing to be found, field or no field: EspoCRM tells nobody of what was removed.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from starlette.applications import Starlette
from tools.chaos.deeds import Deed, History, Kind, tag_of
from tools.chaos.invariants import Violation

from simulation.bus import Bus
from tandem.people.entries import Side

_CONNECTOR = "connector"


@dataclass(frozen=True, slots=True)
class Made:
    """A record that the product made: of which event, and whether it was removed before the bus had told anybody of it."""

    tag: str
    removed_unheard_of: bool = False


def made_by_us(espo: Starlette, bus: Bus) -> list[Made]:
    """Give every record that the product made, removed ones included."""
    store = espo.state.shell.simulator.store
    (connector,) = [user.id for user in store.table("User").live() if user.values.get("userName") == _CONNECTOR]
    records = [record for entity in ("Meeting", "Call") for record in store.table(entity).everything()]
    ours = [record for record in records if record.values.get("createdById") == connector]
    return [
        Made(tag, removed_unheard_of=record.deleted and not bus.told_of(record.id))
        for record in ours
        if (tag := tag_of(record.values.get("name") or ""))
    ]


def told_apart(
    found: Iterable[Violation], histories: Iterable[History], made: Iterable[Made], *, keyed: bool
) -> tuple[list[Violation], list[Violation]]:
    """Part what was found into what breaks a law and what is a known double, with all that it entails for its event.

    Which of two copies is held against which edit is a matter of chance.
    """
    count, unheard_of = Counter(one.tag for one in made), {one.tag for one in made if one.removed_unheard_of}
    known = {
        history.tag
        for history in histories
        if count[history.tag] > 1
        and (history.tag in unheard_of or not keyed)
        and any(_hides_a_record(deed, keyed=keyed) for deed in history.deeds)
    }
    broken: list[Violation] = []
    forgiven: list[Violation] = []
    for each in found:
        (forgiven if each.tag in known else broken).append(each)
    return broken, forgiven


def _hides_a_record(deed: Deed, *, keyed: bool) -> bool:
    """Whether it is not recognised afterwards: by its key, or without one by its owner, title and start."""
    if deed.side is not Side.ESPO:
        return False
    if deed.kind is Kind.DELETE or keyed:
        return deed.kind is Kind.DELETE
    return deed.kind is Kind.HAND_OVER or (deed.kind is Kind.EDIT and bool(deed.wrote & {"title", "span"}))
