"""Both systems as they are from outside: every calendar, and every mail."""

from tandem.people.stage import Stage
from tools.chaos.invariants import Mail, Seen


async def read(on: Stage) -> Seen:
    """Read everything. Raises httpx.HTTPError if a simulator does not answer."""
    calendars = {place: await calendar.entries() for place, calendar in on.calendars.items()}
    answer = await on.http.get(f"{on.addresses.graph.url}/_control/outbox")
    mails = (Mail(mail["kind"], mail["subject"], mail["to"].lower()) for mail in answer.raise_for_status().json())
    return Seen(calendars, tuple(mails))
