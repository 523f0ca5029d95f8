"""What the conflict table says of a side, as a side that the core knows or as what the Outlook connector tells of an item."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from contracts.changes import OutlookSeen, OutlookSkipped
from contracts.events import Event, Private
from outlook_connector.changes import Change, Vantage
from reconciler.core import absorb, privacy
from reconciler.core.link import Link
from reconciler.core.rules import Rules
from reconciler.core.side import Side, SideName
from support.links import CARL, NOON, UPCOMING, event, gone, link, present

LATER = NOON + timedelta(hours=1)


def side(state: str, name: str, base: Event) -> Side:
    """One side in that state, `base` being what both agreed on."""
    titled = base.model_copy(update={"title": name})
    elsewhere = base.model_copy(update={"location": "Elsewhere"})
    alike = base.model_copy(update={"title": "The same on both sides"})
    described = base.model_copy(update={"description": f"Written in {name}"})
    invited = base.model_copy(update={"people": (CARL,)})
    sides = {
        "absent": Side(),
        "removed": gone(),
        "created": present(base),
        "same": present(base),
        "edited": present(titled, agreed=base),
        "edited in another field": present(elsewhere, agreed=base),
        "edited alike": present(alike, agreed=base),
        "edited earlier": present(titled, agreed=base),
        "edited later": present(titled, agreed=base, at=LATER),
        "description edited": present(described, agreed=base),
        "contact invited": present(invited, agreed=base),
    }
    return sides[state]


def _hours(begin: datetime) -> dict[str, Any]:
    return {
        "start": {"dateTime": f"{begin:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
        "end": {"dateTime": f"{begin + timedelta(hours=1):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
    }


_ITEM: dict[str, Any] = {
    "id": "x",
    "@odata.etag": 'W/"1"',
    "lastModifiedDateTime": f"{LATER:%Y-%m-%dT%H:%M:%SZ}",
    "subject": event().title,
    "location": {"displayName": event().location},
    "type": "singleInstance",
    "isOrganizer": True,
    "categories": ["Customers"],
    **_hours(UPCOMING),
}
_PRIVATE = {"sensitivity": "private"}
_TOLD: dict[str, dict[str, Any]] = {
    "created, private": _PRIVATE,
    "made private": _PRIVATE,
    "moved while private": _PRIVATE | _hours(UPCOMING + timedelta(hours=2)),
    "renamed while private": _PRIVATE | {"subject": "Another word"},
    "created without the category": {"categories": []},
    "category taken off": {"categories": []},
}
TOLD = frozenset(_TOLD)
"""What happens in Outlook that the connector tells only as far as the settings let it."""


def after_telling(state: str, origin: SideName, rules: Rules) -> Link | None:
    """The pair once the connector has told of it what it may; None if nothing begins."""
    change = _change(_ITEM | _TOLD[state], rules)
    known = _before(state, origin, rules)
    if isinstance(change, OutlookSkipped):
        return known and privacy.hidden(known, change)
    assert isinstance(change, OutlookSeen)
    return absorb.seen(known or link(Side(), Side(), origin=origin), change)


def _before(state: str, origin: SideName, rules: Rules) -> Link | None:
    if state.startswith("created"):
        return None
    plain = _change(_ITEM, Rules(private=Private.FULL))
    assert isinstance(plain, OutlookSeen)
    content = plain.event
    if state.endswith("while private") and rules.private is Private.BUSY:
        shown = present(content.as_busy_time())
        return link(shown, shown if origin == "outlook" else present(content), origin=origin, busy_only=True)
    return link(present(content), present(content), origin=origin)


def _change(item: dict[str, Any], rules: Rules) -> Change:
    vantage = Vantage("ann", "", LATER, rules.private, rules.categories)
    [change] = vantage.changes([msgspec.json.encode(item)])
    return change
