"""How a user's sync stands, in one line (M34, M35)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from console.clients.accounts import Account
from console.views.moments import ago, counted, lasting

_LONG = 300.0
"""Seconds after which something pending is no longer on its way but late."""


@dataclass(frozen=True, slots=True)
class Health:
    """A word with its tone (good, busy, warn, bad), the facts behind it, and how many removals are held."""

    word: str
    tone: str
    facts: tuple[str, ...]
    held: int


def health(account: Account, now: datetime) -> Health:
    """Say how an account stands: what needs somebody first, then what is late, then what is on its way."""
    word, tone = _word(account)
    pending = account.counts.get("pending", 0)
    facts = [
        f"last change to EspoCRM: {ago(account.last_change.to_espo, now)}",
        f"to Outlook: {ago(account.last_change.to_outlook, now)}",
        _pending(pending, account.oldest_pending_seconds),
    ]
    for state, words in (("held", "held"), ("refused", "failed")):
        if number := account.counts.get(state, 0):
            facts.append(f"{number} {words}")
    if account.skipped:
        facts.append(f"{counted(account.skipped, 'event')} skipped")
    return Health(word, tone, tuple(facts), account.counts.get("held", 0))


def _word(account: Account) -> tuple[str, str]:
    """Find the first thing that is so; who is in sync has none of the others."""
    cases = (
        (bool(account.attention), "Needs you", "bad"),
        (account.phase != "running", "Not begun", "warn"),
        (any(feed.failures or feed.stalled for feed in account.feeds), "In trouble", "bad"),
        ((account.oldest_pending_seconds or 0) > _LONG, "Late", "warn"),
        (bool(account.counts.get("held")), "Waiting for your word", "warn"),
        (bool(account.counts.get("pending")), "Working", "busy"),
    )
    return next(((word, tone) for so, word, tone in cases if so), ("In sync", "good"))


def _pending(number: int, seconds: float | None) -> str:
    if not number:
        return "nothing pending"
    since = f", the oldest for {lasting(timedelta(seconds=seconds))}" if seconds else ""
    return f"{number} pending{since}"


def troubles(account: Account) -> list[str]:
    """Say what troubles an account, each thing once."""
    found = [account.attention, *(feed.reason for feed in account.feeds if feed.failures or feed.stalled)]
    return list(dict.fromkeys(trouble for trouble in found if trouble))
