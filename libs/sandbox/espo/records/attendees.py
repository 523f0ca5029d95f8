"""Attendees and other link-multiples: EspoCRM's middle tables, with the statuses that people gave.

Source: EspoCRM's `LinkMultipleSaver` and the `Users` hook of Meeting and Call, as observed on real instances.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.espo.records.store import LinkRow, Record

NO_REPLY = "None"
ACCEPTED = "Accepted"


def replace_links(record: Record, link: str, wanted: Iterable[str], columns: Mapping[str, Any] | None) -> None:
    """Make `wanted` the whole set of linked ids. Someone linked again regains the old status unless given a new one."""
    rows = record.links.setdefault(link, {})
    ids = list(wanted)
    for foreign, row in rows.items():
        row.removed = foreign not in ids
    for foreign in ids:
        rows.setdefault(foreign, LinkRow(NO_REPLY))
    set_statuses(record, link, columns)


def set_statuses(record: Record, link: str, columns: Mapping[str, Any] | None) -> None:
    """Set the statuses that `columns` gives; ids that are not linked are ignored, any text is taken as a status."""
    rows = record.links.get(link, {})
    for foreign, column in (columns or {}).items():
        row = rows.get(foreign)
        if row is not None and not row.removed and isinstance(column, Mapping) and "status" in column:
            row.status = column["status"]


def add(record: Record, link: str, foreign: str) -> bool:
    """Link one record; False where it was linked already."""
    row = record.links.setdefault(link, {}).setdefault(foreign, LinkRow(NO_REPLY, removed=True))
    added = row.removed
    row.removed = False
    return added


def remove(record: Record, link: str, foreign: str) -> None:
    """Unlink one record, keeping its row."""
    row = record.links.get(link, {}).get(foreign)
    if row is not None:
        row.removed = True


def keep_assignee(record: Record, assignee: str | None) -> bool:
    """Put the assigned user among the users, where EspoCRM always wants him; True where he was missing."""
    return assignee is not None and add(record, "users", assignee)


def accept_for_creator(record: Record, creator: str) -> None:
    """Let the creator, where among the users and without a reply, accept; he comes first from then on."""
    rows = record.links.get("users", {})
    row = rows.get(creator)
    if row is not None and not row.removed and row.status == NO_REPLY:
        row.status = ACCEPTED
        record.links["users"] = {creator: row} | {each: other for each, other in rows.items() if each != creator}
