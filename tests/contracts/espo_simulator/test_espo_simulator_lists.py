"""Lists: two syntaxes, where items, pages by offset and by key, totals that may be unknown."""

from typing import Any

import pytest

from support.simulated_espo import Caller, Instance

EQUALS_HELD = {"type": "equals", "attribute": "status", "value": "Held"}


async def names(caller: Caller, where: list[Any], entity: str = "Meeting") -> list[str]:
    page = await caller.search(entity, where=where, select=["name"], orderBy="name", order="asc")
    return [row["name"] for row in page["list"]]


async def test_both_syntaxes_find_the_same(espo: Instance, api: Caller, anna: Caller) -> None:
    await espo.meeting(api, anna, status="Held")
    await espo.meeting(api, anna)

    brackets = await api.read("Meeting?where[0][type]=equals&where[0][attribute]=status&where[0][value]=Held&select=id")

    assert brackets == await api.search("Meeting", where=[EQUALS_HELD], select=["id"])
    assert brackets["total"] == 1


async def test_the_newer_names_of_the_parameters_are_understood(espo: Instance, api: Caller, anna: Caller) -> None:
    await espo.meeting(api, anna, status="Held")

    page = await api.search("Meeting", whereGroup=[EQUALS_HELD], attributeSelect=["status"])

    assert [row["status"] for row in page["list"]] == ["Held"]


@pytest.mark.parametrize("path", ["Meeting?maxSize=201", "Meeting?searchParams=%7B%22maxSize%22%3A201%7D"])
async def test_more_than_200_rows_are_forbidden(api: Caller, path: str) -> None:
    answer = await api.get(path)

    assert answer.status_code == 403
    assert answer.headers["X-Status-Reason"] == "Max size should not exceed 200. Use offset and limit."


async def test_without_a_count_the_total_says_whether_there_is_more(espo: Instance, api: Caller, anna: Caller) -> None:
    for _ in range(3):
        await espo.meeting(api, anna)
    uncounted = {"X-No-Total": "true"}

    more = await api.search("Meeting", headers=uncounted, maxSize=2)
    no_more = await api.search("Meeting", headers=uncounted, maxSize=3)

    assert (more["total"], no_more["total"]) == (-1, -2)


async def test_key_set_pages_meet_every_record_once(espo: Instance, api: Caller, anna: Caller) -> None:
    made = []
    for number in range(7):
        made.append(await espo.meeting(api, anna))
        espo.clock.advance(number % 2)
    seen: list[str] = []
    where: list[Any] = []
    while True:
        asked = {"where": where, "orderBy": "modifiedAt", "order": "asc", "maxSize": 2, "select": ["modifiedAt"]}
        page = await api.search("Meeting", headers={"X-No-Total": "true"}, **asked)
        seen += [row["id"] for row in page["list"]]
        if page["total"] == -2:
            break
        last = page["list"][-1]
        later = {"type": "greaterThan", "attribute": "modifiedAt", "value": last["modifiedAt"]}
        same = {"type": "equals", "attribute": "modifiedAt", "value": last["modifiedAt"]}
        after = {"type": "greaterThan", "attribute": "id", "value": last["id"]}
        where = [{"type": "or", "value": [later, {"type": "and", "value": [same, after]}]}]

    assert seen == made


async def test_a_selection_brings_the_order_and_what_rights_need(espo: Instance, api: Caller, anna: Caller) -> None:
    await espo.meeting(api, anna)

    (by_start,) = (await api.search("Meeting", select=["name"]))["list"]
    (by_change,) = (await api.search("Meeting", select=["name"], orderBy="modifiedAt"))["list"]

    always = {"id", "name", "parentName", "createdById", "assignedUserId"}
    assert set(by_start) == always | {"dateStart", "dateEnd", "dateStartDate", "dateEndDate"}
    assert set(by_change) == always | {"modifiedAt"}


async def test_attendees_are_listed_when_selected(espo: Instance, api: Caller, anna: Caller) -> None:
    await espo.meeting(api, anna)

    (plain,) = (await api.search("Meeting"))["list"]
    (selected,) = (await api.search("Meeting", select=["usersIds", "usersColumns"]))["list"]

    assert "usersIds" not in plain
    assert (selected["usersIds"], selected["usersColumns"]) == ([anna.id], {anna.id: {"status": "None"}})


async def test_long_texts_are_cut_in_lists_and_whole_in_reads(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna, description="x" * 12_000)

    (row,) = (await api.search("Meeting", select=["description"]))["list"]

    assert len(row["description"]) == 10_000
    assert len((await api.read(f"Meeting/{meeting}"))["description"]) == 12_000


async def test_events_without_a_start_come_last_by_default(espo: Instance, api: Caller, anna: Caller) -> None:
    lost = await api.create("Meeting", name="lost", assignedUserId=anna.id, dateStartDate="2026-12-10")
    early = await espo.meeting(api, anna, dateStart="2026-12-01 08:00:00")
    late = await espo.meeting(api, anna, dateStart="2026-12-01 09:00:00")

    assert [row["id"] for row in (await api.search("Meeting"))["list"]] == [late, early, lost]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"type": "equals", "attribute": "name", "value": "alpha"}, ["Alpha"]),
        ({"type": "notEquals", "attribute": "name", "value": "Alpha"}, ["Beta"]),
        ({"type": "in", "attribute": "status", "value": ["Held", "Not Held"]}, ["Beta"]),
        ({"type": "notIn", "attribute": "status", "value": ["Held"]}, ["Alpha"]),
        ({"type": "isNull", "attribute": "description"}, ["Alpha"]),
        ({"type": "isNotNull", "attribute": "description"}, ["Beta"]),
        ({"type": "isTrue", "attribute": "isAllDay"}, []),
        ({"type": "isFalse", "attribute": "isAllDay"}, ["Alpha", "Beta"]),
        ({"type": "greaterThan", "attribute": "dateStart", "value": "2026-12-01 09:00:00"}, ["Beta"]),
        ({"type": "greaterThanOrEquals", "attribute": "dateStart", "value": "2026-12-01 09:00:00"}, ["Alpha", "Beta"]),
        ({"type": "lessThan", "attribute": "dateStart", "value": "2026-12-02 09:00:00"}, ["Alpha"]),
        ({"type": "lessThanOrEquals", "attribute": "dateStart", "value": "2026-12-02 09:00:00"}, ["Alpha", "Beta"]),
        ({"type": "after", "attribute": "dateStart", "value": "2026-12-01T10:00:00+01:00"}, ["Beta"]),
        ({"type": "before", "attribute": "dateStart", "value": "2026-12-02 09:00:00"}, ["Alpha"]),
        (
            {"type": "between", "attribute": "dateStart", "value": ["2026-12-02 00:00:00", "2026-12-03 00:00:00"]},
            ["Beta"],
        ),
        ({"type": "on", "attribute": "dateStart", "value": "2026-12-02", "dateTime": True}, ["Beta"]),
        ({"type": "future", "attribute": "dateStart", "dateTime": True}, ["Alpha", "Beta"]),
        ({"type": "past", "attribute": "dateStart", "dateTime": True}, []),
        ({"type": "nextXDays", "attribute": "dateStart", "value": 8, "dateTime": True}, ["Alpha"]),
        ({"type": "lastXDays", "attribute": "modifiedAt", "value": 1, "dateTime": True}, ["Alpha", "Beta"]),
        ({"type": "today", "attribute": "modifiedAt", "dateTime": True}, ["Alpha", "Beta"]),
        ({"type": "like", "attribute": "name", "value": "%LPH%"}, ["Alpha"]),
        ({"type": "startsWith", "attribute": "name", "value": "be"}, ["Beta"]),
        ({"type": "contains", "attribute": "name", "value": "et"}, ["Beta"]),
        ({"type": "not", "value": [{"type": "equals", "attribute": "name", "value": "Beta"}]}, ["Alpha"]),
        ({"type": "isLinked", "attribute": "contacts"}, ["Beta"]),
        ({"type": "isNotLinked", "attribute": "contacts"}, ["Alpha"]),
        ({"type": "equals", "attribute": "acceptanceStatus", "value": "Accepted"}, ["Beta"]),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else None,
)
async def test_a_where_item_finds_what_it_says(
    espo: Instance, api: Caller, anna: Caller, item: dict[str, Any], expected: list[str]
) -> None:
    contact = (await espo.control("contacts", {"name": "Carl Kunde"}))["id"]
    await espo.meeting(api, anna, name="Alpha")
    await espo.meeting(
        api, anna, name="Beta", status="Held", description="d", contactsIds=[contact],
        dateStart="2026-12-02 09:00:00", contactsColumns={contact: {"status": "Accepted"}},
    )  # fmt: skip

    assert await names(api, [item]) == expected


async def test_events_of_a_person_are_found_by_link(espo: Instance, api: Caller, anna: Caller, boris: Caller) -> None:
    await espo.meeting(api, anna, name="Hers")
    await espo.meeting(api, boris, name="His")

    assert await names(api, [{"type": "linkedWith", "attribute": "users", "value": [boris.id]}]) == ["His"]
    assert await names(api, [{"type": "notLinkedWith", "attribute": "users", "value": [boris.id]}]) == ["Hers"]


async def test_a_day_is_compared_with_the_days_of_all_day_events(espo: Instance, api: Caller, anna: Caller) -> None:
    await espo.meeting(api, anna, name="Day", isAllDay=True, dateStartDate="2026-12-10", dateEndDate="2026-12-10")
    item = {"type": "after", "attribute": "dateStart", "dateTime": True, "timeZone": "Pacific/Auckland"}

    assert await names(api, [item | {"value": "2026-12-09"}]) == ["Day"]
    assert await names(api, [item | {"value": "2026-12-10"}]) == []


@pytest.mark.parametrize(
    ("item", "status", "reason"),
    [
        ({"type": "bogus", "attribute": "name"}, 400, "Unknown where item type 'bogus'."),
        ({"type": "equals", "attribute": "bogus"}, 400, "Not existing attribute 'bogus' in where."),
        ({"type": "equals", "attribute": "uid"}, 400, "Forbidden attribute 'uid' in where."),
        ({"type": "equals", "attribute": "LOWER:(name)"}, 400, "Complex expressions are forbidden in where."),
        ({"type": "equals", "attribute": "name", "foo": 1}, 500, None),
    ],
)
async def test_a_wrong_where_item_is_refused(
    api: Caller, item: dict[str, Any], status: int, reason: str | None
) -> None:
    query = "&".join(f"where[0][{key}]={value}" for key, value in item.items())
    answer = await api.get(f"Meeting?{query}")

    assert (answer.status_code, answer.headers.get("X-Status-Reason")) == (status, reason)


@pytest.mark.parametrize("config", [{"version": "9.2.7"}, {"version": "9.3.10"}], indirect=True)
async def test_nine_says_some_reasons_twice(api: Caller) -> None:
    answer = await api.get("Meeting?where[0][type]=equals&where[0][attribute]=uid&where[0][value]=x")

    assert answer.headers["X-Status-Reason"] == " ".join(["Forbidden attribute 'uid' in where."] * 2)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("orderBy=bogus", "Order by non-existing field 'bogus'."),
        ("orderBy=LOWER:name", "Complex expressions are forbidden in 'orderBy'."),
        ("orderBy=name&order=up", "order value is bad."),
        ("searchParams=%7Bbad", "Invalid search params JSON."),
        ("searchParams=%7B%22maxSize%22%3A%221%22%7D", "maxSize must be integer."),
        ("primaryFilter=bogus", "No primary filter 'bogus' for 'Meeting'."),
    ],
)
async def test_a_wrong_parameter_is_refused(api: Caller, query: str, reason: str) -> None:
    answer = await api.get(f"Meeting?{query}")

    assert (answer.status_code, answer.headers["X-Status-Reason"]) == (400, reason)


async def test_unknown_attributes_of_a_selection_are_ignored(espo: Instance, api: Caller, anna: Caller) -> None:
    await espo.meeting(api, anna)

    (row,) = (await api.search("Meeting", select=["id", "bogus"]))["list"]

    assert "bogus" not in row


async def test_filters_of_the_calendar_pages_work(espo: Instance, api: Caller, anna: Caller, boris: Caller) -> None:
    await espo.meeting(api, anna, name="Alpha", status="Held")
    await espo.meeting(api, boris, name="Beta")

    held = await api.search("Meeting", primaryFilter="held")
    mine = await boris.search("Meeting", boolFilterList=["onlyMy"])
    found = await api.search("Meeting", textFilter="alp")

    assert [page["list"][0]["name"] for page in (held, mine, found)] == ["Alpha", "Beta", "Alpha"]
    assert [page["total"] for page in (held, mine, found)] == [1, 1, 1]
