"""Events that stand on both sides already, `m1` in EspoCRM and `o1` in Outlook: where most stories begin."""

from datetime import datetime, timedelta
from typing import Any

from contracts.changes import EspoGone, OutlookGone
from contracts.events import Event
from contracts.writes import CreateEspoRecord, CreateOutlookEvent
from support.links import event
from support.reconciling import Reconciling, done, in_espo, in_outlook, now


def later(seconds: float = 5) -> datetime:
    """A moment that nobody takes for the one in which the pair was made."""
    return now() + timedelta(seconds=seconds)


async def born_in_espo(
    reconciling: Reconciling, number: int = 1, content: Event | None = None, *, account: str = "ann", **seen: Any
) -> CreateOutlookEvent:
    """A record that was made in EspoCRM and has gone out."""
    content = content or event()
    (create,) = await reconciling.hear(in_espo(f"m{number}", content, account=account, **seen))
    assert isinstance(create, CreateOutlookEvent)
    stored = create.event.model_copy(update={"cancelled": None})
    landed = in_outlook(f"o{number}", stored, account=account, transaction_id=create.transaction_id)
    assert await reconciling.hear(done(create, landed)) == []
    return create


async def born_in_outlook(
    reconciling: Reconciling, number: int = 1, content: Event | None = None, *, account: str = "ann", **seen: Any
) -> CreateEspoRecord:
    """An event that was made in Outlook and has come in."""
    content = content or event()
    (create,) = await reconciling.hear(in_outlook(f"o{number}", content, account=account, **seen))
    assert isinstance(create, CreateEspoRecord)
    landed = in_espo(f"m{number}", create.event, account=account, created_by_us=True)
    assert await reconciling.hear(done(create, landed)) == []
    return create


def gone_from_outlook(number: int = 1, *, account: str = "ann", confirmed: bool = True) -> OutlookGone:
    """An event is not there any more, or at least its calendar's delta says so."""
    return OutlookGone(account=account, outlook_id=f"o{number}", confirmed=confirmed, read_at=later())


def gone_from_espo(number: int = 1) -> EspoGone:
    """A record is not there any more."""
    return EspoGone(entity="Meeting", espo_id=f"m{number}", confirmed=True, read_at=later())
