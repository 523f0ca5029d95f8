"""What is particular to this EspoCRM: its entity types, its time zone, its version, and who we are in it.

All of it is an administrator's to change while we run, and none of it changes often: it is read together and kept for
some minutes. A look at an entity type that is not known yet reads it anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from async_lru import alru_cache

from espo_connector.asking.client import Client
from espo_connector.asking.together import together
from espo_connector.errors import Rejected
from espo_connector.fields.schema import ACCESS_SCOPE, EntityType, entity_type, event_types

_KEPT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Site:
    """An EspoCRM as it is set up. `zone` is the system's, which alone decides when a whole day begins.

    `extension` says whether our companion extension is installed.
    """

    zone: ZoneInfo
    version: str
    api_user: str
    entities: Mapping[str, EntityType]
    extension: bool = False


class SiteGuide:
    """Knows the site."""

    def __init__(self, client: Client, location_field: str = "", teams_flag_field: str = "") -> None:
        self._client = client
        self._field_names = (location_field, teams_flag_field)
        self._kept = alru_cache(maxsize=1, ttl=_KEPT_SECONDS)(self._read)

    async def site(self) -> Site:
        """Give the site as of some minutes ago. Raises what `Client` raises."""
        return await self._kept()

    async def entity(self, name: str) -> EntityType:
        """Give one entity type. Raises Rejected where EspoCRM has none such, denies it to us, or lets several own a record."""
        known = (await self.site()).entities
        if name not in known:
            self.forget()
            known = (await self.site()).entities
        if name not in known:
            raise Rejected(f"EspoCRM has no event type '{name}', or the API user may not see it")
        if known[name].several_owners:
            raise Rejected(f"'Multiple Assigned Users' is on for {name} in EspoCRM, and an event needs one owner")
        return known[name]

    def forget(self) -> None:
        """Have the site read anew: what is known of it has turned out to be wrong."""
        self._kept.cache_clear()

    async def _read(self) -> Site:
        settings, session, scopes = await together(
            (self._client.settings(), self._client.session(), self._client.metadata("scopes"))
        )
        names = event_types(scopes)
        fields = await together(self._client.metadata(f"entityDefs.{name}.fields") for name in names)
        return Site(
            zone=_zone(str(settings.get("timeZone") or "UTC")),
            version=str(settings.get("version") or ""),
            api_user=_user_of(session),
            entities={
                name: entity_type(name, scopes[name], described, *self._field_names, rights=field_rights(session, name))
                for name, described in zip(names, fields, strict=True)
            },
            extension=ACCESS_SCOPE in scopes,
        )


def field_rights(session: Mapping[str, Any], entity: str) -> Mapping[str, Any]:
    """Read what the API user's roles say of single fields of an entity type, from `App/user`; PHP writes no entries as `[]`."""
    table = _part(_part(session, "acl"), "fieldTable")
    return _part(table, entity)


def _user_of(session: Mapping[str, Any]) -> str:
    return str(_part(session, "user").get("id") or "")


def _part(whole: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, Mapping) else {}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise Rejected("EspoCRM's system time zone has a name that nobody else knows") from None
