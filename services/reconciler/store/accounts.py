"""Accounts: one EspoCRM user's connection to one mailbox, with the settings."""

from collections.abc import Mapping
from typing import Any

from contracts.model import Instant, Model
from reconciler.core.rules import Rules


class Account(Model):
    """`id` is the EspoCRM user's id; `zone` an IANA name; `addresses` every address of the mailbox, in lower case."""

    id: str
    name: str
    mailbox: str
    zone: str
    addresses: tuple[str, ...]
    rules: Rules
    connected_at: Instant | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Account":
        """Read a row of the table."""
        return cls(**{**row, "rules": Rules.model_validate_json(row["settings"])})
