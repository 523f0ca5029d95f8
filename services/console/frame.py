"""What every page has in common: somebody signed in, a form that is really theirs, and one look.

A page is a function from a visit to a response. Here it becomes a route: nobody gets to it without a session, to another
user's page without being an administrator, or to a change without the token that only our own pages hold.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from console.security.sessions import Session, Sessions
from console.visit import Form, Visit, by_script, read_form

Page = Callable[[Visit], Awaitable[Response]]
OpenPage = Callable[[Request], Awaitable[Response]]

CSRF = "csrf"
_SAME = ("same-origin", "none")


class Whose(Enum):
    """Who may see a page."""

    OWN = "the user whom the address names, and administrators"
    ADMINISTRATION = "administrators"
    ANY = "everybody who is signed in"


class Frame:
    """Turns pages into routes, and values into HTML. `origin` is where our own forms come from."""

    def __init__(self, environment: Environment, sessions: Sessions, origin: str) -> None:
        self.sessions = sessions
        self._templates = environment
        self._origin = origin

    def is_open(self, path: str, page: OpenPage, method: str = "GET") -> Route:
        """Make a page for people who are not signed in."""

        async def endpoint(request: Request) -> Response:
            _name(request, path)
            return await page(request)

        return Route(path, endpoint, methods=[method])

    def shows(self, path: str, page: Page, whose: Whose = Whose.OWN) -> Route:
        """Make a page that only shows something."""

        async def endpoint(request: Request) -> Response:
            _name(request, path)
            session = self.sessions.of(request)
            if session is None:
                return self._to_sign_in(request)
            _admit(request, session, whose)
            return await page(Visit(request, session, Form()))

        return Route(path, endpoint, methods=["GET"])

    def takes(self, path: str, page: Page, whose: Whose = Whose.OWN) -> Route:
        """Make a page that changes something: it wants a form with the session's own token."""

        async def endpoint(request: Request) -> Response:
            _name(request, path)
            self.check_origin(request)
            session = self.sessions.of(request)
            if session is None:
                return self._to_sign_in(request)
            form = await read_form(request)
            if not hmac.compare_digest(form.get(CSRF, "").encode(), session.csrf.encode()):
                raise HTTPException(403, "This form is from another session. Open the page again.")
            _admit(request, session, whose)
            return await page(Visit(request, session, form))

        return Route(path, endpoint, methods=["POST"])

    def check_origin(self, request: Request) -> None:
        """Raise HTTPException 403 where a browser says that another site posts this."""
        site = request.headers.get("Sec-Fetch-Site")
        origin = request.headers.get("Origin", self._origin)
        if (site is not None and site not in _SAME) or origin != self._origin:
            raise HTTPException(403, "This form was sent from another site.")

    def render(
        self, session: Session | None, template: str, values: Mapping[str, Any] | None = None, status: int = 200
    ) -> Response:
        """Write a page, or a part of one."""
        return HTMLResponse(self._templates.get_template(template).render(values or {}, session=session), status)

    def show(self, visit: Visit, template: str, values: Mapping[str, Any] | None = None, status: int = 200) -> Response:
        """Write a page of a visit; where its address names a user, the template knows who it is and whether it is one's own."""
        whose = {"user": visit.user, "own": visit.own} if visit.of_user else {}
        return self.render(visit.session, template, whose | dict(values or {}), status)

    def _to_sign_in(self, request: Request) -> Response:
        """Send somebody to sign in. A form that was posted is gone, so they come back to the page that it stood on."""
        wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        if by_script(request):
            return Response(status_code=204, headers={"HX-Redirect": "/sign-in"})
        onward = f"?next={quote(wanted)}" if request.method == "GET" else ""
        return RedirectResponse(f"/sign-in{onward}", 303)


def go(visit: Visit, path: str) -> Response:
    """Show another page next."""
    if visit.by_script:
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


def _name(request: Request, path: str) -> None:
    """Tell `measuring` which page this is."""
    request.state.template = path


def _admit(request: Request, session: Session, whose: Whose) -> None:
    if whose is Whose.ADMINISTRATION and not session.admin:
        raise HTTPException(403, "Only administrators of EspoCRM may open this page.")
    if whose is Whose.OWN and not session.may_see(request.path_params["user"]):
        raise HTTPException(403, "This page belongs to another user.")
