"""*External account › Outlook*: connecting a mailbox and disconnecting it (M01, M02).

The consent is given in a popup, which comes back to `/oauth/callback` here. State, code verifier and credentials are the Outlook
connector's; all that it learns from us is which session asks.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from console.clients.service import Refused, Unavailable
from console.clients.services import Services
from console.frame import Frame, go
from console.metrics import Metrics
from console.pages.parameters import ParametersForm
from console.security.sessions import Session
from console.views.connection import Connection, connection, may_sync
from console.views.words import CONSENT, consent
from console.visit import Visit


class ConnectionPage:
    """The page of one user's connection."""

    def __init__(
        self,
        frame: Frame,
        services: Services,
        parameters: ParametersForm,
        metrics: Metrics,
    ) -> None:
        self._frame = frame
        self._outlook = services.outlook
        self._reconciler = services.reconciler
        self._operation = services.operation
        self._parameters = parameters
        self._metrics = metrics

    def routes(self) -> list[Route]:
        """Give the routes."""
        takes = self._frame.takes
        return [
            self._frame.shows("/users/{user}/outlook", self.show),
            takes("/users/{user}/outlook", self.save),
            takes("/users/{user}/outlook/rows", self.change_rows),
            takes("/users/{user}/outlook/connect", self.connect),
            takes("/users/{user}/outlook/disconnect", self.disconnect),
            self._frame.is_open("/oauth/callback", self.come_back),
        ]

    async def show(self, visit: Visit) -> Response:
        """Show the connection, and the parameters where there is access and scope."""
        now = await self._connection(visit)
        form = await self._parameters.shown(visit) if now.offered else None
        return self._page(visit, now, form)

    async def save(self, visit: Visit) -> Response:
        """Save the parameters; without the tick at *Outlook Calendar* the sync stops and the connection stays."""
        now = await self._connection(visit)
        if not now.offered:
            return self._page(visit, now, None, 422)
        if "calendar" not in visit.form:
            await self._reconciler.disconnect(visit.user, visit.session.user_name)
            return go(visit, f"/users/{visit.user}/outlook?saved=1")
        wrong = await self._parameters.saved(visit)
        if wrong is None:
            return go(visit, f"/users/{visit.user}/outlook?saved=1")
        return self._page(visit, now, wrong, 422)

    async def change_rows(self, visit: Visit) -> Response:
        """Add a row to *Sync entities and identification labels*, or take one away; nothing is saved."""
        form = await self._parameters.with_rows_changed(visit)
        if visit.by_script:
            return self._frame.show(visit, "part/entities.html", {"form": form})
        return self._page(visit, await self._connection(visit), form)

    async def connect(self, visit: Visit) -> Response:
        """Begin a consent: the answer is a page that goes on to Microsoft. Only its owner can connect a mailbox."""
        if not visit.own:
            return self._told(
                visit.session, "Nobody can consent for another user", "Its owner connects a mailbox.", 403
            )
        hint = visit.session.emails[0] if visit.session.emails else None
        attempt = await self._outlook.attempt(visit.user, visit.session.id, hint)
        return self._frame.show(visit, "to_microsoft.html", {"url": attempt.authorize_url})

    async def disconnect(self, visit: Visit) -> Response:
        """Stop the sync and forget the credentials; events stay where they are."""
        await self._reconciler.disconnect(visit.user, visit.session.user_name)
        await self._outlook.forget(visit.user)
        return go(visit, f"/users/{visit.user}/outlook")

    async def come_back(self, request: Request) -> Response:
        """Take Microsoft's answer from the popup: a code, or why there is none."""
        session = self._frame.sessions.of(request)
        if session is None:
            return self._not_connected(None, "signed_out", "")
        query = request.query_params
        state, code = query.get("state", ""), query.get("code", "")
        if code:
            try:
                grant = await self._outlook.redeem(state, code, session.id)
            except Refused as refused:
                return self._not_connected(session, refused.error, refused.message)
            except Unavailable:
                return self._not_connected(session, "microsoft_unreachable", "")
            self._metrics.consents.labels("given").inc()
            return self._frame.render(session, "consent_given.html", {"mailbox": grant.mailbox})
        refusal = await self._outlook.refuse(
            state, session.id, query.get("error", "")[:200], query.get("error_description", "")[:2000]
        )
        return self._not_connected(session, refusal.error, refusal.message)

    async def _connection(self, visit: Visit) -> Connection:
        grant = await self._outlook.grant(visit.user)
        account = await self._reconciler.account(visit.user)
        listed = [] if visit.session.extension or not visit.own else await self._operation.access()
        # Of somebody else's roles an administrator's own sign-in tells nothing: what is connected is shown as it is.
        access = may_sync(visit.session, listed) if visit.own else account is not None
        return connection(grant, account, visit.session, access=access)

    def _page(self, visit: Visit, now: Connection, form: object, status: int = 200) -> Response:
        values = {"connection": now, "form": form, "saved": bool(visit.query("saved"))}
        return self._frame.show(visit, "outlook.html", values, status)

    def _not_connected(self, session: Session | None, kind: str, message: str) -> Response:
        self._metrics.consents.labels(kind if kind in CONSENT else "other").inc()
        heading, words = consent(kind, message)
        return self._told(session, heading, words, 200)

    def _told(self, session: Session | None, heading: str, words: str, status: int) -> Response:
        return self._frame.render(session, "consent_refused.html", {"heading": heading, "words": words}, status)
