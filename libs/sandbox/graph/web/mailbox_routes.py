"""Requests on what surrounds events: the user, calendars, mailbox settings, time zones, translation of ids."""

from typing import Any

from sandbox.graph.calendars import shapes
from sandbox.graph.calendars.mailbox import Mailbox
from sandbox.graph.calendars.zones import iana_names, windows_names, zone_named
from sandbox.graph.errors import GraphError, bad_body, bad_query, invalid_property, not_found
from sandbox.graph.web.calls import Answer, Call

_MAX_IDS = 1000
_DEFAULT_IDS = frozenset({"restId", "restImmutableEntryId", "entryId", "ewsId", "immutableEntryId"})
_COLORS = (
    "auto", "lightBlue", "lightGreen", "lightOrange", "lightGray", "lightYellow", "lightTeal", "lightPink",
    "lightBrown", "lightRed", "maxColor",
)  # fmt: skip
_CALENDAR = shapes.record(
    "microsoft.graph.calendar",
    {"name": shapes.text, "color": shapes.one_of(*_COLORS), "isDefaultCalendar": shapes.flag},
)
_TRANSLATION = shapes.record(
    "translateExchangeIds",
    {
        "InputIds": shapes.many(shapes.text),
        "SourceIdType": shapes.one_of(*_DEFAULT_IDS),
        "TargetIdType": shapes.one_of(*_DEFAULT_IDS),
    },
)


def user(call: Call, mailbox: Mailbox) -> Answer:
    """Answer the mailbox's owner. Further addresses are told to who selects them (Graph v1.0, "user resource type")."""
    return Answer(200, _selected(call, mailbox.person.shown(), mailbox.person.shown_on_request()))


def calendars(call: Call, mailbox: Mailbox) -> Answer:
    """List the calendars."""
    shown = [_selected(call, calendar.shown()) for calendar in mailbox.calendars.values()]
    context = f"{call.base}/$metadata#users('{mailbox.person.oid}')/calendars"
    return Answer(200, {"@odata.context": context, "value": shown})


def calendar(call: Call, mailbox: Mailbox, calendar_id: str = "") -> Answer:
    """Answer one calendar; without an id, the default one."""
    found = mailbox.calendar(calendar_id) if calendar_id else mailbox.default
    context = f"{call.base}/$metadata#users('{mailbox.person.oid}')/calendars/$entity"
    return Answer(200, {"@odata.context": context, **_selected(call, found.shown())})


def create_calendar(call: Call, mailbox: Mailbox) -> Answer:
    """Make a calendar."""
    given = _CALENDAR(call.json(), "calendar")
    if not given.get("name"):
        raise invalid_property("A calendar takes a name.")
    made = mailbox.add_calendar(given["name"], color=given.get("color", "auto"))
    return Answer(201, made.shown())


def change_calendar(call: Call, mailbox: Mailbox, calendar_id: str) -> Answer:
    """Rename or recolour a calendar."""
    found = mailbox.calendar(calendar_id)
    mailbox.editable(found)
    given = _CALENDAR(call.json(), "calendar")
    found.name, found.color = given.get("name", found.name), given.get("color", found.color)
    return Answer(200, found.shown())


def remove_calendar(call: Call, mailbox: Mailbox, calendar_id: str) -> Answer:
    """Delete a calendar with its events."""
    del call
    mailbox.drop_calendar(mailbox.calendar(calendar_id))
    return Answer(204)


def settings(call: Call, mailbox: Mailbox) -> Answer:
    """Answer the mailbox settings, of which sync needs the time zone."""
    shown = {
        "@odata.context": f"{call.base}/$metadata#users('{mailbox.person.oid}')/mailboxSettings",
        "timeZone": mailbox.person.zone,
        "dateFormat": "yyyy-MM-dd",
        "timeFormat": "HH:mm",
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "language": {"locale": "en-US", "displayName": "English (United States)"},
        "userPurpose": "user",
    }
    return Answer(200, _selected(call, shown))


def zone_setting(call: Call, mailbox: Mailbox) -> Answer:
    """Answer the mailbox's time zone alone."""
    context = f"{call.base}/$metadata#users('{mailbox.person.oid}')/mailboxSettings/timeZone"
    return Answer(200, {"@odata.context": context, "value": mailbox.person.zone})


def supported_zones(call: Call, mailbox: Mailbox) -> Answer:
    """List the supported time zones, by Windows names unless IANA names are asked for."""
    del mailbox
    names = iana_names() if "iana" in call.segments[-1].lower() else windows_names()
    shown = [{"alias": name, "displayName": f"({zone_named(name)}) {name}"} for name in names]
    return Answer(200, {"@odata.context": f"{call.base}/$metadata#Collection(timeZoneInformation)", "value": shown})


def translate_ids(call: Call, mailbox: Mailbox) -> Answer:
    """Translate between default and immutable ids; ids that name nothing are left out."""
    given = call.json()
    if not isinstance(given, dict):
        raise bad_body("translateExchangeIds takes an object.")
    given = {name[:1].upper() + name[1:]: value for name, value in given.items()}
    taken = _TRANSLATION(given, "translateExchangeIds")
    if len(taken.get("InputIds", [])) > _MAX_IDS:
        raise invalid_property(f"translateExchangeIds takes at most {_MAX_IDS} ids.")
    return Answer(200, {"value": _translated(mailbox, taken)})


def _translated(mailbox: Mailbox, taken: dict[str, Any]) -> list[dict[str, str]]:
    immutable = taken.get("TargetIdType") == "restImmutableEntryId"
    translated = []
    for source in taken.get("InputIds", []):
        try:
            item = mailbox.find(source)
        except GraphError as error:
            if error.code != not_found().code:
                raise
            continue
        translated.append({"sourceId": source, "targetId": item.immutable_id if immutable else item.rest_id})
    return translated


def _selected(call: Call, shown: dict[str, Any], on_request: dict[str, Any] | None = None) -> dict[str, Any]:
    if unknown := call.query.keys() - {"$select", "$top"}:
        raise bad_query(f"The query parameter '{min(unknown)}' is not supported.")
    if "$select" not in call.query:
        return shown
    names = {name.strip() for name in call.query["$select"].split(",")} | {"id"}
    everything = shown | (on_request or {})
    return {name: value for name, value in everything.items() if name in names or "@" in name}
