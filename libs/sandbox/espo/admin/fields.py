"""The parts of administration that shape what a connector meets: fields, entity types, the system zone.

Source: the field manager, entity manager and settings calls of real instances.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.espo import errors
from sandbox.espo.access.acl import Access
from sandbox.espo.admin import metadata
from sandbox.espo.definitions.field import Field
from sandbox.espo.definitions.registry import Registry
from sandbox.espo.releases import Release

_JOIN_URL = ("Meeting", "joinUrl")


class Administration:
    """Carries out an administrator's changes; anyone else is refused."""

    def __init__(self, release: Release, registry: Registry) -> None:
        self._release = release
        self._registry = registry

    def create_event_type(self, access: Access, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create a custom entity type; only the type Event is simulated. Raises EspoError 400, 403."""
        _demand_admin(access)
        if body.get("type") != "Event" or not body.get("name"):
            raise errors.EspoError(400)
        return {"name": self._registry.add_event_type(str(body["name"]))}

    def create_field(self, access: Access, scope: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create a custom varchar field. Raises EspoError 400, 403, 404."""
        _demand_admin(access)
        if self._registry.get(scope) is None:
            raise errors.EspoError(404)
        if body.get("type") != "varchar" or not body.get("name"):
            raise errors.EspoError(400)
        added = self._registry.add_field(
            scope, Field(str(body["name"]), "varchar", max_length=int(body.get("maxLength", 100)))
        )
        return {"type": "varchar", "maxLength": added.max_length, "isCustom": True, "label": body.get("label")}

    def change_field(self, access: Access, scope: str, name: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Change a field; only the join URL's *Read-only* is simulated. 9.x crashes without a `type`."""
        _demand_admin(access)
        if (scope, name) != _JOIN_URL:
            raise errors.EspoError(404)
        if "type" not in body and not self._release.retypes_fields:
            raise errors.crashed()
        self._registry.set_join_url_writable(writable=body.get("readOnly") is False)
        return metadata.join_url(writable=self._registry.join_url_writable) | {"label": "Join URL"}

    def reset_field(self, access: Access, body: Mapping[str, Any]) -> bool:
        """Bring a field back to its defaults."""
        _demand_admin(access)
        if (body.get("scope"), body.get("name")) != _JOIN_URL:
            raise errors.EspoError(404)
        self._registry.set_join_url_writable(writable=False)
        return True


def _demand_admin(access: Access) -> None:
    if not access.is_admin:
        raise errors.EspoError(403)
