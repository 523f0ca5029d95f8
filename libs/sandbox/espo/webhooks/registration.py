"""Who may register which webhook. Everything about the event is a 403, everything about the URL a 400.

Source: EspoCRM's `Classes/RecordHooks/Webhook`, as recorded.
"""

import re
from collections.abc import Mapping
from typing import Any

from sandbox.espo import errors
from sandbox.espo.access.acl import Access
from sandbox.espo.definitions.registry import Registry
from sandbox.espo.ids import IdSource
from sandbox.espo.records.store import Record, Store
from sandbox.espo.releases import Release
from sandbox.espo.webhooks.addresses import Addresses

MAX_PER_USER = 50
_TYPES = ("create", "update", "delete", "fieldUpdate")
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/]+\S*")
# Entity types of EspoCRM that this simulator does not hold but knows to exist.
_KNOWN_OBJECTS = frozenset(
    ("Opportunity", "Case", "Task", "Document", "Campaign", "TargetList", "KnowledgeBaseArticle")
)


class Registration:
    """Checks and completes new webhooks."""

    def __init__(self, release: Release, registry: Registry, store: Store, ids: IdSource, addresses: Addresses) -> None:
        self._release = release
        self._registry = registry
        self._store = store
        self._ids = ids
        self._addresses = addresses

    def complete(self, record: Record, access: Access, given: Mapping[str, Any]) -> None:
        """Fill in a new webhook. Raises EspoError 400 for its URL, 403 for its event or one too many."""
        self.check_url(str(given["url"]))
        entity, _, rest = str(given["event"]).partition(".")
        kind, _, field = rest.partition(".")
        self._check_event(access, entity, kind, field)
        owner = access.user.id if access.type == "api" else given.get("userId")
        if owner is not None and self._count(owner) >= MAX_PER_USER:
            raise errors.EspoError(403, "Webhook number per user exceeded the limit.")
        record.values |= {"entityType": entity, "type": kind, "field": field or None, "secretKey": self._ids.secret()}
        if owner is not None:
            record.values["userId"] = owner
        else:
            record.values["skipOwn"] = False

    def check_url(self, url: str) -> None:
        """Refuse a URL that the release does not accept. Raises EspoError 400."""
        if self._release.refuses_garbage_urls and not _URL.fullmatch(url):
            raise errors.invalid("Webhook", "url", "valid")
        if self._release.refuses_internal_hosts and _URL.fullmatch(url) and not self._addresses.may_register(url):
            raise errors.invalid("Webhook", "url", "notInternal")

    def _check_event(self, access: Access, entity: str, kind: str, field: str) -> None:
        if kind not in _TYPES:
            raise errors.EspoError(403, "Not supported event.")
        definition = self._registry.get(entity)
        if entity not in _KNOWN_OBJECTS and (definition is None or not definition.is_object):
            raise errors.EspoError(403, "Entity type is not available for Webhooks.")
        if not access.allows(entity, "read"):
            raise errors.EspoError(403, "Entity type is forbidden.")
        if kind != "fieldUpdate":
            return
        if not field:
            raise errors.EspoError(403, "Field is empty.")
        if definition is None or definition.field(field) is None:
            raise errors.EspoError(403, "Field does not exist.")

    def _count(self, owner: str) -> int:
        return sum(each.values.get("userId") == owner for each in self._store.table("Webhook").live())
