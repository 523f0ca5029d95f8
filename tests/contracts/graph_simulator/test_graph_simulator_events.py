"""Events in one mailbox: what is stored, what comes back changed, what is refused."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sandbox.graph.config import Config

Draft = Callable[..., dict[str, Any]]
BERLIN = "W. Europe Standard Time"


def when(text: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": text, "timeZone": zone}


async def refused(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_a_created_event_is_read_back_as_it_was_answered(ann: httpx.AsyncClient, draft: Draft) -> None:
    created = await ann.post("events", json=draft())
    read = await ann.get(f"events/{created.json()['id']}")
    assert created.status_code == 201
    assert read.json() == created.json()


async def test_the_answer_carries_the_version_as_etag_header(ann: httpx.AsyncClient, draft: Draft) -> None:
    created = await ann.post("events", json=draft())
    assert created.headers["etag"] == created.json()["@odata.etag"] == f'W/"{created.json()["changeKey"]}"'


async def test_every_change_gives_a_new_change_key_and_a_later_stamp(ann: httpx.AsyncClient, draft: Draft) -> None:
    before = (await ann.post("events", json=draft())).json()
    after = (await ann.patch(f"events/{before['id']}", json={"subject": "Budget 2"})).json()
    assert after["changeKey"] != before["changeKey"]
    assert after["lastModifiedDateTime"] > before["lastModifiedDateTime"]
    assert len(after["lastModifiedDateTime"]) == len("2026-03-02T09:00:00.1234567Z")


async def test_a_patch_leaves_what_it_does_not_name(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft(categories=["Blue"], location={"displayName": "Room 1"}))).json()
    after = (await ann.patch(f"events/{event['id']}", json={"subject": "Other"})).json()
    assert (after["subject"], after["categories"], after["location"]) == ("Other", ["Blue"], event["location"])


async def test_a_deleted_event_is_gone(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft())).json()
    assert (await ann.delete(f"events/{event['id']}")).status_code == 204
    assert await refused(await ann.get(f"events/{event['id']}")) == (404, "ErrorItemNotFound")
    assert await refused(await ann.delete(f"events/{event['id']}")) == (404, "ErrorItemNotFound")


async def test_what_is_no_id_is_refused_as_malformed(ann: httpx.AsyncClient) -> None:
    assert await refused(await ann.get("events/nonsense")) == (400, "ErrorInvalidIdMalformed")


async def test_a_patch_on_an_old_version_is_refused(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft())).json()
    await ann.patch(f"events/{event['id']}", json={"subject": "Theirs"})
    stale = {"If-Match": event["@odata.etag"]}
    answer = await ann.patch(f"events/{event['id']}", json={"subject": "Ours"}, headers=stale)
    assert await refused(answer) == (412, "ErrorIrresolvableConflict")
    assert (await ann.get(f"events/{event['id']}")).json()["subject"] == "Theirs"


async def test_a_patch_on_the_current_version_passes(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft())).json()
    current = {"If-Match": event["@odata.etag"]}
    assert (await ann.patch(f"events/{event['id']}", json={"subject": "Ours"}, headers=current)).status_code == 200


async def test_a_refused_patch_changes_nothing(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft())).json()
    answer = await ann.patch(f"events/{event['id']}", json={"subject": "New", "end": when("2026-03-01T00:00:00")})
    assert await refused(answer) == (400, "ErrorCalendarEndDateIsEarlierThanStartDate")
    assert (await ann.get(f"events/{event['id']}")).json() == event


async def test_times_come_back_in_utc_and_name_the_zone_of_creation(ann: httpx.AsyncClient, draft: Draft) -> None:
    berlin = draft(start=when("2026-07-01T09:00:00", BERLIN), end=when("2026-07-01T10:00:00", "Europe/Berlin"))
    event = (await ann.post("events", json=berlin)).json()
    assert event["start"] == {"dateTime": "2026-07-01T07:00:00.0000000", "timeZone": "UTC"}
    assert (event["originalStartTimeZone"], event["originalEndTimeZone"]) == (BERLIN, "Europe/Berlin")


async def test_times_come_back_in_the_preferred_zone(ann: httpx.AsyncClient, draft: Draft) -> None:
    zone = {"Prefer": 'outlook.timezone="Pacific Standard Time"'}
    answer = await ann.post("events", json=draft(), headers=zone)
    assert answer.json()["start"] == {"dateTime": "2026-03-02T01:00:00.0000000", "timeZone": "Pacific Standard Time"}
    assert answer.headers["preference-applied"] == zone["Prefer"]


@pytest.mark.parametrize("zone", ["Greenwich Mean Time", "Mars/Base", "", "CEST"])
async def test_a_zone_that_nobody_knows_is_refused(ann: httpx.AsyncClient, draft: Draft, zone: str) -> None:
    answer = await ann.post("events", json=draft(start=when("2026-03-02T09:00:00", zone)))
    assert await refused(answer) == (400, "TimeZoneNotSupportedException")


async def test_an_unknown_preferred_zone_is_refused(ann: httpx.AsyncClient) -> None:
    answer = await ann.get("events", headers={"Prefer": 'outlook.timezone="Mars/Base"'})
    assert await refused(answer) == (400, "TimeZoneNotSupportedException")


async def test_all_day_midnights_are_never_converted(ann: httpx.AsyncClient, draft: Draft) -> None:
    day = draft(isAllDay=True, start=when("2026-03-02T00:00:00", BERLIN), end=when("2026-03-03T00:00:00", BERLIN))
    zone = {"Prefer": 'outlook.timezone="Tokyo Standard Time"'}
    event = (await ann.post("events", json=day, headers=zone)).json()
    assert event["start"] == {"dateTime": "2026-03-02T00:00:00.0000000", "timeZone": "Tokyo Standard Time"}
    assert event["end"] == {"dateTime": "2026-03-03T00:00:00.0000000", "timeZone": "Tokyo Standard Time"}


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param(when("2026-03-02T08:00:00"), when("2026-03-03T00:00:00"), id="does not begin at midnight"),
        pytest.param(when("2026-03-02T00:00:00"), when("2026-03-02T00:00:00"), id="lasts no day"),
        pytest.param(when("2026-03-02T00:00:00"), when("2026-03-04T00:00:00", BERLIN), id="ends in another zone"),
    ],
)
async def test_an_all_day_event_that_is_none_is_refused(
    ann: httpx.AsyncClient, draft: Draft, start: dict[str, str], end: dict[str, str],
) -> None:  # fmt: skip
    answer = await ann.post("events", json=draft(isAllDay=True, start=start, end=end))
    assert await refused(answer) == (400, "ErrorPropertyValidationFailure")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("uid", "x"),
        ("isAllDay", "yes"),
        ("subject", 7),
        ("reminderMinutesBeforeStart", "15"),
        ("showAs", "asleep"),
        ("categories", "Blue"),
        ("start", "2026-03-02T09:00:00"),
        ("location", {"name": "Room 1"}),
        ("body", {"contentType": "markdown", "content": "x"}),
        ("attendees", [{"email": "x@y.test"}]),
        ("singleValueExtendedProperties", {"id": "x"}),
    ],
)
async def test_what_does_not_fit_the_type_is_refused(
    ann: httpx.AsyncClient, draft: Draft, name: str, value: object,
) -> None:  # fmt: skip
    assert await refused(await ann.post("events", json=draft(**{name: value}))) == (400, "RequestBodyRead")


async def test_enumerations_are_taken_in_any_letter_case(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft(showAs="OOF", sensitivity="Private"))).json()
    assert (event["showAs"], event["sensitivity"]) == ("oof", "private")


async def test_server_owned_properties_are_passed_over(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft(iCalUId="mine", isOrganizer=False, webLink="https://x.test"))).json()
    assert event["iCalUId"] != "mine"
    assert event["isOrganizer"] is True


async def test_an_event_without_an_end_is_refused(ann: httpx.AsyncClient, draft: Draft) -> None:
    unfinished = {name: value for name, value in draft().items() if name != "end"}
    assert await refused(await ann.post("events", json=unfinished)) == (400, "ErrorPropertyValidationFailure")


async def test_a_subject_beyond_255_characters_is_refused(ann: httpx.AsyncClient, draft: Draft) -> None:
    assert (await ann.post("events", json=draft(subject="x" * 255))).status_code == 201
    answer = await ann.post("events", json=draft(subject="x" * 256))
    assert await refused(answer) == (400, "ErrorPropertyValidationFailure")


async def test_what_is_no_json_is_refused(ann: httpx.AsyncClient) -> None:
    headers = {"Content-Type": "application/json"}
    assert await refused(await ann.post("events", content=b"{", headers=headers)) == (400, "BadRequest")


async def test_a_body_comes_back_wrapped_with_crlf_line_ends(ann: httpx.AsyncClient, draft: Draft) -> None:
    html = "<p>One</p>\n<script>alert(1)</script><p>Two &amp; three</p>"
    event = (await ann.post("events", json=draft(body={"contentType": "html", "content": html}))).json()
    content = event["body"]["content"]
    assert content.startswith("<html>\r\n<head>\r\n<meta http-equiv=")
    assert "<p>One</p>\r\n<p>Two &amp; three</p>" in content
    assert event["bodyPreview"] == "One\r\nTwo & three"


async def test_a_body_sent_as_text_comes_back_as_html_or_as_text_if_preferred(
    ann: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    event = (await ann.post("events", json=draft(body={"contentType": "text", "content": "1 < 2\nyes"}))).json()
    text = await ann.get(f"events/{event['id']}", headers={"Prefer": 'outlook.body-content-type="text"'})
    assert event["body"]["contentType"] == "html"
    assert text.json()["body"] == {"contentType": "text", "content": "1 < 2\r\nyes"}


async def test_writing_back_a_body_as_it_was_read_changes_nothing_of_it(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft(body={"contentType": "html", "content": "<b>Hi</b>\nyou"}))).json()
    again = (await ann.patch(f"events/{event['id']}", json={"body": event["body"]})).json()
    assert again["body"] == event["body"]


async def test_several_locations_are_joined_into_the_one(ann: httpx.AsyncClient, draft: Draft) -> None:
    rooms = [{"displayName": "Room 1"}, {"displayName": "Room 2"}]
    event = (await ann.post("events", json=draft(locations=rooms))).json()
    assert event["location"]["displayName"] == "Room 1; Room 2"


async def test_writing_the_location_wipes_the_others(ann: httpx.AsyncClient, draft: Draft) -> None:
    rooms = [{"displayName": "Room 1"}, {"displayName": "Room 2"}]
    event = (await ann.post("events", json=draft(locations=rooms))).json()
    after = (await ann.patch(f"events/{event['id']}", json={"location": {"displayName": "Room 3"}})).json()
    assert [place["displayName"] for place in after["locations"]] == ["Room 3"]


async def test_an_event_has_two_ids_and_the_caller_chooses(ann: httpx.AsyncClient, draft: Draft) -> None:
    immutable = {"Prefer": 'IdType="ImmutableId"'}
    event = (await ann.post("events", json=draft())).json()
    other = (await ann.get(f"events/{event['id']}", headers=immutable)).json()
    back = (await ann.get(f"events/{other['id']}")).json()
    assert other["id"] != event["id"] == back["id"]
    assert other["iCalUId"] == event["iCalUId"]


async def test_ids_translate_both_ways(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft())).json()
    wish = {"inputIds": [event["id"]], "sourceIdType": "restId", "targetIdType": "restImmutableEntryId"}
    there = (await ann.post("translateExchangeIds", json=wish)).json()["value"]
    wish = {"inputIds": [there[0]["targetId"]], "sourceIdType": "restImmutableEntryId", "targetIdType": "restId"}
    back = (await ann.post("translateExchangeIds", json=wish)).json()["value"]
    assert back[0]["targetId"] == event["id"]


async def test_moving_to_another_calendar_changes_the_default_id_alone(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    event = (await ann.post("events", json=draft())).json()
    other = (await ann.post("calendars", json={"name": "Private"})).json()
    place = {"mailbox": "ann@contoso.test", "calendar": other["id"]}
    moved = (await control.post(f"events/{event['id']}/move", json=place)).json()
    assert await refused(await ann.get(f"events/{event['id']}")) == (404, "ErrorItemNotFound")
    assert (await ann.get(f"calendars/{other['id']}/events/{moved['immutableId']}")).json()["id"] == moved["id"]


async def test_the_same_transaction_id_creates_one_event(ann: httpx.AsyncClient, draft: Draft) -> None:
    event = (await ann.post("events", json=draft(transactionId="t-1"))).json()
    again = await ann.post("events", json=draft(transactionId="t-1"))
    assert event["transactionId"] == "t-1"
    assert await refused(again) == (409, "ErrorDuplicateTransactionId")
    assert again.json()["error"]["@event.existingEventId"] == event["id"]
    assert len((await ann.get("events")).json()["value"]) == 1


@pytest.mark.parametrize("config", [Config(duplicate_transaction_status=400)])
async def test_a_used_transaction_id_may_be_answered_with_400(ann: httpx.AsyncClient, draft: Draft) -> None:
    await ann.post("events", json=draft(transactionId="t-1"))
    again = await ann.post("events", json=draft(transactionId="t-1"))
    assert await refused(again) == (400, "ErrorDuplicateTransactionId")


async def test_an_event_without_transaction_id_does_not_tell_one(ann: httpx.AsyncClient, draft: Draft) -> None:
    assert "transactionId" not in (await ann.post("events", json=draft())).json()


async def test_a_read_only_calendar_takes_no_events(ann: httpx.AsyncClient, draft: Draft) -> None:
    calendars = (await ann.get("calendars")).json()["value"]
    birthdays = next(one for one in calendars if one["name"] == "Birthdays")
    assert birthdays["canEdit"] is False
    answer = await ann.post(f"calendars/{birthdays['id']}/events", json=draft())
    assert await refused(answer) == (403, "ErrorAccessDenied")


async def test_pages_of_a_list_follow_one_another(ann: httpx.AsyncClient, draft: Draft) -> None:
    for number in range(12):
        await ann.post("events", json=draft(subject=f"No. {number}"))
    first = (await ann.get("events")).json()
    second = (await ann.get(first["@odata.nextLink"])).json()
    assert (len(first["value"]), len(second["value"])) == (10, 2)
    assert "@odata.nextLink" not in second


async def test_a_calendar_view_holds_what_touches_its_window(ann: httpx.AsyncClient, draft: Draft) -> None:
    await ann.post("events", json=draft())
    inside = {"startDateTime": "2026-03-02T09:30:00Z", "endDateTime": "2026-03-02T09:40:00Z"}
    beside = {"startDateTime": "2026-03-02T11:00:00+01:00", "endDateTime": "2026-03-02T12:00:00+01:00"}
    assert len((await ann.get("calendarView", params=inside)).json()["value"]) == 1
    assert (await ann.get("calendarView", params=beside)).json()["value"] == []


async def test_a_window_of_more_than_1825_days_is_refused(ann: httpx.AsyncClient) -> None:
    window = {"startDateTime": "2026-01-01T00:00:00Z", "endDateTime": "2031-01-01T00:00:00Z"}
    assert await refused(await ann.get("calendarView", params=window)) == (400, "ErrorInvalidRequest")


async def test_a_window_without_an_end_is_refused(ann: httpx.AsyncClient) -> None:
    answer = await ann.get("calendarView", params={"startDateTime": "2026-01-01T00:00:00Z"})
    assert await refused(answer) == (400, "ErrorInvalidUrlQuery")


async def test_doubled_slashes_and_quoted_ids_find_their_event(
    ann: httpx.AsyncClient, graph: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    event = (await ann.post("events", json=draft())).json()
    quoted = event["id"].replace("=", "%3D").replace("-", "%2D")
    assert (await graph.get(f"/users//ann%40contoso.test/events/{quoted}")).json()["id"] == event["id"]


async def test_a_path_that_does_not_exist_is_refused(ann: httpx.AsyncClient) -> None:
    assert await refused(await ann.get("evnts")) == (400, "BadRequest")


async def test_every_answer_names_its_request(ann: httpx.AsyncClient) -> None:
    answer = await ann.get("events/AAMkgone", headers={"client-request-id": "mine"})
    inner = answer.json()["error"]["innerError"]
    assert answer.headers["request-id"]
    assert answer.headers["client-request-id"] == inner["client-request-id"] == "mine"


async def test_a_mailbox_that_is_not_in_the_cloud_is_refused(
    graph: httpx.AsyncClient, control: httpx.AsyncClient,
) -> None:  # fmt: skip
    await control.post("mailboxes", json={"upn": "old@contoso.test", "mailbox": False})
    answer = await graph.get("users/old@contoso.test/events")
    assert await refused(answer) == (404, "MailboxNotEnabledForRESTAPI")


async def test_a_mailbox_knows_its_zone_and_the_zones_that_it_takes(ann: httpx.AsyncClient) -> None:
    assert (await ann.get("mailboxSettings")).json()["timeZone"] == BERLIN
    windows = (await ann.get("outlook/supportedTimeZones")).json()["value"]
    iana = (await ann.get("outlook/supportedTimeZones(TimeZoneStandard='Iana')")).json()["value"]
    assert BERLIN in {zone["alias"] for zone in windows}
    assert "Europe/Berlin" in {zone["alias"] for zone in iana}


@pytest.mark.parametrize("config", [Config(bump_after=60)])
async def test_exchange_may_touch_an_event_once_more_after_a_write(
    ann: httpx.AsyncClient, control: httpx.AsyncClient, draft: Draft,
) -> None:  # fmt: skip
    before = (await ann.post("events", json=draft())).json()
    await control.post("clock", json={"advance_seconds": 61})
    after = (await ann.get(f"events/{before['id']}")).json()
    assert {name for name in before if before[name] != after[name]} == {
        "@odata.etag",
        "changeKey",
        "lastModifiedDateTime",
    }
