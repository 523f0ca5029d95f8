"""Subscriptions: wishes to be notified of a calendar's changes, which Graph keeps for our application and forgets after days."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from kiota_abstractions.method import Method

from graph.asking.answers import Subscription
from graph.asking.answers import Subscriptions as Listed
from graph.asking.bodies import NewSubscription, Renewal
from graph.asking.client import Call, GraphClient


def resource_of(mailbox: str, calendar: str) -> str:
    """Name what to subscribe to. `users/{id}/events` speaks of the default calendar only, so any other is named itself."""
    return f"users/{mailbox}/calendars/{calendar}/events" if calendar else f"users/{mailbox}/events"


@dataclass(frozen=True, slots=True)
class Subscriptions:
    """Our application's subscriptions, asked for with one account's grant.

    Every method raises a GraphError of `graph.errors`.
    """

    client: GraphClient
    account: str

    async def create(self, body: NewSubscription) -> Subscription:
        """Subscribe. Graph calls both our URLs before it answers. Raises DuplicateError if there is such a subscription."""
        call = Call("subscribe", Method.POST, self.account, "", lambda graph: graph.subscriptions, body=body)
        return self.client.read(await self.client.send(call), Subscription)

    async def renew(self, subscription_id: str, body: Renewal) -> Subscription:
        """Move the end. Raises NotThereError."""
        call = Call(
            "renew_subscription",
            Method.PATCH,
            self.account,
            "",
            lambda graph: graph.subscriptions.by_subscription_id(subscription_id),
            body=body,
        )
        return self.client.read(await self.client.send(call), Subscription)

    async def delete(self, subscription_id: str) -> None:
        """Unsubscribe. Raises NotThereError."""
        call = Call(
            "unsubscribe",
            Method.DELETE,
            self.account,
            "",
            lambda graph: graph.subscriptions.by_subscription_id(subscription_id),
        )
        await self.client.send(call)

    async def all(self) -> AsyncIterator[Subscription]:
        """Go through all that our application has, page by page."""
        call = Call("list_subscriptions", Method.GET, self.account, "", lambda graph: graph.subscriptions)
        page = self.client.read(await self.client.send(call), Listed)
        while True:
            for subscription in page.value:
                yield subscription
            if page.next_link is None:
                return
            page = await self._follow(page.next_link)

    async def _follow(self, link: str) -> Listed:
        call = Call(
            "list_subscriptions", Method.GET, self.account, "", lambda graph: graph.subscriptions.with_url(link)
        )
        return self.client.read(await self.client.send(call), Listed)
