"""Changes an event in Outlook, if it still is the one that the change was decided on.

The version is checked by Graph itself (`If-Match`), so an edit that somebody makes at the same moment is never
overwritten. A change whose answer was lost is asked for again and meets its own version: an event that says all that
was wished for is no conflict, or our own write would pass for a person's edit.
"""

from msgspec import UNSET

from contracts.writes import UpdateOutlookEvent
from graph.asking.answers import GraphEvent
from graph.asking.bodies import EventBody
from graph.asking.failures import outage
from graph.errors import ChangedError, DeniedError, UnclearError
from graph.mailbox import Mailbox
from outlook_connector.fields.page import UnreadableError
from outlook_connector.fields.teams_block import has_block
from outlook_connector.translate import needs_reading, patch_body


class EditedError(Exception):
    """The event has been edited meanwhile; `fresh` is how it stands."""

    def __init__(self, fresh: GraphEvent) -> None:
        super().__init__("edited meanwhile")
        self.fresh = fresh


async def update(mailbox: Mailbox, write: UpdateOutlookEvent) -> GraphEvent:
    """Write what the patch changes, and give the event as stored. A patch that changes nothing writes nothing.

    Raises:
        EditedError: it has another version by now.
        NotThereError: it is gone.
        GraphError: any other failure of `graph.errors`.

    """
    try:
        return await _update(mailbox, write)
    except UnreadableError as error:
        raise DeniedError(str(error)) from error


async def _update(mailbox: Mailbox, write: UpdateOutlookEvent) -> GraphEvent:
    try:
        return await _written(mailbox, write)
    except EditedError as edited:
        if patch_body(write.patch, write.zone, edited.fresh) == EventBody():
            return edited.fresh
        raise


async def _written(mailbox: Mailbox, write: UpdateOutlookEvent) -> GraphEvent:
    standing: GraphEvent | None = None
    if needs_reading(write.patch):
        standing = await _standing(mailbox, write)
    body = patch_body(write.patch, write.zone, standing)
    if standing is not None and body.body is not UNSET:
        _check_teams_block(mailbox, standing)
    if body == EventBody():
        return standing or await _standing(mailbox, write)
    try:
        return await mailbox.update(write.outlook_id, write.version, body)
    except ChangedError as error:
        await _standing(mailbox, write)
        # Exchange says so, too, while it is busy with the event itself; nobody has edited it then.
        raise outage("Exchange was busy with this event", mailbox.client.clock()) from error
    except UnclearError:
        # With its old version it has not been changed by us either; with a new one it has, by whomever.
        await _standing(mailbox, write)
        raise


def _check_teams_block(mailbox: Mailbox, standing: GraphEvent) -> None:
    """See that a new body can keep the Teams block (M28).

    Raises:
        UnavailableError: Teams has not written it yet.
        DeniedError: it is in a form that we do not know.

    """
    if not standing.is_online_meeting or has_block((standing.body.content if standing.body else None) or ""):
        return
    if standing.online_meeting is None or not standing.online_meeting.join_url:
        raise outage("Teams has not put its invitation into this event yet", mailbox.client.clock())
    raise DeniedError("the invitation of Teams cannot be found in this event, and a new text might destroy it")


async def _standing(mailbox: Mailbox, write: UpdateOutlookEvent) -> GraphEvent:
    """Read the event, which has to have the version that the write was decided on."""
    standing = await mailbox.event(write.outlook_id)
    if standing.etag != write.version:
        raise EditedError(standing)
    return standing
