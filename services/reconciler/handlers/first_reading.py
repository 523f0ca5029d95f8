"""The first reading of an account: twins are found while it lasts, and when it is over, what waited for it is let go (M31)."""

from datetime import UTC, datetime
from uuid import uuid4

from contracts.changes import EspoSeen
from reconciler.core import absorb
from reconciler.core.ending import ends_at
from reconciler.core.first_reading import READINGS, Awaited
from reconciler.core.link import Link
from reconciler.core.side import Presence
from reconciler.core.survivors import survivors
from reconciler.core.twins import are_of_one_key, are_twins, one_sided, paired
from reconciler.handlers.journal import Match, note_begin, note_match
from reconciler.store import Account, Unit


async def begin(unit: Unit, account_id: str, *, confirm: bool, again: bool = False) -> None:
    """Let an account wait for what has not been read yet, and for its owner's word if it wants to be asked (M33).

    `again`: it synced before, so what it made may be there without its knowing.
    """
    awaits = await _unread(unit, account_id)
    if again and awaits:
        awaits |= {Awaited.PAIRS}
    if confirm or Awaited.WORD in await _awaited(unit, account_id):
        awaits |= {Awaited.WORD}
    await _await(unit, account_id, awaits)


async def feed_was_read(unit: Unit, feed: str) -> None:
    """Let go what waited for this feed, if it was the last of its side."""
    account_id = await unit.value("waiting_account_of_feed", feed)
    if account_id is None:
        return
    before = await _awaited(unit, account_id)
    awaits = (before - READINGS) | await _unread(unit, account_id)
    if Awaited.PAIRS in awaits and not awaits & READINGS:
        await _pair_survivors(unit, account_id)
        awaits -= {Awaited.PAIRS}
    if awaits != before:
        await _await(unit, account_id, awaits)


async def may_begin(unit: Unit, account_id: str, by: str) -> bool:
    """Take somebody's word that the sync may begin; whether there is such an account."""
    await unit.lock(account_id)
    if await unit.account(account_id) is None:
        return False
    await _await(unit, account_id, await _awaited(unit, account_id) - {Awaited.WORD})
    await note_begin(unit, account_id, by)
    return True


async def matched(unit: Unit, link: Link, account: Account) -> Link:
    """The link, made one with its other half if that is known.

    A key tells the half for certain. Twins are looked for only while the first reading lasts: later ones are two events.
    """
    if not (account.awaits or link.born_with) or not one_sided(link):
        return link
    if made := await _of_one_key(unit, link):
        return await _one(unit, made, link, account, Match.KEY)
    twins = await _twins(unit, link, account) if account.awaits else []
    return await _one(unit, twins[0], link, account, Match.TWIN, alike=len(twins)) if twins else link


async def event_of_second(unit: Unit, seen: EspoSeen) -> Link | None:
    """The event that this record was made of once more, as one with it, if its first record is gone.

    Whichever direction the account has, and whosever the record is by now: it is the event's record, and goes its way.
    """
    for known in await _made_of(unit, seen):
        begun = Link(id=uuid4(), account=known.account, origin="espo", entity=seen.entity, born_with=seen.key)
        record = absorb.seen(begun, seen)
        account = await unit.account(known.account)
        if account is not None and known.espo.presence is Presence.GONE and are_of_one_key(known, record):
            return await _one(unit, known, record, account, Match.KEY)
    return None


async def not_free_yet(unit: Unit, seen: EspoSeen) -> Link | None:
    """The event that this record was made of once more, if it cannot be one with it yet.

    Its first record is there as far as is known, or a write of ours is under way.
    """
    made_of = [link for link in await _made_of(unit, seen) if link.outlook.id]
    return next((link for link in made_of if link.espo.presence is Presence.PRESENT or link.flights), None)


async def _made_of(unit: Unit, seen: EspoSeen) -> list[Link]:
    return await unit.links("links_by_key", seen.key) if seen.created_by_us and seen.key else []


async def _of_one_key(unit: Unit, link: Link) -> Link | None:
    others = await unit.links("links_by_key", link.key) if link.key else []
    return next((other for other in others if are_of_one_key(other, link)), None)


async def _twins(unit: Unit, link: Link, account: Account) -> list[Link]:
    others = await unit.links("one_sided_links", account.id, link.entity, ends_at(link))
    return [other for other in others if are_twins(other, link, account.rules)]


async def _one(unit: Unit, known: Link, link: Link, account: Account, by: Match, *, alike: int = 1) -> Link:
    pair, lost = paired(known, link, account.rules)
    await unit.forget(link)
    await note_match(unit, pair, lost, by, alike=alike)
    return pair


async def _await(unit: Unit, account_id: str, awaits: frozenset[Awaited]) -> None:
    await unit.run("put_awaits", account_id, sorted(awaits))
    if not awaits & READINGS:
        await unit.run("forget_candidates", account_id)
    await unit.run("wake_pending", account_id, datetime.now(UTC))


async def _pair_survivors(unit: Unit, account_id: str) -> None:
    """Pair what we made before a backup was restored, now that nothing more will be read that might fit better."""
    account = await unit.account(account_id)
    if account is None:
        return
    links = await unit.links("one_sided_if_ours", account_id)
    for one, other in survivors(links, account.rules):
        await unit.save(await _one(unit, one, other, account, Match.SURVIVOR))


async def _awaited(unit: Unit, account_id: str) -> frozenset[Awaited]:
    return frozenset(map(Awaited, await unit.value("awaits", account_id) or ()))


async def _unread(unit: Unit, account_id: str) -> frozenset[Awaited]:
    return frozenset(Awaited(row["side"]) for row in await unit.rows("unread_sides", account_id))
