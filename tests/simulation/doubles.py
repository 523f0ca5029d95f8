"""The one double that is known: where EspoCRM has no field for the key of an event, a record may be made a second time.

It takes an answer that got lost, and a person who changes or gives away the record before it is asked for again: then nothing
tells the record from a person's own (decision 5). Nothing else is forgiven, and nothing at all where there is the field.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from starlette.applications import Starlette
from tools.chaos.deeds import Deed, History, Kind, tag_of
from tools.chaos.invariants import Violation

from tandem.people.entries import Side

_CONNECTOR = "connector"


def made_by_us(espo: Starlette) -> Mapping[str, int]:
    """Count the records of each event that the product made, removed ones included."""
    store = espo.state.shell.simulator.store
    (connector,) = [user.id for user in store.table("User").live() if user.values.get("userName") == _CONNECTOR]
    records = [record for entity in ("Meeting", "Call") for record in store.table(entity).everything()]
    ours = [record for record in records if record.values.get("createdById") == connector]
    return Counter(tag for record in ours if (tag := tag_of(record.values.get("name") or "")))


def told_apart(
    found: Iterable[Violation], histories: Iterable[History], made: Mapping[str, int]
) -> tuple[list[Violation], list[Violation]]:
    """Part what was found into what breaks a law and what is the known double, with all that it entails for its event.

    Which of two copies is held against which edit is a matter of chance. `made` is empty where nothing is forgiven.
    """
    known = {
        history.tag
        for history in histories
        if made.get(history.tag, 0) > 1 and any(_hides_a_record(deed) for deed in history.deeds)
    }
    broken: list[Violation] = []
    forgiven: list[Violation] = []
    for each in found:
        (forgiven if each.tag in known else broken).append(each)
    return broken, forgiven


def _hides_a_record(deed: Deed) -> bool:
    """Whether it is not recognised afterwards by its owner, title and start."""
    if deed.side is not Side.ESPO:
        return False
    return deed.kind in (Kind.DELETE, Kind.HAND_OVER) or (
        deed.kind is Kind.EDIT and bool(deed.wrote & {"title", "span"})
    )
