"""What stands between valid input and a saved record: rights on what it links, assignments, versions, services."""

from collections.abc import Mapping
from typing import Any

from sandbox.espo import errors
from sandbox.espo.access.acl import Access
from sandbox.espo.definitions.field import Entity, Field
from sandbox.espo.records.store import Record, Store

SERVICE_SCOPE = "OutlookCalendar"


def check_assignment(access: Access, values: Mapping[str, Any], given: Mapping[str, Any], added: set[str]) -> None:
    """Refuse an assignee or new attendees beyond the caller's assignment permission."""
    assigned = {values["assignedUserId"]} if given.get("assignedUserId") else set()
    if not all(access.may_assign(user) for user in assigned | added):
        raise errors.EspoError(403, "Assignment failure: assigned user or team not allowed.")


def check_links(
    entity: Entity,
    store: Store,
    access: Access,
    record: Record,
    given: Mapping[str, Any],
    *,
    before: Mapping[str, Any],
) -> None:
    """Refuse links to records that do not exist or that the caller may not read; links that stood before may stay.

    `before` are the stored attributes before the write, none for a new record.
    """
    for field in entity.fields:
        for kind, foreign in _new_links(field, store, record, given, before):
            target = store.find(kind, foreign)
            if target is None:
                raise errors.relates_nothing(entity.name, field.name, kind)
            if not access.is_admin and kind != "Role" and not access.may(target, "read"):
                raise errors.relates_hidden(entity.name, field.name, kind)


def new_users(store: Store, record: Record, given: Mapping[str, Any]) -> set[str]:
    """Give the users that the request adds as attendees."""
    return {each for each in given.get("usersIds", ()) if each not in _standing(store, "User", record, "users")}


def check_version(record: Record, given: Mapping[str, Any], seen: str | None) -> None:
    """Refuse a write of other values than stored, made upon another version than the stored one."""
    if seen is None or seen == str(record.values.get("versionNumber")):
        return
    differing = {each: record.values.get(each) for each, value in given.items() if record.values.get(each) != value}
    if differing:
        raise errors.EspoError(
            409, "modified", {"values": differing, "versionNumber": record.values.get("versionNumber")}
        )


def check_service(access: Access, services: tuple[str, ...], given: Mapping[str, Any]) -> None:
    """Refuse an online location that no extension offers, or that the caller has no scope for."""
    service = given.get("externalService")
    if not service:
        return
    if service not in services:
        raise errors.EspoError(400, f"Not supported service '{service}'.")
    if not access.switched_on(SERVICE_SCOPE):
        raise errors.EspoError(403, f"Not allowed service '{service}'.")


def _new_links(
    field: Field, store: Store, record: Record, given: Mapping[str, Any], old: Mapping[str, Any]
) -> list[tuple[str, str]]:
    target = given.get(f"{field.name}Id")
    if field.kind == "link":
        return [(field.foreign, target)] if target and target != old.get(f"{field.name}Id") else []
    if field.kind == "linkParent":
        kind = given.get(f"{field.name}Type") or old.get(f"{field.name}Type")
        changed = (kind, target) != (old.get(f"{field.name}Type"), old.get(f"{field.name}Id"))
        return [(kind, target)] if kind and target and changed else []
    if field.kind == "linkMultiple":
        standing = _standing(store, field.foreign, record, field.name)
        return [(field.foreign, each) for each in given.get(f"{field.name}Ids", ()) if each not in standing]
    return []


def _standing(store: Store, foreign: str, record: Record, link: str) -> set[str]:
    return {each for each in record.linked(link) if store.find(foreign, each) is not None}
