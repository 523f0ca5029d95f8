"""Signing in with the EspoCRM account, and out.

EspoCRM alone knows who has which password and second factor; here nothing is kept of either. The form stays in the browser
while a second factor is asked for, so the password need not be typed, or held by us, twice.
"""

import math
import re

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console.clients.espo import Espo, SignedIn
from console.clients.operation import Operation
from console.clients.service import Refused, Unavailable
from console.frame import Frame, Whose, go
from console.metrics import Metrics
from console.security.attempts import Attempts
from console.security.sessions import Session
from console.views.words import SIGN_IN
from console.visit import Form, Visit, by_script, read_form

_log = structlog.get_logger()
_LONGEST = 255
_FIRST_HALF = "second_factor"
"""EspoCRM's way to say that name and password are right, and that it wants a code as well."""
_OURS = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path on this site: no second slash, no backslash, nothing that browsers leave out before they read it."""


class SignIn:
    """The page, over the one service that may see a password."""

    def __init__(self, frame: Frame, espo: Espo, operation: Operation, attempts: Attempts, metrics: Metrics) -> None:
        self._frame = frame
        self._espo = espo
        self._operation = operation
        self._attempts = attempts
        self._metrics = metrics

    def routes(self) -> list[Route]:
        """Give the routes."""
        return [
            self._frame.is_open("/sign-in", self.show),
            self._frame.is_open("/sign-in", self.enter, "POST"),
            self._frame.takes("/sign-out", self.leave, Whose.ANY),
        ]

    async def show(self, request: Request) -> Response:
        """Show the form; somebody who is signed in goes on."""
        if self._frame.sessions.of(request) is not None:
            return RedirectResponse(_onward(request.query_params.get("next", "")), 303)
        return self._frame.render(None, "sign_in.html", _values(next=request.query_params.get("next", "")))

    async def enter(self, request: Request) -> Response:
        """Check name, password and code with EspoCRM."""
        self._frame.check_origin(request)
        form = await read_form(request)
        name, password = form.get("user", "").strip()[:_LONGEST], form.get("password", "")[:_LONGEST]
        address = request.client.host if request.client else ""
        if not name or not password:
            return self._again(request, form, "empty", 422)
        if wait := self._attempts.take(name, address):
            self._metrics.sign_ins.labels("held_back").inc()
            return self._again(request, form, "held_back", 429, minutes=math.ceil(wait / 60))
        try:
            who = await self._espo.sign_in(name, password, form.get("code", "").strip()[:_LONGEST] or None)
        except Unavailable:
            self._attempts.give_back(name, address)
            self._metrics.sign_ins.labels("unavailable").inc()
            return self._again(request, form, "unavailable", 503)
        except Refused as refused:
            if refused.error == _FIRST_HALF:
                self._attempts.give_back(name, address)
            self._metrics.sign_ins.labels(_FIRST_HALF if refused.error == _FIRST_HALF else "refused").inc()
            return self._again(request, form, refused.error, 401, told=refused.message)
        self._attempts.give_back(name, address)
        self._metrics.sign_ins.labels("in").inc()
        await self._note_roles(who)
        return self._in(request, Session.of(who), _onward(form.get("next", "")))

    async def leave(self, visit: Visit) -> Response:
        """Have the browser forget the session."""
        response = go(visit, "/sign-in")
        self._frame.sessions.end(response)
        return response

    async def _note_roles(self, who: SignedIn) -> None:
        """Have noted what EspoCRM's roles say, for the administrator's page alone: whoever signs in is not kept out by it."""
        if not who.access.extension:
            return
        try:
            await self._operation.note_roles(who.user.id, granted=who.access.outlook_calendar)
        except (Unavailable, Refused) as error:
            _log.warning("what EspoCRM's roles say was not noted", error=str(error))

    def _in(self, request: Request, session: Session, onward: str) -> Response:
        script = by_script(request)
        response = Response(headers={"HX-Redirect": onward}) if script else RedirectResponse(onward, 303)
        self._frame.sessions.begin(response, session)
        return response

    def _again(
        self, request: Request, form: Form, error: str, status: int, *, told: str = "", minutes: int = 0
    ) -> Response:
        words = SIGN_IN.get(error, told).format(minutes=minutes, s="" if minutes == 1 else "s")
        second_factor = error in (_FIRST_HALF, "second_factor_wrong") or bool(form.get("code"))
        values = _values(
            next=form.get("next", ""), user=form.get("user", ""), words=words, error=error, second_factor=second_factor
        )
        template = "part/sign_in_answer.html" if by_script(request) else "sign_in.html"
        return self._frame.render(None, template, values, status)


def _values(**given: object) -> dict[str, object]:
    return {"next": "", "user": "", "words": "", "error": "", "second_factor": False} | given


def _onward(path: str) -> str:
    """Give the page that was wanted, if it is one of ours."""
    return path if _OURS.fullmatch(path) else "/"
