"""Makes an event that is in a mailbox a Teams meeting.

Graph answers such a wish with success even where the mailbox has no Teams, and then has done nothing (Graph
documentation, "event": `isOnlineMeeting`). So the calendar is asked first whether it may, and the answer is read.
"""

from graph.asking.answers import GraphEvent
from graph.asking.bodies import TEAMS, EventBody
from graph.asking.failures import outage
from graph.errors import ChangedError, DeniedError
from graph.mailbox import Mailbox

NO_TEAMS = "the mailbox has no licence for Teams, or this calendar may not use it"
NOT_THE_ORGANIZER = "only its organizer can make a meeting a Teams meeting"
_ONLINE = EventBody(is_online_meeting=True, online_meeting_provider=TEAMS)


async def make_online(mailbox: Mailbox, outlook_id: str) -> str:
    """Make the event a Teams meeting, unless it is one; give its join link, "" while that has not come.

    Raises:
        DeniedError: the mailbox has no Teams, or somebody else organizes the event.
        NotThereError: the event is gone.
        GraphError: any other failure of `graph.errors`.

    """
    event = await mailbox.event(outlook_id)
    if not event.is_online_meeting:
        if event.is_organizer is False:
            raise DeniedError(NOT_THE_ORGANIZER)
        if TEAMS not in await mailbox.meeting_providers():
            raise DeniedError(NO_TEAMS)
        event = await _changed(mailbox, event)
    if not event.is_online_meeting:
        raise DeniedError(NO_TEAMS)
    return (event.online_meeting.join_url if event.online_meeting else None) or ""


async def _changed(mailbox: Mailbox, event: GraphEvent) -> GraphEvent:
    try:
        return await mailbox.update(event.id, event.etag or "", _ONLINE)
    except ChangedError as error:
        raise outage("the event was being edited at that moment", mailbox.client.clock()) from error
