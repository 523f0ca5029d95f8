"""*Administration*: all accounts, what fails, who may sync, whether both connections work, and who changed what (M35)."""

from starlette.responses import Response
from starlette.routing import Route

from console.clients.services import Services
from console.frame import Frame, Whose, go
from console.views.access import access_by_roles, access_list
from console.views.changes import change_line
from console.views.moments import now_in_utc
from console.views.overview import overview
from console.visit import Visit

_ADMIN = Whose.ADMINISTRATION
_CHECKS = ("espo", "outlook")


class Administration:
    """The administrator's pages, except the dead letters."""

    def __init__(self, frame: Frame, services: Services) -> None:
        self._frame = frame
        self._reconciler = services.reconciler
        self._operation = services.operation
        self._outlook = services.outlook
        self._espo = services.espo

    def routes(self) -> list[Route]:
        """Give the routes."""
        shows, takes = self._frame.shows, self._frame.takes
        return [
            shows("/administration", self.accounts, _ADMIN),
            shows("/administration/access", self.access, _ADMIN),
            takes("/administration/access", self.grant, _ADMIN),
            shows("/administration/failures", self.failures, _ADMIN),
            shows("/administration/connections", self.connections, _ADMIN),
            takes("/administration/connections", self.check, _ADMIN),
            shows("/administration/changes", self.changes, _ADMIN),
            takes("/administration/users/{user}/resync", self.resync, _ADMIN),
        ]

    async def accounts(self, visit: Visit) -> Response:
        """Show every account with state, lag, last success, grant and subscription."""
        lines = overview(await self._reconciler.accounts(), await self._outlook.grants(), now_in_utc())
        return self._frame.show(visit, "accounts.html", {"lines": lines})

    async def access(self, visit: Visit) -> Response:
        """Show who may sync: what EspoCRM's roles said of everybody, or a list of ours."""
        users, team = await self._espo.users(), visit.query("team")
        if visit.session.extension:
            connected = {account.id for account in await self._reconciler.accounts()}
            shown = access_by_roles(users, await self._operation.roles(), connected, team)
        else:
            shown = access_list(users, await self._operation.access(), team)
        return self._frame.show(visit, "access.html", {"shown": shown})

    async def grant(self, visit: Visit) -> Response:
        """Grant or withdraw access, for one user or for everybody of a team."""
        granted, team, by = visit.posted("granted") == "yes", visit.posted("team"), visit.session.user_name
        if user := visit.posted("user"):
            await self._operation.grant(user, by, granted=granted)
        elif team:
            for one in await self._espo.users():
                if team in [each.id for each in one.teams]:
                    await self._operation.grant(one.id, by, granted=granted)
        return go(visit, f"/administration/access{f'?team={team}' if team else ''}")

    async def failures(self, visit: Visit) -> Response:
        """Show what fails, by kind."""
        return self._frame.show(visit, "failures.html", {"failures": await self._operation.failures()})

    async def connections(self, visit: Visit) -> Response:
        """Offer the tests of both connections."""
        return self._frame.show(visit, "connections.html", {"checked": "", "steps": []})

    async def check(self, visit: Visit) -> Response:
        """Test a connection, and name the step that fails."""
        which = visit.posted("which")
        if which not in _CHECKS:
            return go(visit, "/administration/connections")
        steps = await (self._espo.check() if which == "espo" else self._outlook.check(visit.posted("mailbox") or None))
        template = "part/steps.html" if visit.by_script else "connections.html"
        return self._frame.show(visit, template, {"checked": which, "steps": steps})

    async def changes(self, visit: Visit) -> Response:
        """Show who changed which settings, and when."""
        page = await self._operation.settings_changes(visit.query("before"))
        lines = [change_line(change) for change in page.changes]
        return self._frame.show(visit, "changes.html", {"lines": lines, "next": page.next})

    async def resync(self, visit: Visit) -> Response:
        """Have everything of an account read anew."""
        await self._reconciler.resync(visit.user, visit.session.user_name)
        return go(visit, "/administration")
