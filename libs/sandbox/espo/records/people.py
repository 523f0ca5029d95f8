"""People's addresses and EspoCRM's search for duplicates when a person is created."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.espo.records.store import Record, Table

_FLAGS = ("optOut", "invalid")


def primary(record: Record) -> str | None:
    """Give the primary address, None without any."""
    return next((str(each["emailAddress"]) for each in record.emails if each["primary"]), None)


def write_addresses(record: Record, given: Mapping[str, Any]) -> None:
    """Take `emailAddressData` as the full set, `emailAddress` as the new primary alone."""
    data = given.get("emailAddressData")
    if isinstance(data, list):
        record.emails = [_address(each) for each in data if isinstance(each, Mapping)]
        if record.emails and not any(each["primary"] for each in record.emails):
            record.emails[0]["primary"] = True
    elif "emailAddress" in given:
        others = [each for each in record.emails if not each["primary"]]
        address = given["emailAddress"]
        record.emails = [*([_address({"emailAddress": address, "primary": True})] if address else []), *others]


def duplicates(table: Table, record: Record) -> Iterable[Record]:
    """Give the live records that EspoCRM takes for the same person: same first and last name, or a shared address."""
    names = (record.values.get("firstName"), record.values.get("lastName"))
    same = {each.id: each for each in table.with_address(each["lower"] for each in record.emails)}
    if all(names):
        wanted = tuple(str(name).casefold() for name in names)
        for other in table.live():
            given = (other.values.get("firstName"), other.values.get("lastName"))
            if all(given) and tuple(str(name).casefold() for name in given) == wanted:
                same[other.id] = other
    same.pop(record.id, None)
    return same.values()


def _address(given: Mapping[str, Any]) -> dict[str, Any]:
    address = str(given.get("emailAddress", ""))
    flags = {flag: bool(given.get(flag, False)) for flag in _FLAGS}
    return {"emailAddress": address, "lower": address.lower(), "primary": bool(given.get("primary", False)), **flags}
