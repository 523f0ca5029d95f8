"""What the messages of a batch are about, read in a few questions instead of a few for each message.

Nothing is decided here, and nothing depends on it: a handler that asks for something else asks the database itself.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from contracts.changes import EspoGone, EspoSeen, OutlookGone, OutlookSeen
from contracts.events import Event
from contracts.outcomes import Conflicted, Done, Outcome
from reconciler.core.ending import end_of
from reconciler.core.entity import entity_for
from reconciler.core.link import key_of
from reconciler.store import Unit


async def foresee(unit: Unit, messages: Sequence[Any]) -> None:
    """Read what the handlers of these messages are going to ask for. The accounts of the messages are locked."""
    outcomes = [message for message in messages if isinstance(message, Outcome)]
    stored = [content for outcome in outcomes if (content := _content(outcome)) is not None]
    records = [one for one in (*messages, *stored) if isinstance(one, EspoSeen | EspoGone)]
    events = [one for one in messages if isinstance(one, OutlookSeen | OutlookGone)]
    await unit.foresee_links("link", [(outcome.link_id,) for outcome in outcomes])
    await unit.foresee_links("link_by_espo_id", [(record.entity, record.espo_id) for record in records])
    await unit.foresee_links("link_by_outlook_id", [(event.account, event.outlook_id) for event in events])
    seen = [one for one in (*messages, *stored) if isinstance(one, OutlookSeen | EspoSeen)]
    accounts = {message.account for message in messages if getattr(message, "account", "")}
    await unit.foresee_accounts(accounts, {address for one in seen for address in _addresses(one.event)})
    await unit.foresee_claims([(one.entity, one.espo_id) for one in stored if isinstance(one, EspoSeen)])
    await _foresee_news(unit, messages)


async def _foresee_news(unit: Unit, messages: Iterable[Any]) -> None:
    """Read where an event that has no link yet may be known from: a guest's copy, our creation of it, its twin."""
    seen = [one for one in messages if isinstance(one, OutlookSeen | EspoSeen)]
    events = [one for one in seen if isinstance(one, OutlookSeen)]
    new = [one for one in events if await unit.link("link_by_outlook_id", one.account, one.outlook_id) is None]
    made = [(one.account, one.transaction_id) for one in new if one.transaction_id is not None]
    await unit.foresee_links("link_by_transaction_id", made)
    meetings = {one.ical_uid for one in new if one.ical_uid}
    await unit.lock(*meetings)
    await unit.foresee_links("links_of_meeting", [(meeting,) for meeting in meetings])
    await unit.foresee_links("links_by_key", [(key,) for one in seen if (key := await _key_of(unit, one))])
    await unit.foresee_links("one_sided_links", [twin for one in seen if (twin := await _twin_of(unit, one))])


async def _twin_of(unit: Unit, seen: OutlookSeen | EspoSeen) -> tuple[Any, ...] | None:
    """By what a twin would be found, while the first reading of the account lasts."""
    account = await unit.account(seen.account)
    if account is None or not account.awaits:
        return None
    entity = seen.entity if isinstance(seen, EspoSeen) else entity_for(seen.event, account.rules)
    return account.id, entity, end_of(seen.event)


async def _key_of(unit: Unit, seen: OutlookSeen | EspoSeen) -> str | None:
    """By what its other half would be found, if it may be asked for."""
    if isinstance(seen, EspoSeen):
        known = await unit.link("link_by_espo_id", seen.entity, seen.espo_id)
        return seen.key if known is None and seen.created_by_us else None
    account = await unit.account(seen.account)
    return key_of(seen.account, seen.outlook_id) if account is not None and account.awaits else None


def _content(outcome: Outcome) -> OutlookSeen | EspoSeen | None:
    match outcome:
        case Done():
            return outcome.stored
        case Conflicted():
            return outcome.fresh
        case _:
            return None


def _addresses(event: Event) -> Iterable[str]:
    return (address for person in event.people or () for address in person.addresses)
