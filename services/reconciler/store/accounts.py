"""Accounts: one EspoCRM user's connection to one mailbox, with the settings."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pydantic import Field

from contracts.model import Instant, Model
from reconciler.core.first_reading import Awaited
from reconciler.core.rules import Direction, Rules
from reconciler.core.side import SideName


class Account(Model):
    """`id` is the EspoCRM user's id; `zone` an IANA name; `addresses` every address of the mailbox, in lower case.

    `attention`: what its user has to do so that the sync goes on, in words, "" for nothing.
    `awaits`: what has to come before events are made. `began_at`: since when a change that is written late is late.
    """

    id: str
    name: str
    mailbox: str
    zone: str
    addresses: tuple[str, ...]
    rules: Rules
    awaits: frozenset[Awaited] = frozenset()
    attention: str = ""
    connected_at: Instant | None = None
    began_at: Instant | None = Field(None, exclude=True)

    def may_match(self, side: SideName) -> bool:
        """Whether what is read of that side, whatever the direction, may turn out to be the twin of something."""
        return Awaited(side) in self.awaits and self.rules.direction is not Direction.NONE

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Account":
        """Read a row of the table."""
        return cls(**{**row, "rules": _rules(row["settings"])})


@lru_cache(maxsize=4096)
def _rules(settings: str) -> Rules:
    """Read settings once, however often an account is read."""
    return Rules.model_validate_json(settings)
