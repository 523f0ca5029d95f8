"""Gives a guest's answer to an invitation, once.

Graph lets only the guest's own mailbox answer, and there the meeting has an id of its own; what organizer and guests have in
common is its global id. An invitation that bears this answer already is not answered again, so a write that comes twice
sends the organizer one mail. (Graph documentation, "event: accept", "decline", "tentativelyAccept".)
"""

from contracts.events import Reply
from contracts.writes import AnswerInvitation
from graph.asking.answers import GraphEvent
from graph.asking.bodies import AnswerBody
from graph.errors import DeniedError, NotThereError
from graph.mailbox import Mailbox, Response
from outlook_connector.fields.people import own_reply

_RESPONSES: dict[Reply, Response] = {
    Reply.ACCEPTED: "accepted",
    Reply.TENTATIVE: "tentativelyAccepted",
    Reply.DECLINED: "declined",
}


async def answer(mailbox: Mailbox, write: AnswerInvitation) -> None:
    """Answer the invitation, unless it is answered so already.

    Raises:
        NotThereError: the invitation is not in this mailbox, or not any more.
        DeniedError: it is the mailbox's own meeting, or was called off; or an answer cannot be taken back.
        GraphError: any other failure of `graph.errors`.

    """
    response = _RESPONSES.get(write.reply)
    if response is None:
        raise DeniedError("Outlook knows no way to take an answer back")
    invitation = _invitation(await mailbox.with_ical_uid(write.ical_uid))
    if own_reply(invitation) is write.reply:
        return
    # An organizer who asked for no answers is not sent any: Graph refuses that.
    tell = write.tell_organizer and invitation.response_requested is not False
    await mailbox.answer(invitation.id, response, AnswerBody(send_response=tell))


def _invitation(found: tuple[GraphEvent, ...]) -> GraphEvent:
    if not found:
        raise NotThereError("the invitation is not in this mailbox")
    invitation = next((event for event in found if event.series_master_id is None), found[0])
    if invitation.is_organizer:
        raise DeniedError("only guests answer a meeting, and this mailbox organizes it")
    if invitation.is_cancelled:
        raise DeniedError("the meeting was called off")
    return invitation
