"""All-day events: dates in the system zone, and what each release makes of the flag."""

import pytest

from support.simulated_espo import Caller, Instance

DAY = {"dateStartDate": "2026-12-10", "dateEndDate": "2026-12-10"}
OLD = [{"version": "9.2.7"}, {"version": "9.3.10"}]
EVERY = [*OLD, {"version": "10.0.0"}]


async def shown(caller: Caller, meeting: str) -> tuple[object, ...]:
    answer = await caller.read(f"Meeting/{meeting}")
    return tuple(answer[each] for each in ("dateStart", "dateEnd", "dateStartDate", "dateEndDate", "isAllDay"))


@pytest.mark.parametrize("config", EVERY, indirect=True)
async def test_the_hours_of_a_day_are_those_of_the_system_zone(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna, isAllDay=True, **DAY)

    hours = ("2026-12-09 23:00:00", "2026-12-10 23:00:00")
    assert await shown(api, meeting) == (*hours, "2026-12-10", "2026-12-10", True)


@pytest.mark.parametrize("config", [{"version": "10.0.0"}], indirect=True)
async def test_ten_loses_dates_that_come_without_the_flag(api: Caller, anna: Caller) -> None:
    meeting = await api.create("Meeting", name="M", assignedUserId=anna.id, **DAY)

    assert await shown(api, meeting) == (None, None, None, None, False)


@pytest.mark.parametrize("config", OLD, indirect=True)
async def test_nine_goes_by_the_dates_alone(api: Caller, anna: Caller) -> None:
    meeting = await api.create("Meeting", name="M", assignedUserId=anna.id, isAllDay=False, **DAY)

    hours = ("2026-12-09 23:00:00", "2026-12-10 23:00:00")
    assert await shown(api, meeting) == (*hours, "2026-12-10", "2026-12-10", False)


@pytest.mark.parametrize("config", EVERY, indirect=True)
async def test_new_hours_alone_do_not_end_an_all_day_event(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna, isAllDay=True, **DAY)

    await api.put(f"Meeting/{meeting}", {"dateStart": "2026-12-11 09:00:00", "dateEnd": "2026-12-11 10:00:00"})

    assert (await shown(api, meeting))[0] == "2026-12-09 23:00:00"


@pytest.mark.parametrize("config", EVERY, indirect=True)
async def test_all_five_fields_make_an_event_timed_on_every_release(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna, isAllDay=True, **DAY)
    hours = {"dateStart": "2026-12-11 09:00:00", "dateEnd": "2026-12-11 10:00:00"}

    await api.put(f"Meeting/{meeting}", {"isAllDay": False, "dateStartDate": None, "dateEndDate": None} | hours)

    assert await shown(api, meeting) == ("2026-12-11 09:00:00", "2026-12-11 10:00:00", None, None, False)


@pytest.mark.parametrize("config", EVERY, indirect=True)
async def test_moving_the_first_day_keeps_the_number_of_days(espo: Instance, api: Caller, anna: Caller) -> None:
    days = {"dateStartDate": "2026-12-10", "dateEndDate": "2026-12-12"}
    meeting = await espo.meeting(api, anna, isAllDay=True, **days)

    await api.put(f"Meeting/{meeting}", {"dateStartDate": "2026-12-05"})

    assert (await shown(api, meeting))[2:4] == ("2026-12-05", "2026-12-07")


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        ("2027-03-28", ("2027-03-27 23:00:00", "2027-03-28 23:00:00")),
        ("2026-10-25", ("2026-10-24 22:00:00", "2026-10-25 22:00:00")),
    ],
    ids=["clocks go forward", "clocks go back"],
)
async def test_a_day_has_24_hours_even_where_clocks_change(
    espo: Instance, api: Caller, anna: Caller, day: str, hours: tuple[str, str]
) -> None:
    meeting = await espo.meeting(api, anna, isAllDay=True, dateStartDate=day, dateEndDate=day)

    assert (await shown(api, meeting))[:2] == hours


async def test_a_new_system_zone_shows_at_the_next_save(espo: Instance, api: Caller, anna: Caller) -> None:
    meeting = await espo.meeting(api, anna, isAllDay=True, **DAY)

    await espo.admin.put("Settings", {"timeZone": "America/New_York"})
    before = (await shown(api, meeting))[0]
    await api.put(f"Meeting/{meeting}", {"name": "New"})
    after = (await shown(api, meeting))[0]

    assert (before, after) == ("2026-12-09 23:00:00", "2026-12-10 05:00:00")


async def test_a_call_cannot_be_all_day(api: Caller, anna: Caller) -> None:
    answer = await api.post("Call", {"name": "C", "assignedUserId": anna.id, "isAllDay": True, **DAY})

    assert answer.json()["messageTranslation"]["data"] == {"field": "dateStart", "type": "required"}
