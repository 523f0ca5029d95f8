"""Removes an event from Outlook. What is gone already counts as removed."""

from contracts.writes import DeleteOutlookEvent
from graph.errors import CursorExpiredError, DeniedError, NotThereError, UnclearError
from graph.mailbox import Mailbox


async def remove(mailbox: Mailbox, write: DeleteOutlookEvent) -> None:
    """Remove the event. Raises a GraphError of `graph.errors` if it is still there."""
    try:
        await mailbox.delete(write.outlook_id)
    except (NotThereError, CursorExpiredError):
        return
    except (DeniedError, UnclearError):
        # A removed meeting may refuse its removal in other words than "not there", and a lost answer says nothing.
        if not await _is_gone(mailbox, write):
            raise


async def _is_gone(mailbox: Mailbox, write: DeleteOutlookEvent) -> bool:
    try:
        await mailbox.event(write.outlook_id)
    except NotThereError:
        return True
    return False
