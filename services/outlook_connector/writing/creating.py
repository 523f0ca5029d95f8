"""Makes an event in Outlook, once.

A create is the one request that must not simply be asked again: an answer that was lost may have been a success, and
then there would be two events and two rounds of invitations. Two marks that we put on every event settle it: Graph
refuses a `transactionId` that it has seen, and our hidden property finds the event that bears it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from contracts.writes import CreateOutlookEvent
from graph.asking.answers import GraphEvent
from graph.errors import DeniedError, DuplicateError, NotThereError, UnclearError
from graph.mailbox import Mailbox
from outlook_connector.translate import ESPO_PROPERTY, new_body


async def create(mailbox: Mailbox, write: CreateOutlookEvent) -> tuple[GraphEvent, bool]:
    """Make the event, or find it where it was made before; say also whether it was found.

    Raises:
        NotThereError: it was made before, and has been removed since.
        DeniedError: the calendar that it is to be made in is not there.
        GraphError: any other failure of `graph.errors`.

    """
    try:
        return await _create(mailbox, write)
    except UnclearError:
        made = await _made_before(mailbox, write)
    # Asked once more only with the same transactionId, so that a create that was merely slow cannot become a second event.
    return (made, True) if made else await _create(mailbox, write)


async def _create(mailbox: Mailbox, write: CreateOutlookEvent) -> tuple[GraphEvent, bool]:
    body = new_body(write.event, write.zone, write.transaction_id, write.espo)
    try:
        with _calendar_has_to_be_there():
            return await mailbox.create(body), False
    except DuplicateError as duplicate:
        if duplicate.existing_id is not None:
            return await mailbox.event(duplicate.existing_id), True
        made = await _made_before(mailbox, write)
    if made is None:
        raise NotThereError("it was created before, and has been removed since")
    return made, True


async def _made_before(mailbox: Mailbox, write: CreateOutlookEvent) -> GraphEvent | None:
    """Find the event of this very create. Another one of the same record has another transactionId, and another story."""
    with _calendar_has_to_be_there():
        bearers = await mailbox.with_hidden_property(ESPO_PROPERTY, write.espo)
    for found in bearers:
        if found.transaction_id == write.transaction_id:
            return found
    return None


@contextmanager
def _calendar_has_to_be_there() -> Iterator[None]:
    """A calendar that was removed answers like an event that was: taken for that, the event would never be made anywhere."""
    try:
        yield
    except NotThereError as error:
        raise DeniedError("the calendar that it is to be made in is not there any more") from error
