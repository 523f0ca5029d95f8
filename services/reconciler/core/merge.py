"""Merging two present sides, field by field, against what both last agreed on (M29).

A field that only one side changed flows to the other, if the rules let it. A change that may not flow is settled: it
stays where it was made and is not looked at again, until the source changes that field.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contracts.events import FIELDS, Event, EventField
from contracts.model import Instant
from contracts.writes import Patch, PeopleChange
from reconciler.core import online, people, privacy
from reconciler.core.decision import Conflict
from reconciler.core.labels import title_of, with_label
from reconciler.core.link import Link
from reconciler.core.rules import CONTESTED, ContestedField, Rules, Winner
from reconciler.core.side import Side, SideName, other


@dataclass(slots=True)
class Merge:
    """What came out: the values to write to each side, the fields at rest on each, and the conflicts."""

    patches: dict[SideName, dict[str, Any]]
    settled: dict[SideName, list[EventField]]
    conflicts: list[Conflict]

    def patch(self, side: SideName) -> Patch | None:
        """The update of that side, None if it needs none."""
        return Patch.model_validate(self.patches[side]) if self.patches[side] else None


def merge(link: Link, rules: Rules) -> Merge:
    """Compare each side with its own past and let each difference flow. Both sides must be present."""
    result = Merge(patches={"outlook": {}, "espo": {}}, settled={"outlook": [], "espo": []}, conflicts=[])
    for field in privacy.OF_BUSY_TIME if link.busy_only else FIELDS:
        if field == "people":
            _merge_people(result, link, rules)
        else:
            _merge_field(result, field, link, rules)
    if link.to_hand_over and rules.pulls:
        result.patches["espo"]["owner"] = link.account
    return result


def may_flow(field: EventField, target: SideName, link: Link, rules: Rules) -> bool:
    """Whether a change of this field may be written to that side: direction (M05 to M07), M16, and what a side can store.

    What concerns Teams has a direction of its own, whatever the account's (M27).
    """
    if target == "outlook" and link.guest:
        return False  # only the organizer changes a meeting; an edit of a guest's copy would be overwritten
    if target == "outlook" and link.over and people.concerns_guests(link, (field,)):
        return False  # Exchange mails the guests of what it updates, and nobody wants mail about the past (M33)
    if field == "online":
        return target == "outlook" and online.may_go_online(link)
    if field == "join_url":
        return target == "espo" and online.may_be_told(link)
    there = link.side(target).seen
    stores_it = there is not None and getattr(there, field) is not None
    # Each side keeps the description of what was born there.
    stays = field == "description" and not rules.description_both_ways and link.origin == target
    # Cancelling in EspoCRM is a status of its own there; Outlook only knows removal.
    unknown = field == "cancelled" and target == "outlook"
    return (rules.pulls if target == "espo" else rules.pushes) and stores_it and not stays and not unknown


def carried(field: EventField, value: Any, target: SideName, label: str) -> Any:
    """The value in the target's wording: a label in front of the subject in Outlook, none in EspoCRM (M12)."""
    if field != "title":
        return value
    return with_label(value, label) if target == "outlook" else title_of(value, label)


def winner(policy: Winner, outlook: Instant | None, espo: Instant | None) -> SideName:
    """Whose value stands where both changed a field, at these times (M29); EspoCRM's if it cannot be told who was later."""
    if policy is not Winner.LATEST:
        return "espo" if policy is Winner.ESPO else "outlook"
    # EspoCRM tells whole seconds: within one of them it cannot be told.
    return "outlook" if outlook and espo and outlook.replace(microsecond=0) > espo else "espo"


def edits(link: Link, name: SideName) -> tuple[ContestedField, ...]:
    """What somebody edited on one side since both agreed, and would be lost if that side were removed."""
    side = link.side(name)
    if side.seen is None or side.agreed is None:
        return ()
    return tuple(field for field in CONTESTED if _changed(field, link, name))


def _merge_field(result: Merge, field: EventField, link: Link, rules: Rules) -> None:
    label = rules.label_of(link.entity)
    flows: dict[SideName, Any] = {}
    for source in ("outlook", "espo"):
        if not _changed(field, link, source):
            continue
        target = other(source)
        value = carried(field, getattr(link.side(source).seen, field), target, label)
        if value is None or not may_flow(field, target, link, rules):
            result.settled[source].append(field)
        elif value == getattr(link.side(target).seen, field):
            result.settled[source].append(field)  # both sides came to say the same
            result.settled[target].append(field)
        else:
            flows[source] = value
    if flows and field in CONTESTED and all(_changed(field, link, side) for side in ("outlook", "espo")):
        won = _winner(field, flows, link, rules)
        flows.pop(other(won), None)
        result.conflicts.append(Conflict(field=field, won=won, lost=getattr(link.side(other(won)).seen, field)))
    for source, value in flows.items():
        result.patches[other(source)][field] = value


def _winner(field: EventField, flows: Mapping[SideName, Any], link: Link, rules: Rules) -> SideName:
    """Whose value stands where both sides changed a field; where only one may cross, it is that one."""
    if len(flows) == 1:
        return next(iter(flows))
    return winner(rules.winner_of(field), link.outlook.edited(field), link.espo.edited(field))


def _merge_people(result: Merge, link: Link, rules: Rules) -> None:
    for source in ("outlook", "espo"):
        side, target = link.side(source), other(source)
        if not _changed("people", link, source):
            continue
        agreed, seen = _people(side.agreed), _people(side.seen)
        if source == "outlook":
            known = (*_people(link.espo.agreed), *_people(link.espo.seen))
            agreed, seen = people.as_known(agreed, known), people.as_known(seen, known)
        news = people.difference(agreed, seen)
        change: PeopleChange | None = None
        if news and may_flow("people", target, link, rules):
            there = _people(link.side(target).seen)
            change = (
                people.for_espo(news, there, blocked=rules.blocked_domains)
                if target == "espo"
                else people.for_outlook(
                    news, there, contacts_and_leads=rules.contacts_and_leads, blocked=rules.blocked_domains
                )
            )
        if change is not None:
            result.patches[target]["people"] = change
        elif not _is_written(link.side(target), "people"):
            result.settled[source].append(
                "people"
            )  # or who is there may be so by our write alone, and its outcome tells


def _people(event: Event | None) -> people.People:
    return (event.people or ()) if event else ()


def _changed(field: EventField, link: Link, source: SideName) -> bool:
    side = link.side(source)
    if _is_written(side, field):
        return False  # what is seen may be our own write; its outcome will tell
    if side.agreed is None:
        return True
    now, before = getattr(side.seen, field), getattr(side.agreed, field)
    if before is None and now == "":
        return False  # an administrator has added the field since: it is empty because nobody has filled it in yet
    return bool(now != before)


def _is_written(side: Side, field: EventField) -> bool:
    return side.flight is not None and field in side.flight.fields
