"""Carries out writes: every one ends in an outcome, whatever EspoCRM does.

A batch is carried out together, as many writes at once as EspoCRM bears, but never two of one link: the second may be the
first delivered again. Nothing here waits or retries. What did not work now is deferred, and the reconciler asks again.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog

from bus.consuming.delivery import Delivery
from bus.telling.story import telling
from contracts.outcomes import AnyOutcome, Deferred, Refused, Vanished
from contracts.topics import ESPO_OUTCOMES
from contracts.writes import CreateEspoRecord, DeleteEspoRecord, EspoWrite, UpdateEspoRecord
from espo_connector.asking.client import Clock, Record, utc_now
from espo_connector.asking.together import together
from espo_connector.errors import EspoError, KeyRefused, NotThere, Unavailable
from espo_connector.feed import Publisher, about
from espo_connector.metrics import Metrics
from espo_connector.translate import Impossible, Unreadable
from espo_connector.writing.creation import Creation
from espo_connector.writing.deletion import Deletion
from espo_connector.writing.update import Update

_LOOKED_FOR_AT_ONCE = 50
"""What one look-up of earlier creations covers; more would make its request line too long."""

_log = structlog.get_logger("espo_connector")

Twins = Mapping[UUID, Record | EspoError]
"""By write id: the record that a write made already, or why that could not be found out."""


class Writes:
    """Handles the topic of writes, in batches."""

    def __init__(
        self,
        creation: Creation,
        update: Update,
        deletion: Deletion,
        publisher: Publisher,
        metrics: Metrics,
        *,
        now: Clock = utc_now,
    ) -> None:
        self._creation = creation
        self._update = update
        self._deletion = deletion
        self._publisher = publisher
        self._metrics = metrics
        self._now = now

    async def carry_out(self, deliveries: Sequence[Delivery[EspoWrite]]) -> None:
        """Carry out a batch, and publish each outcome as soon as it is known."""
        of_link: defaultdict[UUID, list[Delivery[EspoWrite]]] = defaultdict(list)
        for delivery in deliveries:
            of_link[delivery.message.link_id].append(delivery)
        twins = await self._twins([first.message for first, *_ in of_link.values()])
        await together(self._in_turn(writes, twins) for writes in of_link.values())

    async def _in_turn(self, deliveries: Sequence[Delivery[EspoWrite]], twins: Twins) -> None:
        first, *others = deliveries
        await self._one(first, twins)
        for delivery in others:
            await self._one(delivery, await self._twins([delivery.message]))

    async def _one(self, delivery: Delivery[EspoWrite], twins: Twins) -> None:
        write = delivery.message
        with telling(delivery):
            outcome = await self._outcome(write, twins)
            self._metrics.writes.labels(write.kind, outcome.kind).inc()
            await self._publisher.publish(ESPO_OUTCOMES.name, write.account, outcome)

    async def _twins(self, writes: Sequence[EspoWrite]) -> Twins:
        """Look for what these writes may have made already; where that fails, nothing may be made."""
        creations: defaultdict[str, list[CreateEspoRecord]] = defaultdict(list)
        for write in writes:
            if isinstance(write, CreateEspoRecord):
                creations[write.entity].append(write)
        found = await together(
            self._twins_of(entity, of_entity[start : start + _LOOKED_FOR_AT_ONCE])
            for entity, of_entity in creations.items()
            for start in range(0, len(of_entity), _LOOKED_FOR_AT_ONCE)
        )
        return {write_id: twin for some in found for write_id, twin in some.items()}

    async def _twins_of(self, entity: str, writes: Sequence[CreateEspoRecord]) -> Twins:
        try:
            return dict[UUID, Record | EspoError](await self._creation.made_already(entity, writes))
        except EspoError as error:
            return {write.write_id: error for write in writes}

    async def _outcome(self, write: EspoWrite, twins: Twins) -> AnyOutcome:
        try:
            return await self._carried_out(write, twins)
        except NotThere:
            return Vanished(**about(write), finished_at=self._now())
        except (Unavailable, KeyRefused) as error:
            return self._deferred(write, error)
        except EspoError as error:
            return self._refused(write, error.reason)
        except (Impossible, Unreadable) as error:
            return self._refused(write, str(error))

    async def _carried_out(self, write: EspoWrite, twins: Twins) -> AnyOutcome:
        match write:
            case CreateEspoRecord():
                twin = twins.get(write.write_id)
                if isinstance(twin, EspoError):
                    raise twin
                return await self._creation.carry_out(write, twin)
            case UpdateEspoRecord():
                return await self._update.carry_out(write)
            case DeleteEspoRecord():
                return await self._deletion.carry_out(write)

    def _deferred(self, write: EspoWrite, error: Unavailable | KeyRefused) -> Deferred:
        self._metrics.deferred(error)
        about_when = {"until": error.until, "reason": error.reason, "attempted": error.asked}
        return Deferred.model_validate({**about(write), "finished_at": self._now(), **about_when})

    def _refused(self, write: EspoWrite, reason: str) -> Refused:
        _log.warning("write refused", kind=write.kind, entity=write.entity, reason=reason)
        return Refused(**about(write), finished_at=self._now(), reason=reason)
