"""The subscriptions of all applications: what may be subscribed to, for how long, and what matches a change.

Source: Microsoft Graph v1.0 documentation, "Create subscription" and "subscription resource type": expiry at most 10,080
minutes ahead for events, shorter than 45 minutes is raised to that; one subscription per application, resource and
change type.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sandbox.graph.calendars import shapes
from sandbox.graph.calendars.mailbox import Calendar, ChangeKind, Mailbox
from sandbox.graph.calendars.moments import read_instant
from sandbox.graph.calendars.tenant import Tenant
from sandbox.graph.clock import text_of, ticks_of
from sandbox.graph.errors import GraphError

_SHORTEST = timedelta(minutes=45)
_LONGEST = timedelta(minutes=10_080)
_MAX_STATE = 128
_KINDS = frozenset({"created", "updated", "deleted"})
_RESOURCE = re.compile(
    r"/?(?:(?P<me>me)|users/(?P<user>[^/?]+))(?:/calendars/(?P<calendar>[^/?]+)|/calendar)?/events/?",
    re.IGNORECASE,
)
_SUBSCRIPTION = shapes.record(
    "microsoft.graph.subscription",
    {
        "changeType": shapes.text,
        "notificationUrl": shapes.text,
        "lifecycleNotificationUrl": shapes.optional(shapes.text),
        "resource": shapes.text,
        "expirationDateTime": lambda value, name: read_instant(shapes.text(value, name), name),
        "clientState": shapes.optional(shapes.text),
        "latestSupportedTlsVersion": shapes.optional(shapes.one_of("v1_0", "v1_1", "v1_2", "v1_3")),
        "includeResourceData": shapes.optional(shapes.flag),
    },
)


@dataclass(slots=True, eq=False)
class Subscription:
    """A wish to be told of changes in one calendar. `expires` is naive UTC."""

    id: str
    app_id: str
    creator: str
    resource: str
    mailbox: Mailbox
    calendar: str
    kinds: frozenset[str]
    change_type: str
    url: str
    lifecycle_url: str | None
    client_state: str | None
    expires: datetime
    immutable: bool
    tls: str | None = None
    reauthorization_asked: bool = field(default=False)

    @property
    def expiry(self) -> str:
        """Write the expiry as Graph does."""
        return text_of(ticks_of(self.expires))

    def wants(self, mailbox: Mailbox, calendar: Calendar, kind: ChangeKind) -> bool:
        """Tell whether a change matches."""
        return mailbox is self.mailbox and calendar.id == self.calendar and kind in self.kinds

    def shown(self) -> dict[str, Any]:
        """Write as a Graph subscription; the client state is a secret that answers do tell its owner."""
        return {
            "id": self.id,
            "resource": self.resource,
            "applicationId": self.app_id,
            "changeType": self.change_type,
            "clientState": self.client_state,
            "notificationUrl": self.url,
            "notificationQueryOptions": None,
            "lifecycleNotificationUrl": self.lifecycle_url,
            "expirationDateTime": self.expiry,
            "creatorId": self.creator,
            "includeResourceData": None,
            "latestSupportedTlsVersion": self.tls or "v1_2",
            "encryptionCertificate": None,
            "encryptionCertificateId": None,
            "notificationUrlAppId": None,
        }


class Subscriptions:
    """All subscriptions that have not expired, by id and by mailbox (ten thousand mailboxes must cost no more)."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._all: dict[str, Subscription] = {}
        self._by_mailbox: dict[str, dict[str, Subscription]] = defaultdict(dict)

    def propose(self, body: Any, app_id: str, person: str | None, *, immutable: bool) -> Subscription:
        """Check a wish and make the subscription of it, which holds once `keep` is called after the handshake.

        Raises GraphError: 400 for what cannot be subscribed to, 403 beyond the mailbox's quota, 409 for a duplicate.
        """
        given = _SUBSCRIPTION(body, "subscription")
        for name in ("changeType", "notificationUrl", "resource", "expirationDateTime"):
            if not given.get(name):
                raise _invalid(f"Subscription property '{name}' is required.")
        kinds = frozenset(kind.strip().lower() for kind in given["changeType"].split(","))
        if not kinds <= _KINDS:
            raise _invalid(f"The changeType '{given['changeType']}' is not supported.")
        if len(given.get("clientState") or "") > _MAX_STATE:
            raise _invalid("The clientState is longer than 128 characters.")
        if given.get("includeResourceData"):
            raise _invalid("The simulator sends no resource data.")
        mailbox, calendar = self._target(given["resource"], person)
        subscription = Subscription(
            id=self._tenant.ids.guid(),
            app_id=app_id,
            creator=person or app_id,
            resource=given["resource"],
            mailbox=mailbox,
            calendar=calendar,
            kinds=kinds,
            change_type=given["changeType"],
            url=_url(given["notificationUrl"], "notificationUrl"),
            lifecycle_url=_url(given.get("lifecycleNotificationUrl"), "lifecycleNotificationUrl") or None,
            client_state=given.get("clientState"),
            expires=self._expiry(given["expirationDateTime"]),
            immutable=immutable,
            tls=given.get("latestSupportedTlsVersion"),
        )
        self._check_room(subscription)
        return subscription

    def keep(self, subscription: Subscription) -> None:
        """Let a proposed subscription hold. Raises GraphError 409 where another was faster."""
        self._check_room(subscription)
        self._all[subscription.id] = subscription
        self._by_mailbox[subscription.mailbox.person.oid][subscription.id] = subscription

    def find(self, subscription_id: str, app_id: str | None) -> Subscription:
        """Find an application's subscription; with None, anybody's. Raises GraphError 404."""
        subscription = self._all.get(subscription_id)
        if subscription is None or not self._holds(subscription) or app_id not in {None, subscription.app_id}:
            raise GraphError(404, "ResourceNotFound", "The object was not found.")
        return subscription

    def renew(self, subscription: Subscription, body: Any) -> None:
        """Move the expiry, which reauthorizes too. Raises GraphError 400 for anything but `expirationDateTime`."""
        given = _SUBSCRIPTION(body, "subscription")
        if given.keys() != {"expirationDateTime"}:
            raise _invalid("Only the expirationDateTime of this subscription can be changed.")
        subscription.expires = self._expiry(given["expirationDateTime"])
        subscription.reauthorization_asked = False

    def remove(self, subscription: Subscription) -> None:
        """Forget a subscription."""
        self._all.pop(subscription.id, None)
        self._by_mailbox[subscription.mailbox.person.oid].pop(subscription.id, None)

    def of(self, app_id: str | None = None) -> list[Subscription]:
        """List an application's subscriptions, or all; those that ran out are forgotten, and nobody is told."""
        for subscription in [one for one in self._all.values() if not self._holds(one)]:
            self.remove(subscription)
        return [one for one in self._all.values() if app_id in {None, one.app_id}]

    def on(self, mailbox: Mailbox) -> list[Subscription]:
        """List the subscriptions to a mailbox."""
        return [one for one in self._by_mailbox[mailbox.person.oid].values() if self._holds(one)]

    def _holds(self, subscription: Subscription) -> bool:
        return subscription.expires > self._tenant.clock.moment()

    def _target(self, resource: str, person: str | None) -> tuple[Mailbox, str]:
        found = _RESOURCE.fullmatch(resource)
        if found is None:
            raise _invalid(f"The value of parameter 'Resource' is not supported: '{resource}'.")
        name = person if found["me"] else found["user"]
        if name is None:
            raise _invalid("A resource of '/me' needs a signed-in user.")
        try:
            mailbox = self._tenant.mailbox_of(name)
        except GraphError as error:
            reason = f"[Status Code: NotFound; Reason: {error.message}]"
            raise GraphError(404, "ExtensionError", f"Operation: Create; Exception: {reason}") from None
        if person is not None and mailbox.person.oid != person:
            raise GraphError(403, "Forbidden", "A delegated token subscribes to its own user's events only.")
        return mailbox, mailbox.calendar(found["calendar"]).id if found["calendar"] else mailbox.default.id

    def _expiry(self, asked: datetime) -> datetime:
        now = self._tenant.clock.moment()
        if asked <= now:
            raise _invalid("Subscription expiration must be in the future.")
        if asked > now + _LONGEST:
            raise _invalid("Subscription expiration can only be 10080 minutes in the future.")
        return max(asked, now + _SHORTEST)

    def _check_room(self, wanted: Subscription) -> None:
        held = self.on(wanted.mailbox)
        same = (wanted.app_id, wanted.calendar, wanted.kinds)
        for one in held:
            if (one.app_id, one.calendar, one.kinds) == same:
                message = f"Subscription Id {one.id} already exists for the requested combination"
                raise GraphError(409, "Conflict", message)
        if len(held) >= self._tenant.config.subscriptions_per_mailbox:
            raise GraphError(403, "Forbidden", "The mailbox has reached its limit of active subscriptions.")


def _url(url: str | None, name: str) -> str:
    if url and not url.lower().startswith(("http://", "https://")):
        raise _invalid(f"The {name} must be an absolute URL.")
    return url or ""


def _invalid(message: str) -> GraphError:
    return GraphError(400, "InvalidRequest", message)
