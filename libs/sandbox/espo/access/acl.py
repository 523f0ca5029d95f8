"""What a caller may see and do: EspoCRM's roles, merged, with the strict defaults of users without any.

Levels of a scope's actions are `all`, `team`, `own`, `no` (create: `yes` or `no`); a scope that is no entity type is
merely on or off. Several roles give the highest level of each.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.espo.definitions.field import Entity
from sandbox.espo.records.store import Record

_RANKS = {"no": 0, "not-set": 0, "own": 1, "team": 2, "all": 3, "yes": 3}
_ACTIONS = ("read", "stream", "edit", "delete", "create")
_WITHOUT_ROLE: dict[str, Any] = {"User": {"read": "own", "edit": "no"}}


class Access:
    """The rights of one user. `roles` are the records of his roles."""

    def __init__(self, user: Record, roles: Iterable[Record]) -> None:
        self.user = user
        self.type = str(user.values.get("type"))
        self.is_admin = self.type in ("admin", "super-admin")
        self._roles = [role.values for role in roles]
        self._table = _merged([_WITHOUT_ROLE, *(role.get("data") or {} for role in self._roles)])
        self._fields = _merged_fields([role.get("fieldData") or {} for role in self._roles])

    def level(self, scope: str, action: str) -> str:
        """Give the level of an action on a scope; `all` for administrators."""
        if self.is_admin:
            return "all"
        rights = self._table.get(scope, {})
        if isinstance(rights, bool):
            return "all" if rights else "no"
        return str(rights.get(action, "no"))

    def allows(self, scope: str, action: str) -> bool:
        """Say whether the caller may do this to any record of the scope at all."""
        return _RANKS[self.level(scope, action)] > 0

    def switched_on(self, scope: str) -> bool:
        """Say whether a scope that is no entity type is on."""
        return self.is_admin or self._table.get(scope) is True

    def may(self, record: Record, action: str) -> bool:
        """Say whether the caller may do this to the record. Reading a person signed out for good is nobody's right."""
        if self.is_admin:
            return True
        if record.entity == "User" and record.id != self.user.id and not record.values.get("isActive"):
            return False
        level = self.level(record.entity, action)
        if level in {"own", "team"} or (record.entity == "Webhook" and level == "all"):
            return self._owns(record, action)
        return _RANKS[level] > 0

    def lists_all(self, scope: str) -> bool:
        """Say whether lists of a scope need no look at each record."""
        return self.is_admin or (scope not in ("User", "Webhook") and self.level(scope, "read") == "all")

    def lists(self, record: Record) -> bool:
        """Say whether a list shows the record: as `may` read, but users of type api show to administrators only."""
        if record.entity == "User" and not self.is_admin and record.values.get("type") not in ("regular", "admin"):
            return record.id == self.user.id
        return self.may(record, "read")

    def hidden(self, entity: Entity) -> frozenset[str]:
        """Give the attributes that the caller may not see."""
        if self.is_admin:
            return frozenset()
        rights = self._fields.get(entity.name, {})
        granted = {name for name, field in rights.items() if field.get("read") == "yes"}
        refused = {
            attribute
            for name, right in rights.items()
            if right.get("read") == "no" and (field := entity.field(name)) is not None
            for attribute in field.attributes()
        }
        return (entity.hidden - granted) | entity.secret | refused

    def uneditable(self, entity: Entity) -> frozenset[str]:
        """Give the names of fields that the caller's roles forbid to edit."""
        if self.is_admin:
            return frozenset()
        rights = self._fields.get(entity.name, {})
        return frozenset(name for name, right in rights.items() if right.get("edit") == "no")

    def field_table(self) -> dict[str, dict[str, dict[str, str]]]:
        """Give what the caller's roles say of single fields, by scope, as `App/user` shows it."""
        return {} if self.is_admin else self._fields

    def may_assign(self, user_id: str) -> bool:
        """Say whether the assignment permission covers this user; without a role's word it covers everyone."""
        given = {role.get("assignmentPermission", "not-set") for role in self._roles}
        refused = bool(given & {"no", "team"}) and "all" not in given
        return self.is_admin or not refused or user_id == self.user.id

    def permissions(self, names: Iterable[str]) -> dict[str, str]:
        """Give permissions as `App/user` shows them."""
        return {
            each: next((role[each] for role in self._roles if role.get(each, "not-set") != "not-set"), "no")
            for each in names
        }

    def table(self, scopes: Iterable[str], switches: Iterable[str] = ()) -> dict[str, Any]:
        """Give the rights per scope as `App/user` shows them; scopes without any right are absent.

        `switches` are the scopes that are no entity types, which are on for every administrator.
        """
        if self.is_admin:
            highest = {action: "yes" if action == "create" else "all" for action in _ACTIONS}
            return {scope: dict(highest) for scope in scopes} | dict.fromkeys(switches, True)
        return {
            scope: rights if isinstance(rights, bool) else {each: rights.get(each, "no") for each in _ACTIONS}
            for scope, rights in self._table.items()
            if rights is not False
        }

    def _owns(self, record: Record, action: str) -> bool:
        mine = self.user.id
        if record.entity == "User":
            return record.id == mine
        if record.entity == "Webhook":
            return record.values.get("userId") == mine
        if action == "read" and mine in record.linked("users"):
            return True
        owner = record.values.get("assignedUserId") or record.values.get("createdById")
        return bool(owner == mine)


def _merged(tables: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for table in tables:
        for scope, rights in table.items():
            known = merged.get(scope)
            if isinstance(rights, bool) or isinstance(known, bool):
                merged[scope] = bool(rights) or bool(known)
            else:
                merged[scope] = _highest(known or {}, rights or {})
    return merged


def _highest(known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    return {
        action: max(known.get(action, "no"), given.get(action, "no"), key=lambda level: _RANKS[level])
        for action in {**known, **given}
    }


def _merged_fields(tables: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, dict[str, str]]]:
    merged: dict[str, dict[str, dict[str, str]]] = {}
    for table in tables:
        for scope, fields in table.items():
            for name, rights in fields.items():
                known = merged.setdefault(scope, {}).setdefault(name, {})
                known |= {act: "yes" if "yes" in (right, known.get(act)) else right for act, right in rights.items()}
    return merged
