"""Load, absorb, *decide, save*: the second half of every handler that touches a link."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from contracts.looks import LookAtEvent, LookAtRecords
from contracts.topics import ESPO_LOOKS, OUTLOOK_LOOKS, TEAMS_REQUESTS
from reconciler.core import absorb, answers, ending, landing, meetings, online, people
from reconciler.core.brake import awaits_a_word, concerns, held
from reconciler.core.budget import WITHIN, granted, is_restless
from reconciler.core.decide import decide
from reconciler.core.decision import Decision, MeetingWish
from reconciler.core.first_reading import held_back
from reconciler.core.line import in_turn
from reconciler.core.link import Link
from reconciler.core.side import SideName, Verb
from reconciler.handlers.answers import give
from reconciler.handlers.first_reading import matched
from reconciler.handlers.journal import note_decision
from reconciler.handlers.outbound import request_for, write_for
from reconciler.handlers.privacy import forgetting
from reconciler.handlers.restores import bring_back
from reconciler.store import Account, Unit

_LEFT_BEHIND_PAUSE = timedelta(seconds=2)


async def settle(unit: Unit, link: Link, account: Account) -> None:
    """Decide on a link that has news, send what is wished for, and save all of it."""
    now = datetime.now(UTC)
    link = answers.noted(ending.at(await matched(unit, await forgetting(unit, link, account), account), now))
    decision = decide(link, account.rules)
    if concerns(link, decision) and (awaits_a_word(link) or not await _brake_allows(unit, link)):
        decision = held(decision)
    decision = held_back(decision, account.awaits)
    link, decision = in_turn(link, decision, await _under_way(unit, link, decision), now)
    link, decision = granted(link, decision, now, await _restless(unit, link, decision, now))
    unit.metrics.decisions.labels(decision.state.value).inc()
    settled = _placed(absorb.settle(link, decision), decision, account)
    if decision.wishes:
        unit.count_under_way(link.account)
    for wish in (people.without_invitations(wish) if link.over else wish for wish in decision.wishes):
        write_id = uuid4()
        topic, write = write_for(wish, settled, account, write_id, now)
        settled = landing.took_off(settled, wish, write_id, now)
        await unit.send(topic, account.id, write)
        unit.metrics.wishes.labels(wish.side, wish.verb.value).inc()
    if await _must_wait(unit, settled, decision.meeting):
        decision, settled = replace(decision, meeting=None), meetings.deferred(settled, now + _LEFT_BEHIND_PAUSE)
    if decision.meeting is not None:
        write_id = uuid4()
        await unit.send(TEAMS_REQUESTS, account.id, request_for(decision.meeting, settled, account, write_id, now))
        settled = meetings.took_off(settled, decision.meeting, write_id, now)
        unit.metrics.wishes.labels("teams", decision.meeting.verb.value).inc()
    for conflict in decision.conflicts:
        unit.metrics.conflicts.labels(conflict.field).inc()
    settled = await bring_back(unit, await give(unit, settled, now), account, now)
    settled = online.awaiting(settled, now)
    await unit.save(settled)
    await note_decision(unit, link, settled, decision)


async def look_again(unit: Unit, link: Link, account: Account | None, side: SideName) -> None:
    """Have one side of a link read again: what is known of it is in doubt. Nobody reads the mailbox of who has left."""
    item = link.side(side).id
    if item is None:
        return
    if side == "espo":
        records = LookAtRecords(account=link.account, entity=link.entity, espo_ids=(item,))
        await unit.send(ESPO_LOOKS, link.account, records)
    elif account is not None:
        look = LookAtEvent(
            account=account.id,
            mailbox=account.mailbox,
            calendar=link.calendar,
            outlook_id=item,
            **account.rules.told,
        )
        await unit.send(OUTLOOK_LOOKS, account.id, look)


def _placed(link: Link, decision: Decision, account: Account) -> Link:
    """Choose the calendar of an event to be made in Outlook: the main one of today, not of when its record was seen (M13).

    One that may have been made already is asked for again where it was, or it would not be found there.
    """
    new = any(wish.side == "outlook" and wish.verb is Verb.CREATE for wish in decision.wishes)
    creation = link.outlook.creation
    if not new or (creation is not None and not creation.refused):
        return link
    return link.model_copy(update={"calendar": account.rules.main_calendar})


async def _must_wait(unit: Unit, link: Link, wish: MeetingWish | None) -> bool:
    """Whether an earlier meeting of the same record and user is being removed, which would take a new one with it."""
    if wish is None or wish.verb is not Verb.CREATE:
        return False
    return bool(await unit.value("meeting_under_way_elsewhere", link.account, link.espo.id, link.id))


async def _under_way(unit: Unit, link: Link, decision: Decision) -> int:
    """How many events of the account are being written; asked for decisions that write."""
    return await unit.under_way(link.account) if decision.wishes else 0


async def _restless(unit: Unit, link: Link, decision: Decision, now: datetime) -> int:
    """How many events of the mailbox are written to over and over; asked for those that are only."""
    if not decision.wishes or not is_restless(link, now):
        return 0
    return int(await unit.value("restless_links", link.account, (now - WITHIN).isoformat()))


async def _brake_allows(unit: Unit, link: Link) -> bool:
    (counted,) = await unit.rows("removals_and_links", link.account, unit.brake.within, link.id)
    return unit.brake.allows(counted["removed"], counted["links"])
