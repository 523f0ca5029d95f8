"""The story of one event, and what can be done about it: retry, restore a value, decide a held removal (M29, M32, M34)."""

from uuid import UUID

from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from console.clients.events import Story
from console.clients.reconciler import Reconciler
from console.frame import Frame, go
from console.views.stories import line
from console.visit import Visit


class StoryPage:
    """The page of one event."""

    def __init__(self, frame: Frame, reconciler: Reconciler) -> None:
        self._frame = frame
        self._reconciler = reconciler

    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            self._frame.shows("/users/{user}/sync/{link:uuid}", self.show),
            self._frame.takes("/users/{user}/sync/{link:uuid}/retry", self.retry),
            self._frame.takes("/users/{user}/sync/{link:uuid}/release", self.release),
            self._frame.takes("/users/{user}/sync/{link:uuid}/restore/{entry:int}", self.restore),
        ]

    async def show(self, visit: Visit) -> Response:
        """Tell the story."""
        story = await self._story(visit)
        lines = [line(entry, visit.session.zone) for entry in story.journal]
        values = {"story": story, "lines": lines, "done": visit.query("done")}
        return self._frame.show(visit, "story.html", values)

    async def retry(self, visit: Visit) -> Response:
        """Forget what was refused, and try again."""
        await self._story(visit)
        await self._reconciler.retry(_link(visit), visit.session.user_name)
        return go(visit, f"/users/{visit.user}/sync/{_link(visit)}?done=retry")

    async def release(self, visit: Visit) -> Response:
        """Approve or refuse the held removal of this event (M32)."""
        await self._story(visit)
        word = visit.posted("word")
        if word not in {"approved", "refused"}:
            raise HTTPException(422, "Say whether the event is to be removed or kept.")
        await self._reconciler.release_one(_link(visit), word, visit.session.user_name)
        return go(visit, f"/users/{visit.user}/sync/{_link(visit)}?done=release")

    async def restore(self, visit: Visit) -> Response:
        """Restore the values that lost a conflict."""
        story = await self._story(visit)
        entry = int(visit.request.path_params["entry"])
        if entry not in [one.id for one in story.journal]:
            raise HTTPException(404, "This entry belongs to another event.")
        await self._reconciler.restore(entry, visit.session.user_name)
        return go(visit, f"/users/{visit.user}/sync/{_link(visit)}?done=restore")

    async def _story(self, visit: Visit) -> Story:
        """Give the story of an event of this user. Raises HTTPException 404: another user's event is as good as none."""
        story = await self._reconciler.story(_link(visit))
        if story is None or story.link.account != visit.user:
            raise HTTPException(404, "Nothing is known of this event.")
        return story


def _link(visit: Visit) -> UUID:
    return UUID(str(visit.request.path_params["link"]))
