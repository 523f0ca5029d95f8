"""Grants without Kafka: the table in memory, and somebody who consented."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from cryptography.fernet import Fernet

from bus.table import Row
from contracts.grants import SealedGrant
from graph.permission.grant_table import Grants
from graph.permission.grants import Grant, Seal

KEY, OLDER_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class MemoryTable:
    """A table whose rows are there at once. `fails` is what the next write raises."""

    rows: dict[str, Row[SealedGrant]] = field(default_factory=dict)
    fails: Exception | None = None

    async def put(self, key: str, message: SealedGrant | None) -> None:
        failure, self.fails = self.fails, None
        if failure is not None:
            raise failure
        self.rows.pop(key, None)
        if message is not None:
            self.rows[key] = Row(message, str(uuid4()))

    async def replace(self, key: str, row: Row[SealedGrant], message: SealedGrant) -> bool:
        if self.rows.get(key) != row:
            return False
        await self.put(key, message)
        return True


def nobody() -> Grants:
    """No grants at all."""
    return Grants(MemoryTable(), Seal((KEY,)))


def consented(**changes: Any) -> Grant:
    """What Ann consented to."""
    usual: dict[str, Any] = {
        "account": "ann",
        "owner": "0a1d6c52-3f0b-4c38-9a55-6b3c1f2e7d01",
        "mailbox": "ann@contoso.test",
        "addresses": ("ann@contoso.test",),
        "scopes": ("Calendars.ReadWrite", "User.Read"),
        "refresh_token": "1.first",
        "granted_at": NOON,
        "refreshed_at": NOON,
    }
    return Grant(**usual | changes)
