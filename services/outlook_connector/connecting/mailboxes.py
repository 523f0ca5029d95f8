"""What a user may choose from when connecting: the mailbox's calendars, its addresses and its zone (M03)."""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from graph.asking.client import GraphClient
from graph.errors import DeniedError, NoMailboxError
from graph.permission.grant_table import Grants
from graph.permission.grants import UNREADABLE, UnreadableGrantError
from graph.profile import Owner, Profile
from outlook_connector.connecting.refusing import Kind, Refused, answering


class Mailboxes:
    """The route."""

    def __init__(self, graph: GraphClient, grants: Grants) -> None:
        self._graph = graph
        self._grants = grants

    def routes(self) -> list[Route]:
        """Every path, to be guarded."""
        return [Route("/mailboxes/{account}", answering(self._show), methods=["GET"])]

    async def _show(self, request: Request) -> Response:
        """Read the mailbox of an account; `mailbox` names it where our application's own permission is to be used."""
        account: str = request.path_params["account"]
        profile = Profile(self._graph, account, self._mailbox(account, request.query_params.get("mailbox", "")))
        calendars = await profile.calendars()
        owner = await _owner(profile)
        return JSONResponse(
            {
                "mailbox": owner.mailbox,
                "addresses": list(owner.addresses),
                "zone": await profile.zone(),
                "calendars": [asdict(calendar) for calendar in calendars],
            }
        )

    def _mailbox(self, account: str, named: str) -> str:
        """Tell which mailbox it is: with a consent the one of who consented, and no other."""
        try:
            grant = self._grants.get(account)
        except UnreadableGrantError as error:
            raise Refused(Kind.GRANT_LOST, UNREADABLE) from error
        if grant is None:
            if not named:
                raise Refused(Kind.NOT_CONNECTED)
            return named
        if named and named.lower() not in (grant.owner, *grant.addresses):
            raise Refused(Kind.OTHER_MAILBOX, f"The mailbox that is connected is {grant.mailbox}.")
        return grant.mailbox


async def _owner(profile: Profile) -> Owner:
    """Ask for the addresses; who may read calendars need not be allowed to read the directory."""
    try:
        return await profile.owner()
    except NoMailboxError:
        raise
    except DeniedError:
        name = profile.mailbox or ""
        return Owner("", name, (name.lower(),))
