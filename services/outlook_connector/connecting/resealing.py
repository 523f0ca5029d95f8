"""Seals grants anew with the first key, so that an older one can be taken away soon after a change of keys.

A grant is sealed anew whenever it is used, but one that nobody uses would keep its old key needed for ever. Every replica looks,
and looks again: while a change of keys is being rolled out, replicas that do not have it yet go on sealing as before.
"""

import asyncio

import structlog

from bus.errors import KafkaFailure, Transient
from graph.permission.grant_table import Grants
from outlook_connector.metrics import Metrics

_EVERY_SECONDS = 30.0

_log = structlog.get_logger()


class Resealing:
    """Looks for ever."""

    def __init__(self, grants: Grants, metrics: Metrics, every_seconds: float = _EVERY_SECONDS) -> None:
        self._grants = grants
        self._metrics = metrics
        self._every_seconds = every_seconds

    async def count(self) -> None:
        """Tell Prometheus how many grants need a key that is not the first."""
        await self._older()

    async def run(self) -> None:
        """Seal them anew, now and then, through outages of Kafka."""
        while True:
            try:
                for account in await self._older():
                    await self._grants.reseal(account)
                if left := await self._older():
                    _log.warning("grants that none of our keys opens", grants=len(left))
            except (KafkaFailure, Transient) as error:
                _log.warning("grants are not sealed anew yet", error=type(error).__name__)
            await asyncio.sleep(self._every_seconds)

    async def _older(self) -> list[str]:
        older = await asyncio.to_thread(self._grants.older)
        self._metrics.older_grants.set(len(older))
        return older
