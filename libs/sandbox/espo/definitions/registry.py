"""The entity types of one instance, which an administrator may extend and change while it runs."""

from dataclasses import replace

from sandbox.espo.config import EspoConfig
from sandbox.espo.definitions import events, people, system
from sandbox.espo.definitions.field import Entity, Field

_CUSTOM_TYPE_PREFIX = "C"
_STANDARD_EVENTS = ("Meeting", "Call")


class Registry:
    """Gives entity types by name; rebuilt whenever an administrator adds a field or an entity type."""

    def __init__(self, config: EspoConfig) -> None:
        self._config = config
        self._fields: dict[str, dict[str, Field]] = {}
        self._custom_types = list(config.custom_events)
        self.services = ("Microsoft",) if config.companion_extension else ()
        self.join_url_writable = config.join_url_writable or config.companion_extension
        locations, keys = dict(config.location_fields), dict(config.key_fields)
        if config.companion_extension:
            locations |= dict.fromkeys(_STANDARD_EVENTS, "location")
            keys |= dict.fromkeys(_STANDARD_EVENTS, "outlookEventKey")
        for scope, name in locations.items():
            self._fields.setdefault(scope, {})[name] = events.location(name)
        for scope, name in keys.items():
            self._fields.setdefault(scope, {})[name] = events.event_key(name)
        self._types: dict[str, Entity] = {}
        self._rebuild()

    def get(self, name: str) -> Entity | None:
        """Give an entity type, None where there is none."""
        return self._types.get(name)

    def __getitem__(self, name: str) -> Entity:
        return self._types[name]

    def all(self) -> tuple[Entity, ...]:
        """Give every entity type."""
        return tuple(self._types.values())

    def add_event_type(self, name: str) -> str:
        """Add a custom entity type of type Event; give the name it gets, with EspoCRM's prefix."""
        full = f"{_CUSTOM_TYPE_PREFIX}{name[:1].upper()}{name[1:]}"
        self._custom_types.append(full)
        self._rebuild()
        return full

    def add_field(self, scope: str, field: Field) -> Field:
        """Add a custom field; on standard entity types its name gets the prefix `c`, unless the config forbids it."""
        custom = self._types[scope].is_custom or self._config.custom_prefix_disabled
        name = field.name if custom else f"c{field.name[:1].upper()}{field.name[1:]}"
        added = replace(field, name=name, custom=True)
        self._fields.setdefault(scope, {})[name] = added
        self._rebuild()
        return added

    def set_join_url_writable(self, *, writable: bool) -> None:
        """Clear or set *Read-only* of Meeting's join URL."""
        self.join_url_writable = writable
        self._rebuild()

    def _rebuild(self) -> None:
        release = self._config.release

        def custom(scope: str) -> tuple[Field, ...]:
            return tuple(self._fields.get(scope, {}).values())

        types = [
            events.meeting(
                release, custom("Meeting"), services=self.services, join_url_writable=self.join_url_writable
            ),
            events.call(custom("Call")),
            *(events.custom_event(name, custom(name)) for name in self._custom_types),
            people.user(),
            people.contact(release),
            people.lead(),
            people.account(release),
            system.team(),
            system.role(release),
            system.webhook(release),
            system.webhook_queue_item(),
        ]
        self._types = {each.name: each for each in types}
