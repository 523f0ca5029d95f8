"""Carries change notifications to their endpoints, with the patience and the faults of the real service.

Source: Microsoft Graph documentation, "Receive change notifications through webhooks": a handshake on both URLs, 2xx in
time or try again with growing pauses for four hours, several notifications in one request. A test may have it lose,
repeat, delay, reorder or forge. Every task that it starts belongs to it and ends with it.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from sandbox.graph.calendars.items import Item, View
from sandbox.graph.calendars.mailbox import Calendar, ChangeKind, Mailbox
from sandbox.graph.calendars.tenant import Tenant
from sandbox.graph.errors import GraphError
from sandbox.graph.ids import long_change_key
from sandbox.graph.notices.endpoint import Endpoint, Standing
from sandbox.graph.notices.subscriptions import Subscription, Subscriptions

_GIVE_UP_AFTER = 4 * 3600.0
_TOGETHER = 100
_AT_ONCE = 16
"""To so many URLs of one endpoint at once. More would wait for each other, and be taken for the endpoint's own slowness."""

_TICK = 0.05
_TICKS_BETWEEN_LOOKS = 20
_NEAR_EXPIRY = timedelta(minutes=15)

Notification = dict[str, Any]


@dataclass(slots=True)
class Mischief:
    """What a test asked for: how many notifications to lose or repeat next, how late to send, in which order."""

    lose: int = 0
    duplicate: int = 0
    delay: float = 0.0
    reorder: bool = False


class Delivery:
    """The sender of notifications for one tenant; use it inside `running`."""

    def __init__(self, tenant: Tenant, subscriptions: Subscriptions, client: httpx.AsyncClient) -> None:
        self.mischief = Mischief()
        self._tenant = tenant
        self._config = tenant.config
        self._subscriptions = subscriptions
        self._client = client
        self._waiting: defaultdict[str, list[Notification]] = defaultdict(list)
        self._draining: set[str] = set()
        self._turns: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(_AT_ONCE))
        self._endpoints: dict[str, Endpoint] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        tenant.listeners.append(self._changed)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the tenant's later promises, and end every task on leaving."""
        self._own(self._watch())
        try:
            yield
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def handshake(self, subscription: Subscription) -> None:
        """Validate both URLs, each with a token to be sent back. Raises GraphError 400 where one does not."""
        for url in filter(None, (subscription.url, subscription.lifecycle_url)):
            token = f"Validation: Testing client application reachability for {self._tenant.ids.secret(12)}+/="
            await self._validate(url, token)

    def tell_lifecycle(self, subscription: Subscription, event: str) -> bool:
        """Send a lifecycle notification; False where the subscription has no URL for them."""
        if subscription.lifecycle_url is None:
            return False
        notification = {
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": subscription.expiry,
            "tenantId": self._config.tenant_id,
            "clientState": subscription.client_state,
            "lifecycleEvent": event,
        }
        self._own(self._send(subscription.lifecycle_url, [notification], tries=0))
        return True

    async def forge(self, subscription: Subscription, overrides: Notification) -> int:
        """Send a notification that Graph would not, as an attacker may; gives the status answered."""
        body = {"value": [{**self._notification(subscription, None, "updated"), **overrides}]}
        answer = await self._client.post(subscription.url, json=body, timeout=self._config.acknowledge_within)
        return answer.status_code

    def _changed(self, mailbox: Mailbox, calendar: Calendar, item: Item, kind: ChangeKind) -> None:
        for subscription in self._subscriptions.on(mailbox):
            if subscription.wants(mailbox, calendar, kind):
                self._post_soon(subscription.url, self._notification(subscription, item, kind))

    def _notification(self, subscription: Subscription, item: Item | None, kind: str) -> Notification:
        item_id = item.id_for(View(immutable=subscription.immutable)) if item else self._tenant.ids.rest()
        resource = f"Users/{subscription.mailbox.person.oid}/Events/{item_id}"
        return {
            "id": self._tenant.ids.guid(),
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": subscription.expiry,
            "clientState": subscription.client_state,
            "changeType": kind,
            "resource": resource,
            "tenantId": self._config.tenant_id,
            "resourceData": {
                "@odata.type": "#Microsoft.Graph.Event",
                "@odata.id": resource,
                "@odata.etag": f'W/"{long_change_key(item.change_key) if item else "forged"}"',
                "id": item_id,
            },
        }

    def _post_soon(self, url: str, notification: Notification) -> None:
        if self.mischief.lose:
            self.mischief.lose -= 1
            return
        copies = 2 if self.mischief.duplicate else 1
        self.mischief.duplicate -= copies - 1
        self._waiting[url] += [notification] * copies
        if url not in self._draining:
            self._draining.add(url)
            self._own(self._drain(url, self.mischief.delay))

    async def _drain(self, url: str, delay: float) -> None:
        """Send what waits for a URL, as many together as have gathered while others were told."""
        try:
            await asyncio.sleep(delay)
            while self._waiting[url]:
                async with self._turns[_endpoint_of(url)]:
                    waiting = self._waiting[url]
                    batch, self._waiting[url] = waiting[:_TOGETHER], waiting[_TOGETHER:]
                    if self.mischief.reorder:
                        batch.reverse()
                    await self._by_standing(url, batch)
        finally:
            self._draining.discard(url)

    async def _by_standing(self, url: str, batch: list[Notification]) -> None:
        endpoint, now = self._endpoint(url), self._tenant.clock.seconds()
        standing = endpoint.standing(now)
        if standing is Standing.FINE:
            await self._send(url, batch, tries=0)
        elif standing is Standing.SLOW:
            self._tenant.later(endpoint.clears_in(now), lambda: self._own(self._send(url, batch, tries=0)))

    async def _send(self, url: str, batch: list[Notification], tries: int) -> None:
        limit = self._config.acknowledge_retry_within if tries else self._config.acknowledge_within
        begun = time.monotonic()
        accepted = False
        with contextlib.suppress(httpx.HTTPError):
            answer = await self._client.post(url, json={"value": batch}, timeout=limit)
            accepted = answer.is_success
        self._endpoint(url).answered(self._tenant.clock.seconds(), time.monotonic() - begun)
        pause = self._config.notification_retry * 2**tries
        if not accepted and pause < _GIVE_UP_AFTER:
            self._tenant.later(pause, lambda: self._own(self._send(url, batch, tries + 1)))

    async def _validate(self, url: str, token: str) -> None:
        address = httpx.URL(url).copy_merge_params({"validationToken": token})
        headers = {"Content-Type": "text/plain; charset=utf-8"}
        try:
            answer = await self._client.post(address, headers=headers, timeout=self._config.handshake_timeout)
        except httpx.TimeoutException:
            raise _unreachable("Subscription validation request timed out.") from None
        except httpx.HTTPError:
            raise _unreachable("Subscription validation request failed. The endpoint could not be reached.") from None
        if answer.status_code != httpx.codes.OK:
            raise _unreachable(
                f"Subscription validation request failed. HTTP status code is '{answer.reason_phrase}'."
                " Notification endpoint must respond with 200 OK to validation request.",
            )
        if answer.text != token or not answer.headers.get("content-type", "").startswith("text/plain"):
            raise _unreachable("Subscription validation request failed. The token was not returned as plain text.")

    async def _watch(self) -> None:
        """Do what falls due, and ask for reauthorization before a subscription runs out."""
        while True:
            self.settle()
            for _ in range(_TICKS_BETWEEN_LOOKS):
                await asyncio.sleep(_TICK)
                self._tenant.settle()

    def settle(self) -> None:
        """Do what is due now."""
        self._tenant.settle()
        soon = self._tenant.clock.moment() + _NEAR_EXPIRY
        for subscription in self._subscriptions.of():
            if subscription.expires <= soon and not subscription.reauthorization_asked:
                subscription.reauthorization_asked = True
                self.tell_lifecycle(subscription, "reauthorizationRequired")

    def _endpoint(self, url: str) -> Endpoint:
        name = _endpoint_of(url)
        if name not in self._endpoints:
            config = self._config
            self._endpoints[name] = Endpoint(config.slow_after, config.drop_after, config.judged_from)
        return self._endpoints[name]

    def _own(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _endpoint_of(url: str) -> str:
    return url.partition("?")[0]


def _unreachable(message: str) -> GraphError:
    return GraphError(400, "InvalidRequest", message)
