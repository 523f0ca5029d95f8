"""What a webhook says of a change: other attributes than an answer has, and not the same at every occasion.

Source: deliveries of real instances. A create tells all that was set and little that was computed; an update tells the
attributes that changed, always `reminders`, and who edited only where that is someone else than before.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.espo.definitions.events import ATTENDEES
from sandbox.espo.definitions.field import Entity
from sandbox.espo.records.store import Record

_UNTOLD = frozenset(
    ("modifiedAt", "isFollowed", "followersIds", "followersNames", "streamUpdatedAt", "versionNumber", "isStarred")
)
_NEVER_TOLD = frozenset(("reminders", "password", "passwordConfirm"))
_EDITOR = ("modifiedById", "modifiedByName")
_TOLD_OF_PERSONS = ("name", "emailAddress", "hasPortalUser")


def of_create(
    entity: Entity, record: Record, given: Mapping[str, Any], shown: Mapping[str, Any], *, addresses_shown: bool
) -> dict[str, Any]:
    """Give the body of `{E}.create` from the record as read.

    There is no `{link}Columns` unless sent, except for users, whom a hook always sets.
    """
    shown = {**shown, **entity.created_with}
    if entity.is_event:
        shown["duration"] = given.get("duration", entity.default_duration)
    told = {"id", "deleted", "isFollowed", "isStarred", "duration", *record.values, *entity.created_with, *given}
    told |= {f"{name[:-2]}Name" for name in ("assignedUserId", "parentId", "accountId") if record.values.get(name)}
    told |= {f"{link}Names" for link in (*ATTENDEES, "teams") if f"{link}Ids" in given}
    if entity.field("users") is not None:
        told |= {"usersIds", "usersColumns"}
    if record.emails or entity.person_name:
        told |= {*_TOLD_OF_PERSONS, *(("emailAddressData",) if addresses_shown else ())}
    told -= _NEVER_TOLD
    unread = [each for each in entity.created_with if each not in entity.read]
    body = {each: shown[each] for each in (*entity.read, *unread) if each in told and each in shown}
    hidden = {each: record.values[each] for each in entity.hidden if each in record.values}
    return {
        each: value for each, value in body.items() if value or each not in ("emailAddress", "emailAddressData")
    } | hidden


def of_update(entity: Entity, before: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give the body of `{E}.update` from the answer before and after; None where there is nothing to tell."""
    body = {
        each: answer[each]
        for each in entity.read
        if each in answer and each not in _UNTOLD and each not in _EDITOR and _differs(each, before, answer)
    }
    if entity.is_event:
        body["reminders"] = answer.get("reminders", [])
        if "phoneNumbersMap" in entity.read:
            body["phoneNumbersMap"] = {}
    if before.get("modifiedById") != answer.get("modifiedById"):
        body |= {each: answer[each] for each in _EDITOR if each in answer}
    if not body:
        return None
    return {each: body[each] for each in entity.read if each in body and each != "id"} | {"id": answer["id"]}


def of_field(entity: Entity, name: str, answer: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any] | None:
    """Give the body of `{E}.fieldUpdate.{name}`, None where the update did not touch the field."""
    field = entity.field(name)
    attributes = field.attributes() if field is not None else ()
    if not any(each in body for each in attributes):
        return None
    return {"id": answer["id"]} | {each: answer[each] for each in attributes if each in answer}


def _differs(attribute: str, before: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    if attribute.endswith("Names"):
        attribute = f"{attribute[:-5]}Ids"
    old, new = before.get(attribute), answer.get(attribute)
    return sorted(old) != sorted(new) if attribute.endswith("Ids") and old and new else old != new
