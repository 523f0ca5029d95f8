"""Removes an event from Outlook. What is gone already counts as removed.

Graph documents no condition for a removal (microsoft-graph facts, section 4.3), so an event that is not to be removed with an
edit that nobody has heard of is read first. What is edited between that read and the removal is lost.
"""

from contracts.changes import OutlookSeen
from contracts.events import FIELDS, Event
from contracts.writes import DeleteOutlookEvent
from graph.errors import CursorExpiredError, DeniedError, NotThereError, UnclearError
from graph.mailbox import Mailbox
from outlook_connector.changes import Vantage
from outlook_connector.writing.updating import EditedError


async def remove(mailbox: Mailbox, write: DeleteOutlookEvent, vantage: Vantage) -> None:
    """Remove the event.

    Raises:
        EditedError: it says something else by now than what the write was decided on.
        GraphError: it is still there; of `graph.errors`.

    """
    try:
        if write.decided_on is not None:
            await _see_that_it_is_unedited(mailbox, write, write.decided_on, vantage)
        await mailbox.delete(write.outlook_id)
    except (NotThereError, CursorExpiredError):
        return
    except (DeniedError, UnclearError):
        # A removed meeting may refuse its removal in other words than "not there", and a lost answer says nothing.
        if not await _is_gone(mailbox, write):
            raise


async def _see_that_it_is_unedited(
    mailbox: Mailbox, write: DeleteOutlookEvent, decided_on: Event, vantage: Vantage
) -> None:
    """A new version alone is no edit, for Exchange makes those by itself; nor is what a replica that lags behind tells.

    Of an event that may not be told, as of a private one (M18), no edit may be kept either.
    """
    standing = await mailbox.event(write.outlook_id)
    told = vantage.change(standing)
    if not isinstance(told, OutlookSeen):
        return
    if write.modified_at is not None and told.modified_at <= write.modified_at:
        return
    if any(getattr(decided_on, field) not in (None, getattr(told.event, field)) for field in FIELDS):
        raise EditedError(standing)


async def _is_gone(mailbox: Mailbox, write: DeleteOutlookEvent) -> bool:
    try:
        await mailbox.event(write.outlook_id)
    except NotThereError:
        return True
    return False
