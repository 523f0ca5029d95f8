"""Which EspoCRM entity type an Outlook event becomes."""

from contracts.events import AllDay, Event
from reconciler.core.labels import entity_of
from reconciler.core.rules import Rules

_NEVER_ALL_DAY = "Call"
_INSTEAD = "Meeting"


def entity_for(event: Event, rules: Rules) -> str | None:
    """The type that its label names (M12). An all-day call becomes a meeting, None where meetings are not synced (M09)."""
    entity = entity_of(event.title, rules.entities, rules.default_entity)
    if entity != _NEVER_ALL_DAY or not isinstance(event.span, AllDay):
        return entity
    return _INSTEAD if _INSTEAD in rules.entities else None
