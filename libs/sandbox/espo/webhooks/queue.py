"""The webhook queue: what happened, what is to be sent to whom, and what came of it.

Events wait in one list; a run of the job takes twenty of them, matches them with the webhooks of that moment, and then
sends each webhook one batch. So hooks arrive late, in portions, and in no order between webhooks.
Source: EspoCRM's `Core/Webhook/{Manager,Queue}.php`, as recorded.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sandbox.espo.access.acl import Access
from sandbox.espo.clock import Clock
from sandbox.espo.definitions.field import Entity
from sandbox.espo.definitions.registry import Registry
from sandbox.espo.ids import IdSource
from sandbox.espo.records import payloads
from sandbox.espo.records.events import parse, write
from sandbox.espo.records.store import Record, Store
from sandbox.espo.webhooks.outcomes import Outcome

EVENT_PORTION = 20
WEBHOOK_PORTION = 20
BATCH = 50
MAX_ATTEMPTS = 4
RETRY_AFTER = timedelta(minutes=10)
PENDING, SUCCESS, FAILED = "Pending", "Success", "Failed"


@dataclass(frozen=True, slots=True)
class _Event:
    name: str
    entity: str
    record_id: str
    user_id: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Batch:
    """One POST: a webhook and the items that it is to carry."""

    webhook: Record
    items: tuple[Record, ...]
    bodies: tuple[dict[str, Any], ...]


class Queue:
    """Collects changes (it listens to the writer) and hands out batches."""

    def __init__(
        self, registry: Registry, store: Store, clock: Clock, ids: IdSource, access_of: Callable[[Record], Access]
    ) -> None:
        self._registry = registry
        self._store = store
        self._clock = clock
        self._ids = ids
        self._access_of = access_of
        self._events: deque[_Event] = deque()
        self._bodies: dict[str, dict[str, Any]] = {}
        self._number = 0

    @property
    def waiting(self) -> int:
        """How many events no run has looked at yet."""
        return len(self._events)

    def watches(self, entity: str, *kinds: str) -> bool:
        """Say whether an active webhook wants changes of these kinds."""
        return any(hook.values["entityType"] == entity and hook.values["type"] in kinds for hook in self._webhooks())

    def created(self, entity: Entity, record: Record, body: dict[str, Any], user_id: str) -> None:
        """Queue `{E}.create`."""
        self._note(f"{entity.name}.create", record, user_id, body)

    def updated(
        self, entity: Entity, record: Record, body: dict[str, Any], answer: Mapping[str, Any], user_id: str
    ) -> None:
        """Queue `{E}.update`, and `{E}.fieldUpdate.{field}` for the fields that someone watches."""
        self._note(f"{entity.name}.update", record, user_id, body)
        watched = {str(hook.values["field"]) for hook in self._webhooks() if hook.values.get("type") == "fieldUpdate"}
        for name in sorted(watched):
            told = payloads.of_field(entity, name, answer, body)
            if told is not None:
                self._note(f"{entity.name}.fieldUpdate.{name}", record, user_id, told)

    def removed(self, entity: Entity, record: Record, user_id: str) -> None:
        """Queue `{E}.delete`."""
        self._note(f"{entity.name}.delete", record, user_id, {"id": record.id})

    def match(self) -> None:
        """Turn the oldest events into items of the webhooks that want them now."""
        for _ in range(min(EVENT_PORTION, len(self._events))):
            event = self._events.popleft()
            for hook in list(self._webhooks(event.name)):
                own = hook.values.get("skipOwn") and hook.values.get("userId") == event.user_id
                if not own:
                    self._enqueue(event, hook)

    def due(self) -> list[Batch]:
        """Give the batches that are due, in the order of their first items; drop what their owners may not read."""
        now = self._clock.stamp()
        groups: dict[str, list[Record]] = {}
        for item in self._items():
            if item.values["status"] == PENDING and (item.values["processAt"] or "") <= now:
                groups.setdefault(item.values["webhookId"], []).append(item)
        batches = (self._batch(hook_id, items[:BATCH]) for hook_id, items in list(groups.items())[:WEBHOOK_PORTION])
        return [batch for batch in batches if batch is not None]

    def settle(self, batch: Batch, outcome: Outcome) -> None:
        """Record what came of a batch."""
        if outcome is Outcome.GONE:
            self.forget(batch.webhook.id)
            self._store.table("Webhook").erase(batch.webhook.id)
            return
        now = self._clock.stamp()
        for item in batch.items:
            values = item.values
            values["attempts"] += 1
            values["processAt"] = None
            if outcome is Outcome.DELIVERED:
                values |= {"status": SUCCESS, "processedAt": now}
            elif outcome is Outcome.LOST or values["attempts"] >= MAX_ATTEMPTS:
                values["status"] = FAILED
            else:
                values["processAt"] = write(parse(now) + RETRY_AFTER)

    def forget(self, webhook_id: str) -> None:
        """Remove what a webhook that is no more was still to get."""
        for item in list(self._items()):
            if item.values["webhookId"] == webhook_id and item.values["status"] == PENDING:
                self._erase(item)

    def make_due(self) -> int:
        """Let every retry be due now; give how many there were."""
        waiting = [item for item in self._items() if item.values["status"] == PENDING and item.values["processAt"]]
        for item in waiting:
            item.values["processAt"] = self._clock.stamp()
        return len(waiting)

    def _note(self, name: str, record: Record, user_id: str, body: dict[str, Any]) -> None:
        if any(True for _ in self._webhooks(name)):
            self._events.append(_Event(name, record.entity, record.id, user_id, body))

    def _webhooks(self, event: str | None = None) -> Iterator[Record]:
        return (
            hook
            for hook in self._store.table("Webhook").live()
            if hook.values.get("isActive") and event in (None, hook.values["event"])
        )

    def _items(self) -> Iterator[Record]:
        return self._store.table("WebhookQueueItem").live()

    def _enqueue(self, event: _Event, hook: Record) -> None:
        self._number += 1
        item = Record("WebhookQueueItem", self._ids.record_id())
        item.values = {
            "number": self._number,
            "event": event.name,
            "webhookId": hook.id,
            "targetType": event.entity,
            "targetId": event.record_id,
            "status": PENDING,
            "attempts": 0,
            "processAt": None,
            "processedAt": None,
            "createdAt": self._clock.stamp(),
        }
        self._bodies[item.id] = event.body
        self._store.table("WebhookQueueItem").save(item)

    def _batch(self, hook_id: str, items: list[Record]) -> Batch | None:
        hook = self._store.find("Webhook", hook_id)
        if hook is None:
            return None
        owner = self._store.find("User", hook.values.get("userId"))
        access = self._access_of(owner) if owner is not None else None
        kept: list[Record] = []
        for item in items:
            target = self._store.table(item.values["targetType"]).get(item.values["targetId"])
            if access is not None and (target is None or not access.may(target, "read")):
                self._erase(item)
            else:
                kept.append(item)
        bodies = tuple(self._visible(item, access) for item in kept)
        return Batch(hook, tuple(kept), bodies) if kept else None

    def _visible(self, item: Record, access: Access | None) -> dict[str, Any]:
        body = self._bodies[item.id]
        hidden = access.hidden(self._registry[item.values["targetType"]]) if access is not None else frozenset()
        return {each: value for each, value in body.items() if each not in hidden}

    def _erase(self, item: Record) -> None:
        self._bodies.pop(item.id, None)
        self._store.table("WebhookQueueItem").erase(item.id)
