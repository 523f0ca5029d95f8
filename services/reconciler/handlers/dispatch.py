"""Every message type and its handler, on one screen."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import Field

from bus.consuming.delivery import Delivery
from bus.telling.story import telling
from contracts.changes import (
    CalendarListed,
    CursorAdvanced,
    CursorLost,
    EspoGone,
    EspoSeen,
    EspoSkipped,
    EventLookDeferred,
    GrantGiven,
    GrantLost,
    LookDeferred,
    LookRefused,
    OutlookGone,
    OutlookSeen,
    OutlookSkipped,
    RecordsLookDeferred,
    SubscriptionFailed,
    SubscriptionKept,
)
from contracts.model import Model
from contracts.notices import CalendarTouched, SubscriptionEnded
from contracts.outcomes import Conflicted, Deferred, Done, MeetingReady, Refused, Vanished
from reconciler.handlers import espo_changes, grants, outlook_changes, subscriptions
from reconciler.handlers.foresight import foresee
from reconciler.handlers.listings import calendar_listed
from reconciler.handlers.looks import calendar_touched, look_answered
from reconciler.handlers.outcomes import outcome_arrived
from reconciler.store import Database, Unit

Message = Annotated[
    OutlookSeen
    | OutlookGone
    | OutlookSkipped
    | CalendarListed
    | EventLookDeferred
    | EspoSeen
    | EspoGone
    | EspoSkipped
    | RecordsLookDeferred
    | CursorAdvanced
    | CursorLost
    | LookDeferred
    | LookRefused
    | SubscriptionKept
    | SubscriptionFailed
    | GrantGiven
    | GrantLost
    | CalendarTouched
    | SubscriptionEnded
    | Done
    | Conflicted
    | Vanished
    | Refused
    | Deferred
    | MeetingReady,
    Field(discriminator="kind"),
]


Handler = Callable[[Unit, Any], Awaitable[None]]


class Dispatcher:
    """Handles batches of messages, each batch in one transaction, each message once."""

    def __init__(self, database: Database, poll_seconds: float, poll_unsubscribed_seconds: float) -> None:
        self._database = database
        self._handlers: dict[type[Model], Handler] = {
            CalendarTouched: calendar_touched,
            SubscriptionEnded: subscriptions.subscription_ended,
            SubscriptionKept: partial(subscriptions.subscription_kept, poll_seconds=poll_seconds),
            SubscriptionFailed: partial(subscriptions.subscription_failed, poll_seconds=poll_unsubscribed_seconds),
            GrantGiven: grants.grant_given,
            GrantLost: grants.grant_lost,
            OutlookSeen: outlook_changes.outlook_seen,
            OutlookGone: outlook_changes.outlook_gone,
            OutlookSkipped: outlook_changes.outlook_skipped,
            CalendarListed: calendar_listed,
            EventLookDeferred: outlook_changes.event_look_deferred,
            EspoSeen: espo_changes.espo_seen,
            EspoGone: espo_changes.espo_gone,
            EspoSkipped: espo_changes.espo_skipped,
            RecordsLookDeferred: espo_changes.records_look_deferred,
            **dict.fromkeys((CursorAdvanced, CursorLost, LookDeferred, LookRefused), look_answered),
            **dict.fromkeys((Done, Conflicted, Vanished, Refused, Deferred, MeetingReady), outcome_arrived),
        }

    async def handle(self, deliveries: Sequence[Delivery[Any]]) -> None:
        """Handle a batch: what it needs is read at once, and what comes of it is written at once."""
        async with self._database.unit() as unit:
            await unit.lock(*{getattr(delivery.message, "account", "") for delivery in deliveries} - {""})
            known_as = [_identity(delivery) for delivery in deliveries]
            new = await unit.take_in(set(known_as))
            pairs = list(zip(known_as, deliveries, strict=True))
            await foresee(unit, [delivery.message for identity, delivery in pairs if identity in new])
            for identity, delivery in pairs:
                if identity in new:
                    new.remove(identity)
                    with telling(delivery):
                        await self._handlers[type(delivery.message)](
                            unit.of_story(delivery.correlation_id), delivery.message
                        )


def _identity(delivery: Delivery[Any]) -> UUID:
    """By what the inbox knows a message: its id, also where another program wrote one that is no UUID, or none at all."""
    try:
        return UUID(delivery.message_id)
    except ValueError:
        return uuid5(NAMESPACE_URL, delivery.message_id)
