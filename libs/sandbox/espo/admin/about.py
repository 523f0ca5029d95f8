"""What an instance says of itself and of the caller: `App/user`, `App/about`, `Settings`, `I18n`."""

from typing import Any

from sandbox.espo.access.acl import Access
from sandbox.espo.config import EspoConfig
from sandbox.espo.definitions.field import words
from sandbox.espo.definitions.registry import Registry
from sandbox.espo.records.checks import SERVICE_SCOPE
from sandbox.espo.records.views import Views
from sandbox.espo.search.params import MAX_SIZE

_NOT_OF_ONESELF = frozenset(
    words(
        "roles emailAddressData phoneNumberData rolesIds rolesNames portalsIds portalsNames portalRolesIds "
        "portalRolesNames accountsIds accountsNames lastAccess workingTimeCalendarName apiKey secretKey"
    )
)


def settings(config: EspoConfig, zone: str, registry: Registry, access: Access | None) -> dict[str, Any]:
    """Give the settings; anyone sees the zone, the rest needs credentials (`access` None: without)."""
    public = {"timeZone": zone, "language": "en_US", "dateFormat": "DD.MM.YYYY", "timeFormat": "HH:mm"}
    if access is None:
        return public
    events = [entity.name for entity in registry.all() if entity.is_event]
    return public | {
        "siteUrl": config.site_url,
        "version": config.version,
        "recordListMaxSizeLimit": MAX_SIZE,
        "calendarEntityList": events,
    }


def app_user(
    config: EspoConfig,
    zone: str,
    registry: Registry,
    views: Views,
    access: Access,
    *,
    token: str | None,
    address: str,
) -> dict[str, Any]:
    """Give the caller, his rights and the settings: a connection test and a self-check of permissions in one."""
    addresses = [each["emailAddress"] for each in access.user.emails]
    user = {each: value for each, value in views.read(access.user, access).items() if each not in _NOT_OF_ONESELF}
    services = [{"name": name} for name in registry.services if access.switched_on(SERVICE_SCOPE)]
    online = {"meetingServices": services} if config.release.offers_online_services else {}
    extras = {"ipAddress": address} if access.type == "api" else {}
    return {
        "user": user
        | extras
        | {
            "emailAddressList": addresses,
            "userEmailAddressList": addresses,
            "excludeFromReplyEmailAddressList": [],
        },
        "acl": {
            "table": access.table(
                (entity.name for entity in registry.all()), switches=(SERVICE_SCOPE,) if registry.services else ()
            ),
            "fieldTable": access.field_table(),
            **access.permissions(each.name for each in registry["Role"].fields if each.name.endswith("Permission")),
            "fieldTableQuickAccess": {},
        },
        "preferences": {"timeZone": access.user.values.get("timeZone"), "language": None},
        "token": token,
        "settings": settings(config, zone, registry, access),
        "language": "en_US",
        "appParams": online | {"maxUploadSize": 8},
    }


def texts(registry: Registry, access: Access) -> dict[str, Any]:
    """Give the texts of the user interface: of the many, the names of the entity types that the caller may see."""
    seen = (entity for entity in registry.all() if access.allows(entity.name, "read"))
    names = {entity.name: entity.name[1:] if entity.is_custom else entity.name for entity in seen}
    return {"Global": {"scopeNames": names, "scopeNamesPlural": {name: f"{text}s" for name, text in names.items()}}}


def about(config: EspoConfig) -> dict[str, str]:
    """Give the product and its version."""
    return {"text": "EspoCRM", "version": config.version}
