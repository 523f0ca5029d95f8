"""How EspoCRM is asked for a list, pure.

All of a list's parameters go into the one JSON parameter `searchParams`: PHP's bracket syntax turns booleans into text and
runs into `max_input_vars`. (EspoCRM documentation, "API: search parameters".)
"""

from collections.abc import Sequence
from typing import Any, Literal

import msgspec

MOST_ROWS = 200
"""EspoCRM answers 403 to a larger page (`recordListMaxSizeLimit`)."""

IDS_A_LIST = 100
"""Ids in one `in` condition. A request line over 8 kB is refused by web servers, and an id may be a UUID."""

Condition = dict[str, Any]


def equal(attribute: str, value: str) -> Condition:
    """The attribute has this value."""
    return {"type": "equals", "attribute": attribute, "value": value}


def one_of(attribute: str, values: Sequence[str]) -> Condition:
    """The attribute has one of these values."""
    return {"type": "in", "attribute": attribute, "value": list(values)}


def above(attribute: str, value: str) -> Condition:
    """The attribute is greater than this value."""
    return {"type": "greaterThan", "attribute": attribute, "value": value}


def below(attribute: str, value: str) -> Condition:
    """The attribute is less than this value."""
    return {"type": "lessThan", "attribute": attribute, "value": value}


def at_least(attribute: str, value: str) -> Condition:
    """The attribute is this value or greater."""
    return {"type": "greaterThanOrEquals", "attribute": attribute, "value": value}


def empty(attribute: str) -> Condition:
    """The attribute has no value."""
    return {"type": "isNull", "attribute": attribute}


def ticked(attribute: str) -> Condition:
    """The checkbox is ticked."""
    return {"type": "isTrue", "attribute": attribute}


def filled(attribute: str) -> Condition:
    """The attribute has a value."""
    return {"type": "isNotNull", "attribute": attribute}


def either(*conditions: Condition) -> Condition:
    """At least one of the conditions holds."""
    return {"type": "or", "value": list(conditions)}


def both(*conditions: Condition) -> Condition:
    """All conditions hold."""
    return {"type": "and", "value": list(conditions)}


def search(
    where: Sequence[Condition] = (),
    *,
    select: Sequence[str] = (),
    order_by: str = "id",
    order: Literal["asc", "desc"] = "asc",
    size: int = MOST_ROWS,
) -> str:
    """Write a list's parameters; EspoCRM breaks ties of the order by `id`. Without `select` it gives plain rows."""
    params: dict[str, Any] = {"where": list(where), "orderBy": order_by, "order": order, "maxSize": size}
    if select:
        params["select"] = list(select)
    return msgspec.json.encode(params).decode()
