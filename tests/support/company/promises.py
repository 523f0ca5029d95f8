"""What is promised (M22 to M26, M29, M31, M33), checked from outside: by what people did and what the systems hold.

Nothing here asks the core. Each check names the situation that broke the promise.
"""

from typing import TYPE_CHECKING, Any

from contracts.events import EventField, PersonKind, Reply
from reconciler.core.rules import Direction
from reconciler.core.side import SideName
from support.company.systems import Entry, known_as

if TYPE_CHECKING:
    from support.company.company import Company

PLAIN: tuple[EventField, ...] = ("title", "span", "location", "description")


def hold_always(company: "Company") -> None:
    """What may never be otherwise, whatever is under way."""
    for story in company.changes:
        _nothing_twice(company, story)
    for entry in company.outlook.entries.values():
        for guest, mails in entry.mailed.items():
            assert mails <= company.changes[entry.story], f"{guest} got {mails} mails about {entry.id}"
    for removed in company.to_outlook.removed:
        records = [one for one in company.espo.entries.values() if one.story == removed.story]
        assert any(one.by_hand or one.moved for one in records), f"{removed.id} was removed without a reason"
    for removed in company.to_espo.removed:
        events = [one for one in company.outlook.entries.values() if one.story == removed.story]
        assert any(one.by_hand for one in events), f"{removed.id} was removed without a reason"
    if company.rules.direction is Direction.NONE:
        assert company.written == 0


def hold(company: "Company") -> None:
    """What holds once everything has come to rest. What stands then is the beginning of the next episode."""
    hold_always(company)
    for story in company.changes:
        events, records = _live(company, "outlook", story), _live(company, "espo", story)
        assert len(events) <= 1, f"twice in Outlook: {[one.id for one in events]}"
        _there_or_not(company, story, events, records)
        if events and records and events[0].owner == records[0].owner:
            _say_the_same(company, events[0], records[0])
    company.last_edits.clear()
    for system in (company.outlook, company.espo):
        for entry in system.entries.values():
            company.stood.update({(entry.id, field): getattr(entry.event, field) for field in PLAIN})


def _live(company: "Company", side: SideName, story: int) -> list[Entry]:
    entries = (company.outlook if side == "outlook" else company.espo).entries.values()
    return [entry for entry in entries if entry.story == story and not entry.removed]


def _all(company: "Company", story: int) -> tuple[list[Entry], list[Entry]]:
    outlook = [entry for entry in company.outlook.entries.values() if entry.story == story]
    return outlook, [entry for entry in company.espo.entries.values() if entry.story == story]


def _nothing_twice(company: "Company", story: int) -> None:
    records = _live(company, "espo", story)
    assert len(records) <= 1, f"twice in EspoCRM: {[one.id for one in records]}"
    if any(record.moved for record in _all(company, story)[1]):
        return  # what a hand-over leaves behind unanswered goes when it is seen; at rest there is one
    events = _live(company, "outlook", story)
    owners = [entry.owner for entry in events]
    assert len(owners) == len(set(owners)), f"twice in one mailbox: {[one.id for one in events]}"


def _there_or_not(company: "Company", story: int, events: list[Entry], records: list[Entry]) -> None:
    """Removals and reassignments have reached the other side, and nothing else has."""
    rules, (all_events, all_records) = company.rules, _all(company, story)
    born_in_espo = any(not record.key for record in all_records)
    moved = any(record.moved for record in all_records)
    if records and rules.pushes and records[0].owner in company.office.accounts and (born_in_espo or moved):
        mine = [event for event in all_events if event.owner == records[0].owner]
        wanted = not any(event.by_hand for event in all_events) and not records[0].event.cancelled
        assert events or not wanted or mine, f"{records[0].id} is missing in Outlook"
    if events and rules.pulls and not born_in_espo:
        assert all_records, f"{events[0].id} is missing in EspoCRM"
    if born_in_espo and not records and rules.pushes:
        assert not events, f"{events[0].id} was removed in EspoCRM and is still in Outlook"
    if not born_in_espo and not moved and not events and rules.pulls:
        assert not records, f"{records[0].id} was removed in Outlook and is still in EspoCRM"
    if records and events and rules.pushes:
        assert events[0].owner == records[0].owner, f"{events[0].id} is still with its old owner"


def _say_the_same(company: "Company", event: Entry, record: Entry) -> None:
    for field in PLAIN:
        _one_field(company, field, event, record)
    if company.rules.direction is Direction.BOTH:
        _people(company, event, record)


def _one_field(company: "Company", field: EventField, event: Entry, record: Entry) -> None:
    there, here = (_bare(company, field, getattr(entry.event, field)) for entry in (event, record))
    told = company.last_edits.get((event.id, field))
    elsewhere = _edited_in_other_mailboxes(company, field, event)
    edited = company.last_edits.get((record.id, field))
    to_espo, to_outlook = _ways(company, field, record)
    what = f"{field} of {event.id} and {record.id}: {there!r} in Outlook, {here!r} in EspoCRM"
    if to_espo and to_outlook:
        assert there == here, what
    if told and not edited and not elsewhere:
        assert there == _bare(company, field, told[1]), f"{what}; lost in Outlook: {told[1]!r}"
        # On a way of one direction, whoever changes something and changes it back before anybody looks has changed nothing.
        assert not to_espo or here == there or _rests_as_before(company, field, event), what
    elif elsewhere:
        # Edited for its old owner at the moment of the reassignment: either may stand, and the other one is not forgotten.
        for old in elsewhere if to_espo else ():
            _crossed_or_kept(company, field, old, record)
    elif edited and not told:
        assert here == _bare(company, field, edited[1]), f"{what}; lost in EspoCRM: {edited[1]!r}"
        assert not to_outlook or here == there or _rests_as_before(company, field, record), what
    elif told and edited:
        _one_of_two_edits(company, field, event, record, what)
    elif (event.id, field) in company.stood and (record.id, field) in company.stood:
        assert there == _bare(company, field, company.stood[event.id, field]), f"{what}; nobody edited it"
        assert here == _bare(company, field, company.stood[record.id, field]), f"{what}; nobody edited it"


def _ways(company: "Company", field: EventField, record: Entry) -> tuple[bool, bool]:
    """Whether a change of this field crosses to EspoCRM, and whether to Outlook (M05 to M07, M16)."""
    rules = company.rules
    if field != "description" or rules.description_both_ways:
        return rules.pulls, rules.pushes
    if record.moved:
        return False, False  # born where, depends on who owned it meanwhile
    born_in_espo = not record.key
    return rules.pulls and not born_in_espo, rules.pushes and born_in_espo


def _one_of_two_edits(company: "Company", field: EventField, event: Entry, record: Entry, what: str) -> None:
    """Both sides were edited: one of the two stands, and which, where that can be known."""
    there, here = (_bare(company, field, getattr(entry.event, field)) for entry in (event, record))
    told, edited = company.last_edits[event.id, field], company.last_edits[record.id, field]
    to_espo, to_outlook = _ways(company, field, record)
    may_stand = (_bare(company, field, told[1]), _bare(company, field, edited[1]))
    assert there in may_stand, f"{what}; neither of {may_stand}"
    assert here in may_stand, f"{what}; neither of {may_stand}"
    later, entry, (_, value) = ("outlook", event, told) if told[0] > edited[0] else ("espo", record, edited)
    if (entry.id, field) in company.given_back:
        return  # nobody needs to have noticed it
    if to_espo != to_outlook and to_espo == (later == "outlook"):
        assert here == there, what
    if to_espo and to_outlook and company.rules.winner == later:
        # Whether its author had seen the other edit or not: it is the later one, and on the side that wins.
        assert here == _bare(company, field, value), f"{what}; {value!r} came later, on the side that wins"


def _edited_in_other_mailboxes(company: "Company", field: EventField, event: Entry) -> list[Entry]:
    others = (one for one in company.outlook.entries.values() if one.story == event.story and one is not event)
    return [one for one in others if (one.id, field) in company.last_edits]


def _crossed_or_kept(company: "Company", field: EventField, old: Entry, record: Entry) -> None:
    """What was edited in a mailbox that the event has left since was in the record once, or is in the journal (M22, M30)."""
    if old.by_hand:
        return  # whoever edited it there removed it himself
    _, value = company.last_edits[old.id, field]
    crossed = [getattr(event, field) for event in (*(past for past, _, _ in record.past), record.event)]
    known = [*crossed, *(lost for item, name, lost in company.office.kept if (item, name) == (old.id, field))]
    bare = _bare(company, field, value)
    assert bare in [_bare(company, field, one) for one in known], f"{field} of {old.id}: {value!r} went without a trace"


def _rests_as_before(company: "Company", field: EventField, entry: Entry) -> bool:
    """Whether a value is what it was when all had come to rest last."""
    return bool(company.stood.get((entry.id, field)) == getattr(entry.event, field))


def _bare(company: "Company", field: EventField, value: Any) -> Any:
    """A value without what either system rewrites."""
    some = next(iter(company.outlook.entries.values())).event
    worded = company.espo.wording(company.outlook.wording(some.model_copy(update={field: value})))
    return getattr(worded, field)


def _people(company: "Company", event: Entry, record: Entry) -> None:
    """Whom EspoCRM knows is on both lists, as far as the settings let them; who answered in Outlook has answered."""
    invited = {known.address: known for one in event.event.people or () if (known := known_as(one))}
    listed = {one.address: one for one in record.event.people or ()}
    what = f"guests of {event.id} and {record.id}: {sorted(invited)} in Outlook, {sorted(listed)} in EspoCRM"
    assert set(invited) <= set(listed), what
    crossing = {
        one.address for one in listed.values() if company.rules.contacts_and_leads or one.kind is PersonKind.USER
    }
    assert crossing <= set(invited), what
    for address, guest in invited.items():
        if guest.reply is not Reply.NONE and not record.moved and record.id not in company.lists_edited:
            assert listed[address].reply is guest.reply, f"{address}'s answer about {event.id} did not cross"
