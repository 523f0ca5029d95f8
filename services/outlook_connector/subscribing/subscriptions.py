"""Keeps Graph notifying us of a calendar: renews a subscription, or makes one.

A subscription is only ever a hint that saves polling, so whatever goes wrong with it is told and never retried here:
the calendar is polled meanwhile.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.changes import SubscriptionFailed, SubscriptionKept
from contracts.looks import KeepSubscription
from graph.asking.answers import Subscription
from graph.asking.bodies import NewSubscription, Renewal
from graph.asking.client import GraphClient
from graph.errors import DuplicateError, GraphError, NotThereError
from graph.subscriptions import Subscriptions, resource_of
from outlook_connector.subscribing.feeds import LIFECYCLE, NOTIFICATIONS, Feed

LIFETIME = timedelta(days=3)
"""How long a subscription is to live. Graph allows 10,080 minutes for events; half of ours is time enough to mend things."""

_CHANGES = "created,updated,deleted"


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Subscribes in our application's name. `public_url` is where Microsoft reaches us."""

    graph: GraphClient
    public_url: str
    secret: bytes

    async def keep(self, look: KeepSubscription) -> SubscriptionKept | SubscriptionFailed:
        """See to it that the calendar has a subscription that leads here, and say until when."""
        try:
            kept = await self._kept(look)
            expires_at = datetime.fromisoformat(kept.expiration_date_time)
        except GraphError as error:
            return SubscriptionFailed(feed=look.feed, account=look.account, reason=error.reason)
        return SubscriptionKept(feed=look.feed, account=look.account, subscription_id=kept.id, expires_at=expires_at)

    async def _kept(self, look: KeepSubscription) -> Subscription:
        subscriptions = Subscriptions(self.graph, look.account)
        wanted = wish_for(look, self.public_url, self.secret, self.graph.clock())
        if look.subscription_id is not None:
            renewed = await _renewed(subscriptions, look.subscription_id, wanted)
            if renewed is not None:
                return renewed
        try:
            return await subscriptions.create(wanted)
        except DuplicateError:
            await _remove_twin(subscriptions, wanted.resource)
            return await subscriptions.create(wanted)


def wish_for(look: KeepSubscription, public_url: str, secret: bytes, now: datetime) -> NewSubscription:
    """Write the subscription that a calendar should have. Pure."""
    feed = Feed(look.feed, look.account)
    return NewSubscription(
        change_type=_CHANGES,
        notification_url=feed.address(public_url, NOTIFICATIONS, secret),
        lifecycle_notification_url=feed.address(public_url, LIFECYCLE, secret),
        resource=resource_of(look.mailbox, look.calendar),
        expiration_date_time=(now + LIFETIME).isoformat(timespec="seconds").replace("+00:00", "Z"),
        client_state=feed.client_state(secret),
    )


async def _renewed(subscriptions: Subscriptions, subscription_id: str, wanted: NewSubscription) -> Subscription | None:
    """Renew a subscription; None where it has ended, or leads elsewhere or bears an older secret, and was removed."""
    try:
        renewed = await subscriptions.renew(subscription_id, Renewal(wanted.expiration_date_time))
    except NotThereError:
        return None
    if renewed.notification_url in (None, wanted.notification_url):
        return renewed
    await _delete(subscriptions, renewed.id)
    return None


async def _remove_twin(subscriptions: Subscriptions, resource: str) -> None:
    """Remove the subscription of ours that stands in the way. It may lead to an old address or bear an old secret."""
    async for known in subscriptions.all():
        if known.resource.strip("/").lower() == resource.lower():
            await _delete(subscriptions, known.id)


async def _delete(subscriptions: Subscriptions, subscription_id: str) -> None:
    try:
        await subscriptions.delete(subscription_id)
    except NotThereError:
        return
