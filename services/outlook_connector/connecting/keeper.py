"""Keeps grants up to date as they are used, and tells the reconciler when one is good no more.

The reconciler is told first and the row is written after: a crash in between tells it twice, and never not at all.
"""

from contracts.changes import GrantLost
from contracts.topics import OUTLOOK_CHANGES
from graph.permission.grant_table import Grants
from graph.permission.grants import UNREADABLE, Grant
from outlook_connector.metrics import Metrics
from outlook_connector.publishing import Publisher


class Keeper:
    """The keeper of all grants (see `graph.permission.granted_tokens.Keeper`)."""

    def __init__(self, grants: Grants, publisher: Publisher, metrics: Metrics) -> None:
        self._grants = grants
        self._publisher = publisher
        self._metrics = metrics
        self._told: set[str] = set()

    async def renewed(self, old: Grant, new: Grant) -> None:
        """Keep the newer refresh token, unless the grant was taken away or given anew meanwhile."""
        await self._grants.replace(old, new)
        self._metrics.grants_used.labels("renewed").inc()

    async def lost(self, grant: Grant, words: str) -> None:
        """Mark a grant as lost, unless there is another one by now."""
        kept = self._grants.get(grant.account)
        if kept is None or kept.id != grant.id:
            return
        await self._tell(grant.account, words)
        self._metrics.grants_used.labels("lost").inc()
        await self._grants.replace(kept, kept.as_lost(words))

    async def unreadable(self, account: str) -> None:
        """Tell of a grant that no key opens, once in this process. It is kept: its key may come back."""
        if account not in self._told:
            await self._tell(account, UNREADABLE)
            self._metrics.grants_used.labels("unreadable").inc()
            self._told.add(account)

    async def _tell(self, account: str, reason: str) -> None:
        await self._publisher.publish(OUTLOOK_CHANGES.name, account, GrantLost(account=account, reason=reason))
