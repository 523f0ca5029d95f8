"""What an administrator asks of the reconciler: who may sync, what fails, what is parked, who changed which settings."""

from collections.abc import Sequence
from urllib.parse import quote

from console.clients.accounts import Changes
from console.clients.parked import DeadLetter, DeadLetters, Failures, Grantee, Grantees, Roles, Told
from console.clients.service import Query, Service


class Operation:
    """The part of the reconciler's API that concerns the whole. Every method raises Unavailable, or Refused."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def access(self) -> Sequence[Grantee]:
        """Give the list of who may sync, which counts where EspoCRM's roles cannot tell."""
        return (await self._service.ask(Grantees, "GET", "/access")).access

    async def grant(self, user: str, by: str, *, granted: bool) -> None:
        """Put somebody on that list, or note that they may not."""
        await self._service.tell("PUT", f"/access/{quote(user, safe='')}", body={"granted": granted, "by": by})

    async def roles(self) -> Sequence[Told]:
        """Give what EspoCRM's roles said of everybody who has signed in."""
        return (await self._service.ask(Roles, "GET", "/roles")).roles

    async def note_roles(self, user: str, *, granted: bool) -> None:
        """Have noted what EspoCRM's roles say of somebody who has just signed in."""
        await self._service.tell("PUT", f"/roles/{quote(user, safe='')}", body={"granted": granted})

    async def failures(self) -> Failures:
        """Count what fails, by kind."""
        return await self._service.ask(Failures, "GET", "/failures")

    async def dead_letters(self, service: str, status: str, before: str) -> DeadLetters:
        """List the dead letters, of one service and status if named; `before` is the `next` of the part before."""
        query: Query = {"service": service, "status": status, "before": before, "limit": 50}
        return await self._service.ask(DeadLetters, "GET", "/dead-letters", query=query)

    async def dead_letter(self, letter: int) -> DeadLetter:
        """Give one dead letter with its body."""
        return await self._service.ask(DeadLetter, "GET", f"/dead-letters/{letter}")

    async def replay(self, letter: int, by: str) -> None:
        """Send a dead letter once more. Raises Refused where that was decided already, or can do no good."""
        await self._service.tell("POST", f"/dead-letters/{letter}/replay", body={"by": by})

    async def discard(self, letter: int, by: str) -> None:
        """Give a dead letter up. Raises Refused where that was decided already."""
        await self._service.tell("POST", f"/dead-letters/{letter}/discard", body={"by": by})

    async def settings_changes(self, before: str) -> Changes:
        """List everybody's changes of settings; `before` is the `next` of the part before."""
        return await self._service.ask(Changes, "GET", "/settings-changes", query={"before": before, "limit": 50})
