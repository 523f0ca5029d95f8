"""Metadata: how a connector discovers event types and fields. Its key look-up has traps, kept here.

`GET Metadata?key=a.b` answers 200 with nothing at all for whatever is missing or hidden, and writes a text raw, without
quotes. Only objects, arrays, booleans and numbers come as JSON.
"""

from typing import Any

from sandbox.espo import phpjson
from sandbox.espo.access.acl import Access
from sandbox.espo.definitions.events import STATUSES
from sandbox.espo.definitions.field import Entity, Field, words
from sandbox.espo.definitions.registry import Registry

_SECTIONS = words(
    "aclDefs app clientDefs dashlets entityAcl entityDefs fields integrations logicDefs notificationDefs scopes "
    "streamDefs themes"
)
_STATUS_LISTS = {
    "activityStatusList": ["Planned"],
    "historyStatusList": ["Held", "Not Held"],
    "completedStatusList": ["Held"],
    "canceledStatusList": ["Not Held"],
}
_STATUS_FIELD = {
    "type": "enum",
    "options": list(STATUSES),
    "default": "Planned",
    "style": {"Held": "success", "Not Held": "info"},
    "displayAsLabel": True,
    "labelType": "state",
    "audited": True,
    "customizationOptionsReferenceDisabled": True,
}
_CUSTOM_SCOPE = {
    "entity": True,
    "layouts": True,
    "tab": True,
    "acl": True,
    "aclPortal": True,
    "aclPortalLevelList": ["all", "account", "contact", "own", "no"],
    "customizable": True,
    "importable": True,
    "calendar": True,
    "activity": True,
    "notifications": True,
    **_STATUS_LISTS,
    "statusField": "status",
    "statusFieldLocked": True,
    "stream": True,
    "disabled": False,
    "type": "Event",
    "module": "Custom",
    "object": True,
    "isCustom": True,
}
_OUTLOOK_SCOPE = {"entity": False, "acl": "boolean", "module": "Tandem"}


def whole(registry: Registry, access: Access) -> dict[str, Any]:
    """Give the metadata that the caller may see: scopes without any right of his are absent."""
    seen = [entity for entity in registry.all() if access.allows(entity.name, "read")]
    sections: dict[str, Any] = {section: {} for section in _SECTIONS}
    sections["scopes"] = {entity.name: _scope(entity) for entity in seen}
    if registry.services:  # only scopes of entity types are kept from whoever has no right (`MetadataService.php`)
        sections["scopes"]["OutlookCalendar"] = dict(_OUTLOOK_SCOPE)
    sections["entityDefs"] = {
        entity.name: {"fields": {field.name: _field(entity, field) for field in entity.fields}} for entity in seen
    }
    return sections


def at(registry: Registry, access: Access, key: str) -> bytes:
    """Give the body for a key: empty for what is missing, raw for texts, the whole for an empty key."""
    found: Any = whole(registry, access)
    for part in key.split(".") if key else ():
        found = found.get(part) if isinstance(found, dict) else None
    if found is None:
        return b""
    return found.encode() if isinstance(found, str) else phpjson.encode(found)


def _scope(entity: Entity) -> dict[str, Any]:
    if entity.is_custom:
        return dict(_CUSTOM_SCOPE)
    scope: dict[str, Any] = {"entity": True, "object": entity.is_object, "module": "Crm"}
    if entity.is_event:
        scope |= {"calendar": True, "activity": True, "statusField": "status", **_STATUS_LISTS}
    return scope


def _field(entity: Entity, field: Field) -> dict[str, Any]:
    if entity.is_event and field.name == "status":
        return dict(_STATUS_FIELD)
    if field.name == "joinUrl":
        return join_url(writable=not field.read_only)
    shown: dict[str, Any] = {"type": field.kind}
    if field.required:
        shown["required"] = True
    if field.max_length is not None:
        shown["maxLength"] = field.max_length
    if field.options:
        shown["options"] = list(field.options)
    if field.read_only:
        shown["readOnly"] = True
    if field.custom:
        shown["isCustom"] = True
    return shown | dict(field.told)


def join_url(*, writable: bool) -> dict[str, Any]:
    """Give the definition of Meeting's join URL field."""
    return {
        "type": "url",
        "dbType": "text",
        "maxLength": 320,
        "readOnly": not writable,
        "copyToClipboard": True,
        "duplicateIgnore": True,
        "default": None,
        "customizationDefaultDisabled": True,
    }
