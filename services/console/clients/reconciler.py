"""What the console asks of the reconciler: accounts, events and their stories, and the words that people say to both."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID

from console.clients.accounts import Account, Accounts, Preview
from console.clients.events import Page, Released, Story
from console.clients.service import Query, Refused, Service

_GONE = 404


class Reconciler:
    """The part of the reconciler's API that concerns one account.

    Every method raises Unavailable, and Refused where the reconciler says no.
    """

    def __init__(self, service: Service) -> None:
        self._service = service

    async def accounts(self) -> Sequence[Account]:
        """List the connected accounts."""
        return (await self._service.ask(Accounts, "GET", "/accounts")).accounts

    async def account(self, account: str) -> Account | None:
        """Give one account, None if it is not connected."""
        try:
            return await self._service.ask(Account, "GET", _account(account))
        except Refused as refused:
            if refused.status == _GONE:
                return None
            raise

    async def connect(self, account: str, wish: Mapping[str, Any]) -> None:
        """Connect an account, or change its settings. Raises Refused, with the fields that make no sense."""
        await self._service.tell("PUT", _account(account), body=wish)

    async def disconnect(self, account: str, by: str) -> None:
        """Stop an account's sync; events stay where they are. It is no mistake if there is none."""
        try:
            await self._service.tell("DELETE", _account(account), query={"by": by})
        except Refused as refused:
            if refused.status != _GONE:
                raise

    async def preview(self, account: str) -> Preview:
        """Tell what the first sync would do, as far as both sides have been read."""
        return await self._service.ask(Preview, "GET", f"{_account(account)}/preview")

    async def begin(self, account: str, by: str) -> None:
        """Let the sync begin after the preview."""
        await self._service.tell("POST", f"{_account(account)}/begin", body={"by": by})

    async def resync(self, account: str, by: str) -> None:
        """Have everything read anew."""
        await self._service.tell("POST", f"{_account(account)}/resync", body={"by": by})

    async def events(self, account: str, *, state: str, search: str, after: str, limit: int) -> Page:
        """List the events of an account, the latest start first; `after` is the end of the page before."""
        query: Query = {"state": state, "q": search, "after": after, "limit": limit}
        return await self._service.ask(Page, "GET", f"{_account(account)}/events", query=query)

    async def story(self, link: UUID) -> Story | None:
        """Tell what became of one event, None if it is not known."""
        try:
            return await self._service.ask(Story, "GET", f"/links/{link}")
        except Refused as refused:
            if refused.status == _GONE:
                return None
            raise

    async def retry(self, link: UUID, by: str) -> None:
        """Forget what was refused, and try again."""
        await self._service.tell("POST", f"/links/{link}/retry", body={"by": by})

    async def restore(self, entry: int, by: str) -> None:
        """Write the values that lost the conflict of a journal entry."""
        await self._service.tell("POST", f"/restore/{entry}", body={"by": by})

    async def release(self, account: str, word: str, by: str) -> int:
        """Say of an account's held removals that they are "approved" or "refused"; answers how many there were."""
        body = {"word": word, "by": by}
        return (await self._service.ask(Released, "POST", f"/held/{quote(account, safe='')}", body=body)).released

    async def release_one(self, link: UUID, word: str, by: str) -> None:
        """Say the same of the held removal of one event."""
        await self._service.tell("POST", f"/links/{link}/release", body={"word": word, "by": by})


def _account(account: str) -> str:
    return f"/accounts/{quote(account, safe='')}"
