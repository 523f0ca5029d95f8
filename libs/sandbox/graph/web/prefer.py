"""Reads the `Prefer` header, by which each request chooses ids, zone, body format and page size.

Source: Microsoft Graph v1.0 documentation, "Get event" (outlook.timezone, outlook.body-content-type), "Obtain immutable
identifiers for Outlook resources", "event: delta" (odata.maxpagesize).
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from sandbox.graph.calendars.items import View
from sandbox.graph.calendars.zones import zone_named

_PREFERENCE = re.compile(r'([A-Za-z.\-]+)\s*=\s*(?:"([^"]*)"|([^",\s]+))')
_MAX_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Preferences:
    """What was asked for; `applied` is the answer's `Preference-Applied`, empty for none."""

    view: View
    page_size: int | None
    applied: str


@lru_cache(maxsize=1024)
def read_preferences(header: str) -> Preferences:
    """Read a header; unknown preferences are passed over. Raises GraphError 400 for an unknown zone."""
    asked = {name.lower(): quoted or bare for name, quoted, bare in _PREFERENCE.findall(header)}
    immutable = asked.get("idtype", "").lower() == "immutableid"
    zone = asked.get("outlook.timezone")
    if zone is not None:
        zone_named(zone)
    text = asked.get("outlook.body-content-type", "").lower() == "text"
    size = asked.get("odata.maxpagesize", "")
    page_size = min(int(size), _MAX_PAGE) if size.isdecimal() and int(size) else None
    applied = [
        *(['IdType="ImmutableId"'] if immutable else []),
        *([f'outlook.timezone="{zone}"'] if zone else []),
        *(['outlook.body-content-type="text"'] if text else []),
        *([f"odata.maxpagesize={page_size}"] if page_size else []),
    ]
    return Preferences(View(immutable, zone, text), page_size, ", ".join(applied))
