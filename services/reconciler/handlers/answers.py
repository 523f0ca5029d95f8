"""Has answers that were given in EspoCRM given in Outlook, and hears what came of them."""

from datetime import datetime
from uuid import uuid4

from contracts.outcomes import AnyOutcome, Deferred
from contracts.topics import OUTLOOK_WRITES
from contracts.writes import AnswerInvitation
from reconciler.core import answers
from reconciler.core.link import Link
from reconciler.handlers.journal import note_answer
from reconciler.handlers.rest import rest
from reconciler.store import Unit


async def give(unit: Unit, link: Link, now: datetime) -> Link:
    """Send what is due. A guest who is not connected any more, or lets nothing into Outlook, is not spoken for."""
    for answer in answers.due(link):
        guest = await unit.account(answer.user)
        if guest is None or not guest.rules.pushes or link.ical_uid is None:
            link = answers.closed(link, answer)
            continue
        write = AnswerInvitation(
            write_id=uuid4(),
            link_id=link.id,
            account=guest.id,
            issued_at=now,
            mailbox=guest.mailbox,
            ical_uid=link.ical_uid,
            reply=answer.reply,
            tell_organizer=guest.rules.send_responses,
        )
        await unit.send(OUTLOOK_WRITES, guest.id, write)
        unit.metrics.wishes.labels("outlook", "answer").inc()
        link = answers.took_off(link, answer, write.write_id, now)
    return link


async def given(unit: Unit, link: Link, outcome: AnyOutcome) -> Link | None:
    """The link after an outcome of one of its answers; None where the outcome is of something else."""
    answer = answers.under_way(link, outcome.write_id)
    if answer is None:
        return None
    unit.metrics.outcomes.labels("outlook", outcome.kind).inc()
    await note_answer(unit, link, outcome)
    if isinstance(outcome, Deferred):
        until = rest(outcome.until, answer.attempts)
        return answers.deferred(link, answer, until, attempted=outcome.attempted)
    return answers.closed(link, answer)
