"""Lists: filter, order, page and select, as EspoCRM does it on MariaDB.

The order is by the asked field, nulls lowest, then by id in the same direction. A selection brings the order's
attributes and some that EspoCRM adds for its own rights checks.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from sandbox.espo import errors
from sandbox.espo.access.acl import Access
from sandbox.espo.clock import Clock
from sandbox.espo.config import EspoConfig
from sandbox.espo.definitions.field import Entity
from sandbox.espo.records.store import Record, Store
from sandbox.espo.records.views import Views
from sandbox.espo.search.candidates import candidates, modified_bound
from sandbox.espo.search.params import SearchParams
from sandbox.espo.search.where import Compiler, Predicate

MORE, NO_MORE = -1, -2
_STAMPS = ("datetime", "datetimeOptional", "date")
_STATUS_FILTERS = {"planned": "Planned", "held": "Held"}


class Lister:
    """Answers list requests."""

    def __init__(self, config: EspoConfig, clock: Clock, store: Store, views: Views) -> None:
        self._config = config
        self._clock = clock
        self._store = store
        self._views = views
        self.zone = config.zone

    def page(self, access: Access, entity: Entity, params: SearchParams) -> dict[str, Any]:
        """Give one page of an entity type's records. Raises EspoError."""
        if not access.allows(entity.name, "read"):
            raise errors.no_access("read")
        compiler = self._compiler(access, entity)
        predicate = compiler.all_of(params.where)
        table = self._store.table(entity.name)
        if _in_order_of_change(params):
            changed = table.modified_since(modified_bound(params.where) or "")
            listed = _listed(filter(predicate, changed), entity, access)
            return self.of(access, entity, params, islice(listed, params.offset + params.max_size + 1))
        return self.of(
            access, entity, params, _listed(filter(predicate, candidates(table, params.where)), entity, access)
        )

    def of(self, access: Access, entity: Entity, params: SearchParams, records: Iterable[Record]) -> dict[str, Any]:
        """Give one page of the given records."""
        for keep in self._filters(access, entity, params):
            records = [record for record in records if keep(record)]
        found = list(records)
        if params.max_size == 0:
            return {"total": 0, "list": []}
        order_by, descending = self._order(access, entity, params)
        found.sort(key=self._sort_key(entity, order_by, access), reverse=descending)
        rows = found[params.offset : params.offset + params.max_size]
        total = len(found)
        if not params.counted:
            total = MORE if len(found) > params.offset + params.max_size else NO_MORE
        attributes = self._attributes(access, entity, params, order_by)
        listed = [self._views.row(record, access, attributes) for record in rows]
        for row in listed if attributes is not None else ():
            _unname(entity, row)
        return {"total": total, "list": listed}

    def _compiler(self, access: Access, entity: Entity) -> Compiler:
        return Compiler(
            entity,
            access,
            self._store,
            self._views,
            self._clock.now(),
            self.zone,
            self._config.release.repeats_search_reasons,
        )

    def _filters(self, access: Access, entity: Entity, params: SearchParams) -> list[Predicate]:
        filters: list[Predicate] = []
        if params.primary_filter is not None:
            filters.append(self._primary(access, entity, params.primary_filter))
        for name in params.bool_filters:
            if name != "onlyMy":
                raise errors.EspoError(400, f"No bool filter '{name}' for '{entity.name}'.")
            filters.append(
                lambda record: access.user.id in (record.values.get("assignedUserId"), *record.linked("users"))
            )
        if params.text_filter is not None:
            text = params.text_filter.lower().rstrip("*")
            filters.append(lambda record: str(self._views.value(record, "name", access) or "").lower().startswith(text))
        return filters

    def _primary(self, access: Access, entity: Entity, name: str) -> Predicate:
        if entity.is_event and name in _STATUS_FILTERS:
            return lambda record: record.values.get("status") == _STATUS_FILTERS[name]
        if entity.is_event and name == "todays":
            return self._compiler(access, entity).all_of(
                [{"type": "today", "attribute": "dateStart", "dateTime": True}]
            )
        if entity.name == "User" and name == "active":
            return lambda record: bool(record.values.get("isActive"))
        raise errors.EspoError(400, f"No primary filter '{name}' for '{entity.name}'.")

    def _order(self, access: Access, entity: Entity, params: SearchParams) -> tuple[str, bool]:
        field, direction = entity.order
        if params.order_by is None:
            return field, (params.order or direction) == "desc"
        if "." in params.order_by or ":" in params.order_by:
            raise self._compiler(access, entity).refuse("Complex expressions are forbidden in 'orderBy'.")
        if params.order_by not in entity.read and entity.field(params.order_by) is None:
            raise errors.EspoError(400, f"Order by non-existing field '{params.order_by}'.")
        return params.order_by, params.order == "desc"

    def _sort_key(self, entity: Entity, attribute: str, access: Access) -> Callable[[Record], tuple[Any, str]]:
        field = entity.field(attribute)
        if field is not None and field.kind in _STAMPS:
            return lambda record: (record.values.get(attribute) or "", record.id)
        if field is not None and field.kind == "int":
            return lambda record: (record.values.get(attribute) or 0, record.id)
        return lambda record: (str(self._views.value(record, attribute, access) or "").lower(), record.id)

    def _attributes(self, access: Access, entity: Entity, params: SearchParams, order_by: str) -> list[str] | None:
        if params.select is None:
            return None
        wanted = {"id", *params.select, *entity.order_attributes.get(order_by, (order_by,)), *entity.after_select}
        links = [each.removesuffix("Ids") for each in params.select if each.endswith("Ids")]
        wanted |= {f"{link}Names" for link in links}
        if any(each.endswith("Columns") for each in params.select):
            wanted |= {f"{link}Columns" for link in links}
        unseen = access.hidden(entity) | {"reminders"}
        known = [each for each in entity.read if each in wanted and each not in unseen]
        own_reply = entity.field("users") is not None and "acceptanceStatus" in params.select
        return [*known, "acceptanceStatus"] if own_reply else known


def _in_order_of_change(params: SearchParams) -> bool:
    """Say whether the index of changes has the asked order already, so that looking may stop after a page."""
    filtered = params.primary_filter or params.bool_filters or params.text_filter
    return not params.counted and not filtered and (params.order_by, params.order) == ("modifiedAt", "asc")


def _listed(records: Iterable[Record], entity: Entity, access: Access) -> Iterator[Record]:
    return iter(records) if access.lists_all(entity.name) else filter(access.lists, records)


def _unname(entity: Entity, row: dict[str, Any]) -> None:
    """Empty the name of a parent whose id was not selected: EspoCRM then has nothing to look it up by."""
    for field in entity.fields:
        if field.kind == "linkParent" and f"{field.name}Name" in row and f"{field.name}Id" not in row:
            row[f"{field.name}Name"] = None
