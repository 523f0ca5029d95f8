"""The preview: what the first sync would do, before it does it (M33). The account waits for a word meanwhile."""

from starlette.responses import Response
from starlette.routing import Route

from console.clients.reconciler import Reconciler
from console.frame import Frame, go
from console.visit import Visit


class FirstSync:
    """A part of the connection's page that asks again until both sides have been read."""

    def __init__(self, frame: Frame, reconciler: Reconciler) -> None:
        self._frame = frame
        self._reconciler = reconciler

    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            self._frame.shows("/users/{user}/outlook/preview", self.show),
            self._frame.takes("/users/{user}/outlook/begin", self.begin),
        ]

    async def show(self, visit: Visit) -> Response:
        """Show the numbers as far as they are known."""
        preview = await self._reconciler.preview(visit.user)
        return self._frame.show(visit, "part/preview.html", {"preview": preview})

    async def begin(self, visit: Visit) -> Response:
        """Let the sync begin."""
        await self._reconciler.begin(visit.user, visit.session.user_name)
        return go(visit, f"/users/{visit.user}/sync")
