"""All accounts at a glance, for the administrator: how each stands, and what will run out (M35)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.clients.accounts import Account
from console.clients.outlook import Grant
from console.views.health import Health, health, troubles
from console.views.moments import ago, lasting


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account in the table. Times are relative to now; `subscription` is the one that ends first."""

    account: Account
    health: Health
    troubles: tuple[str, ...]
    lag: str
    success: str
    grant: str
    subscription: str


def overview(accounts: Sequence[Account], grants: Sequence[Grant], now: datetime) -> list[AccountLine]:
    """Put every account with its grant; who needs somebody comes first."""
    by_account = {grant.account: grant for grant in grants}
    lines = [_line(account, by_account, now) for account in accounts]
    return sorted(lines, key=lambda line: (line.health.tone not in ("bad", "warn"), line.account.name.casefold()))


def _line(account: Account, grants: Mapping[str, Grant], now: datetime) -> AccountLine:
    looked = [feed.looked_at for feed in account.feeds if feed.looked_at]
    ends = [feed.subscription_expires_at for feed in account.feeds if feed.subscription_expires_at]
    grant = grants.get(account.id)
    return AccountLine(
        account=account,
        health=health(account, now),
        troubles=tuple(troubles(account)),
        lag=f"{account.oldest_pending_seconds:.0f} s" if account.oldest_pending_seconds else "–",
        success=ago(max(looked, default=None), now),
        grant=_grant(grant, now),
        subscription=_ends(min(ends), now) if ends else "none",
    )


def _grant(grant: Grant | None, now: datetime) -> str:
    if grant is None:
        return "by the tenant"
    if grant.lost:
        return "lost"
    return ago(grant.refreshed_at or grant.granted_at, now)


def _ends(at: datetime, now: datetime) -> str:
    return f"ends in {lasting(at - now)}" if at > now else "over"
