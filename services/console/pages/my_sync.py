"""*My calendar sync*: how it stands, every event with its state and reason, and what its owner can do about it (M34)."""

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console.clients.accounts import Account
from console.clients.events import Page
from console.clients.reconciler import Reconciler
from console.frame import Frame, Whose, go
from console.views.health import health, troubles
from console.views.moments import now_in_utc
from console.views.words import STATES
from console.visit import Visit

_PAGE = 50
_WORDS = ("approved", "refused")


class MySync:
    """The page of one user's sync."""

    def __init__(self, frame: Frame, reconciler: Reconciler) -> None:
        self._frame = frame
        self._reconciler = reconciler

    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            self._frame.shows("/", self.home, Whose.ANY),
            self._frame.shows("/users/{user}/sync", self.show),
            self._frame.shows("/users/{user}/sync/health", self.health),
            self._frame.shows("/users/{user}/sync/events", self.events),
            self._frame.takes("/users/{user}/held", self.release),
        ]

    async def home(self, visit: Visit) -> Response:
        """Go to one's own page."""
        return RedirectResponse(f"/users/{visit.session.user}/sync", 303)

    async def show(self, visit: Visit) -> Response:
        """Show how the sync stands and the events; somebody who is not connected reads how to begin."""
        account = await self._reconciler.account(visit.user)
        page = await self._list(visit) if account else Page(events=())
        return self._frame.show(visit, "my_sync.html", self._standing(account) | self._listed(visit, page))

    async def health(self, visit: Visit) -> Response:
        """Give the line that says how it stands."""
        account = await self._reconciler.account(visit.user)
        return self._frame.show(visit, "part/health.html", self._standing(account))

    async def events(self, visit: Visit) -> Response:
        """Give the list for a search or a state, or its next part."""
        page = await self._list(visit)
        template = "part/more_events.html" if visit.query("after") else "part/events.html"
        return self._frame.show(visit, template, self._listed(visit, page))

    async def release(self, visit: Visit) -> Response:
        """Approve or refuse the held removals (M32)."""
        word = visit.posted("word")
        if word not in _WORDS:
            raise HTTPException(422, "Held removals are approved or refused.")
        await self._reconciler.release(visit.user, word, visit.session.user_name)
        return go(visit, f"/users/{visit.user}/sync")

    async def _list(self, visit: Visit) -> Page:
        return await self._reconciler.events(
            visit.user, state=visit.query("state"), search=visit.query("q"), after=visit.query("after"), limit=_PAGE
        )

    @staticmethod
    def _standing(account: Account | None) -> dict[str, object]:
        standing = health(account, now_in_utc()) if account else None
        return {"account": account, "health": standing, "troubles": troubles(account) if account else []}

    @staticmethod
    def _listed(visit: Visit, page: Page) -> dict[str, object]:
        return {"page": page, "state": visit.query("state"), "search": visit.query("q"), "states": STATES}
