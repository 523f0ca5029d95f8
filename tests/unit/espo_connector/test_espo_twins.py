"""Which record a wish to create may already have made."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from contracts.events import AllDay, Event, Timed
from contracts.writes import CreateEspoRecord
from espo_connector.writing.twins import bearers, candidates, of_keys, paired

NINE = datetime(2026, 12, 1, 9, tzinfo=UTC)
ISSUED = datetime(2026, 11, 22, 12, tzinfo=UTC)


def wish(**fields: Any) -> CreateEspoRecord:
    event = Event(title="Kick-off <1>", span=Timed(start=NINE, end=NINE))
    return CreateEspoRecord(
        **{
            "write_id": uuid4(),
            "link_id": uuid4(),
            "account": "anna",
            "issued_at": ISSUED,
            "entity": "Meeting",
            "event": event,
            **fields,
        }
    )


def record(espo_id: str = "m1", **attributes: Any) -> dict[str, Any]:
    return {
        "id": espo_id,
        "name": "Kick-off ﹤1﹥",
        "dateStart": "2026-12-01 09:00:00",
        "dateStartDate": None,
        "assignedUserId": "anna",
        "createdAt": "2026-11-22 12:00:03",
        **attributes,
    }


def twin_of(write: CreateEspoRecord, *records: dict[str, Any], made_for: dict[str, UUID] | None = None) -> str | None:
    found = paired([write], records, made_for or {}).get(write.write_id)
    return found["id"] if found else None


def test_a_record_of_the_same_owner_title_and_start_is_what_the_lost_answer_left() -> None:
    assert twin_of(wish(), record()) == "m1"


def test_another_owner_title_start_or_an_older_record_is_not() -> None:
    write = wish()
    others = [
        record(assignedUserId="boris"),
        record(name="Kick-off"),
        record(dateStart="2026-12-01 10:00:00"),
        record(createdAt="2026-11-20 12:00:00"),
    ]
    assert twin_of(write, *others) is None


def test_a_record_that_belongs_to_another_event_is_not() -> None:
    assert twin_of(wish(not_these=("m1",)), record()) is None


def test_a_record_that_this_process_made_for_another_link_is_not() -> None:
    assert twin_of(wish(), record(), made_for={"m1": uuid4()}) is None


def test_a_record_that_this_process_made_for_this_link_is() -> None:
    write = wish()
    assert twin_of(write, record(), made_for={"m1": write.link_id}) == "m1"


def test_two_equal_events_get_a_record_each() -> None:
    first, second = wish(), wish()
    found = paired([first, second], [record("m2", createdAt="2026-11-22 12:00:04"), record("m1")], {})
    assert {write_id: twin["id"] for write_id, twin in found.items()} == {first.write_id: "m1", second.write_id: "m2"}


def test_of_two_equal_events_the_second_is_made_if_only_one_record_is_there() -> None:
    first, second = wish(), wish()
    assert set(paired([first, second], [record()], {})) == {first.write_id}


def test_of_many_equal_events_each_write_gets_its_own_record_by_age() -> None:
    writes = [wish() for _ in range(300)]
    by_age = [record(f"m{age:03}", createdAt=f"2026-11-22 12:{age // 60:02}:{age % 60:02}") for age in range(300)]
    found = paired(writes, reversed(by_age), {})
    assert [found[write.write_id]["id"] for write in writes] == [made["id"] for made in by_age]


def test_a_record_of_a_whole_day_is_given_away_once_by_whichever_of_its_starts_it_is_found() -> None:
    whole_day = record(dateStart="2026-12-01 09:00:00", dateStartDate="2026-12-10")
    on_the_day = AllDay(first=date(2026, 12, 10), last=date(2026, 12, 10))
    first, second = wish(), wish(event=Event(title="Kick-off <1>", span=on_the_day))
    assert set(paired([first, second], [whole_day], {})) == {first.write_id}


def test_a_record_that_another_write_may_not_have_is_left_to_the_one_that_may() -> None:
    barred, free = wish(not_these=("m1",)), wish()
    found = paired([barred, free], [record(), record("m2", createdAt="2026-11-22 12:00:04")], {})
    assert {write_id: twin["id"] for write_id, twin in found.items()} == {barred.write_id: "m2", free.write_id: "m1"}


def test_a_whole_day_is_recognised_by_its_first_date() -> None:
    write = wish(event=Event(title="Fair", span=AllDay(first=date(2026, 12, 10), last=date(2026, 12, 10))))
    assert twin_of(write, record(name="Fair", dateStart="2026-12-09 23:00:00", dateStartDate="2026-12-10")) == "m1"


def test_a_batch_asks_once_for_its_timed_events_and_once_for_its_whole_days() -> None:
    days = Event(title="Fair", span=AllDay(first=date(2026, 12, 10), last=date(2026, 12, 10)))
    asked = candidates([wish(), wish(event=days), wish(account="boris")], "api")
    assert [conditions[-1]["attribute"] for conditions in asked] == ["dateStart", "dateStartDate"]


def test_nothing_to_create_asks_nothing() -> None:
    assert candidates([], "api") == []


def of_key(write: CreateEspoRecord, *records: dict[str, Any]) -> str | None:
    found = of_keys([write], records, "outlookEventKey").get(write.write_id)
    return found["id"] if found else None


def test_a_record_that_bears_the_key_came_of_the_write_whatever_else_it_says_by_now() -> None:
    changed = record(name="Renamed", dateStart="2027-01-01 09:00:00", assignedUserId="boris", outlookEventKey="k1")
    assert of_key(wish(key="k1"), changed) == "m1"


def test_a_record_that_looks_the_same_but_bears_another_key_or_none_did_not() -> None:
    assert of_key(wish(key="k1"), record(outlookEventKey="k2"), record("m2")) is None


def test_of_two_that_bear_the_key_the_older_one_counts_and_one_of_another_event_never() -> None:
    younger = record("m1", createdAt="2026-11-22 12:00:04", outlookEventKey="k1")
    older = record("m2", outlookEventKey="k1")
    assert of_key(wish(key="k1"), younger, older) == "m2"
    assert of_key(wish(key="k1", not_these=("m2",)), younger, older) == "m1"


def test_only_records_of_our_own_making_are_asked_for_by_key() -> None:
    asked = bearers([wish(key="k2"), wish(key="k1")], "cOutlookEventKey", "api")
    assert [(each["attribute"], each["value"]) for each in asked] == [
        ("cOutlookEventKey", ["k1", "k2"]),
        ("createdById", "api"),
    ]
