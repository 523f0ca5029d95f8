"""Dead letters, for the administrator: the messages that no retry could help, each with its reason, replayed or discarded."""

from starlette.responses import Response
from starlette.routing import Route

from console.clients.operation import Operation
from console.clients.service import Refused
from console.frame import Frame, Whose, go
from console.visit import Visit

_ADMIN = Whose.ADMINISTRATION
_PATH = "/administration/dead-letters"


class DeadLetterPages:
    """The list, and one letter. A body may hold somebody's event, so it is shown only where it is asked for."""

    def __init__(self, frame: Frame, operation: Operation) -> None:
        self._frame = frame
        self._operation = operation

    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            self._frame.shows(_PATH, self.listed, _ADMIN),
            self._frame.shows(f"{_PATH}/{{letter:int}}", self.one, _ADMIN),
            self._frame.takes(f"{_PATH}/{{letter:int}}/body", self.body, _ADMIN),
            self._frame.takes(f"{_PATH}/{{letter:int}}/replay", self.replay, _ADMIN),
            self._frame.takes(f"{_PATH}/{{letter:int}}/discard", self.discard, _ADMIN),
        ]

    async def listed(self, visit: Visit) -> Response:
        """List the letters; those that wait for a word, unless another status is asked for."""
        service, status = visit.query("service"), visit.query("status") or "parked"
        page = await self._operation.dead_letters(service, "" if status == "all" else status, visit.query("before"))
        values = {"letters": page.dead_letters, "next": page.next, "service": service, "status": status}
        return self._frame.show(visit, "dead_letters.html", values)

    async def one(self, visit: Visit) -> Response:
        """Show one letter without its body."""
        return await self._shown(visit, body=False)

    async def body(self, visit: Visit) -> Response:
        """Show one letter with its body: asked for by a button, so that no link and no history opens it."""
        return await self._shown(visit, body=True)

    async def replay(self, visit: Visit) -> Response:
        """Send a letter once more."""
        try:
            await self._operation.replay(_letter(visit), visit.session.user_name)
        except Refused as refused:
            return await self._shown(visit, body=False, words=refused.message)
        return go(visit, f"{_PATH}/{_letter(visit)}")

    async def discard(self, visit: Visit) -> Response:
        """Give a letter up."""
        try:
            await self._operation.discard(_letter(visit), visit.session.user_name)
        except Refused as refused:
            return await self._shown(visit, body=False, words=refused.message)
        return go(visit, f"{_PATH}/{_letter(visit)}")

    async def _shown(self, visit: Visit, *, body: bool, words: str = "") -> Response:
        letter = await self._operation.dead_letter(_letter(visit))
        values = {"letter": letter, "with_body": body, "words": words}
        return self._frame.show(visit, "dead_letter.html", values, 422 if words else 200)


def _letter(visit: Visit) -> int:
    return int(visit.request.path_params["letter"])
