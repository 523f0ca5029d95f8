"""Postgres, all of it. The only package that imports asyncpg."""

from reconciler.store.accounts import Account
from reconciler.store.database import Database
from reconciler.store.outage import OUTAGE
from reconciler.store.unit import Unit

__all__ = ["OUTAGE", "Account", "Database", "Unit"]
