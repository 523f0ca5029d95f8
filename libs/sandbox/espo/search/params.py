"""List parameters: one JSON object in `searchParams`, or PHP's bracket syntax, with EspoCRM's refusals."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from sandbox.espo import errors

MAX_SIZE = 200
_KEY = re.compile(r"\[([^\]]*)\]")


@dataclass(frozen=True, slots=True)
class SearchParams:
    """What a list request asks for; `select` None means every attribute of a row."""

    where: list[Any]
    select: list[str] | None
    order_by: str | None
    order: str
    offset: int
    max_size: int
    primary_filter: str | None
    bool_filters: list[str]
    text_filter: str | None
    counted: bool


def parse(query: str, *, no_total: bool) -> SearchParams:
    """Read a query string. Raises EspoError 400, or 403 for a page above 200."""
    plain = php_query(query)
    given = plain
    if "searchParams" in plain:
        try:
            given = json.loads(plain["searchParams"])
        except json.JSONDecodeError as malformed:
            raise errors.EspoError(400, "Invalid search params JSON.") from malformed
        if "maxSize" in given and not isinstance(given["maxSize"], int):
            raise errors.EspoError(400, "maxSize must be integer.")
    order = str(given.get("order") or "asc").lower()
    if order not in ("asc", "desc") and given.get("order") not in (True, False, "true", "false"):
        raise errors.EspoError(400, "order value is bad.")
    max_size = _number(given.get("maxSize"), "maxSize", MAX_SIZE)
    if max_size > MAX_SIZE:
        raise errors.EspoError(403, f"Max size should not exceed {MAX_SIZE}. Use offset and limit.")
    return SearchParams(
        where=_items(given.get("where", given.get("whereGroup"))),
        select=_names(given.get("select", given.get("attributeSelect"))),
        order_by=given.get("orderBy"),
        order=order if given.get("order") else "",
        offset=_number(given.get("offset"), "offset", 0),
        max_size=max_size,
        primary_filter=given.get("primaryFilter") or None,
        bool_filters=[str(each) for each in _items(given.get("boolFilterList"))],
        text_filter=given.get("textFilter") or given.get("q") or None,
        counted=not no_total and not given.get("q"),
    )


def php_query(query: str) -> dict[str, Any]:
    """Read a query string as PHP does: `where[0][type]=equals` nests; numeric keys stay text here."""
    result: dict[str, Any] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        head, *rest = name.split("[", 1)
        path = [head, *_KEY.findall(f"[{rest[0]}" if rest else "")]
        node = result
        for key in path[:-1]:
            following = node.setdefault(key, {})
            if not isinstance(following, dict):
                break
            node = following
        else:
            node[path[-1] or str(len(node))] = value
    return result


def _items(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


def _names(value: Any) -> list[str] | None:
    if isinstance(value, str):
        return value.split(",") if value else None
    return [str(each) for each in value] if isinstance(value, list) else None


def _number(value: Any, name: str, default: int) -> int:
    if value is None or value == "":
        return default
    try:
        number = int(value)
    except (TypeError, ValueError) as wrong:
        raise errors.EspoError(400, f"{name} must be integer.") from wrong
    if number < 0:
        raise errors.EspoError(400, f"{name} should not be negative.")
    return number
