"""What the conflict table says of a side, as a side that the core knows or as what the Outlook connector tells of an item."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from contracts.changes import OutlookSeen, OutlookSkipped
from contracts.events import Event, Private
from outlook_connector.changes import Change, Vantage
from reconciler.core import absorb, privacy
from reconciler.core.link import Link
from reconciler.core.rules import ContestedField, Rules
from reconciler.core.side import Side, SideName
from support.links import CARL, NOON, UPCOMING, event, gone, link, present

LATER = NOON + timedelta(hours=1)
_ALIKE = "The same on both sides"
_MINUTES = {"Outlook": 5, "EspoCRM": 10, _ALIKE: 15}
"""By how much an event lasts longer where its title would say this."""


def side(state: str, name: str, base: Event) -> Side:
    """One side in that state, `base` being what both agreed on."""
    titled = base.model_copy(update={"title": name})
    elsewhere = base.model_copy(update={"location": "Elsewhere"})
    alike = base.model_copy(update={"title": _ALIKE})
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


def edited_instead(one: Side, field: ContestedField) -> Side:
    """The same side, but where its title was edited it is another field."""

    def moved(content: Event | None) -> Event | None:
        if content is None or content.title == event().title:
            return content
        value = {
            "title": content.title,
            "description": f"About {content.title}",
            "location": f"At {content.title}",
            "span": event().span.model_copy(
                update={"end": event().span.end + timedelta(minutes=_MINUTES[content.title])}
            ),
        }[field]
        return content.model_copy(update={"title": event().title, field: value})

    return one.model_copy(update={"seen": moved(one.seen), "agreed": moved(one.agreed)})


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
