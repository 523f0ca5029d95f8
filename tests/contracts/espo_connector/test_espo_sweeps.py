"""What a sweep of an entity type tells, and what it does not."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from contracts.changes import CursorAdvanced, CursorLost, EspoSeen, LookDeferred, LookRefused
from contracts.events import AllDay, Attendee, PersonKind, Reply, Timed
from contracts.looks import SweepEntity
from espo_connector.main import Connector
from espo_connector.reading.cursors import LOOK_BACK_EVERY, SweepCursor
from espo_connector.reading.sweeps import LEAST_PAGES_BACK
from support.espo import NOON, Bus, Espo, Sweeper

A_YEAR = 365 * 86400
VERSIONS = ("9.2.7", "9.3.10", "10.0.0")


def look(cursor: str | None = None, entity: str = "Meeting") -> SweepEntity:
    return SweepEntity(feed=f"espo/{entity}", look_id=uuid4(), entity=entity, cursor=cursor)


async def test_a_first_sweep_tells_nothing_and_stands_behind_what_is_there(
    espo: Espo, connector: Connector, bus: Bus
) -> None:
    await espo.meeting()
    await connector.looks.carry_out(look())
    assert SweepCursor.parse(bus.one(CursorAdvanced).cursor).at == "2026-11-23 12:00:00"
    assert bus.of(EspoSeen) == []


@pytest.mark.parametrize("espo", VERSIONS, indirect=True)
async def test_a_meeting_that_somebody_made_is_told_whole(espo: Espo, sweeper: Sweeper) -> None:
    carl = await espo.add_contact("Carl Kunde", "carl@client.example")
    espo_id = await espo.meeting(
        name="Fair ﹤2﹥",
        description="one\r\ntwo",
        cLocation="HQ",
        usersIds=[espo.anna, espo.boris],
        usersColumns={espo.boris: {"status": "Tentative"}},
        contactsIds=[carl],
    )
    (seen,) = await sweeper.sweep()
    assert (seen.account, seen.entity, seen.espo_id) == (espo.anna, "Meeting", espo_id)
    assert (seen.version, seen.read_at, seen.created_by_us) == ("2026-11-23 12:00:00", NOON, False)
    assert seen.event.title == "Fair <2>"
    assert seen.event.span == Timed(
        start=datetime(2026, 12, 1, 9, tzinfo=UTC), end=datetime(2026, 12, 1, 10, tzinfo=UTC)
    )
    assert (seen.event.location, seen.event.description, seen.event.cancelled) == ("HQ", "one\ntwo", False)
    assert seen.event.people == (
        Attendee(
            address="boris@corp.example",
            name="Boris",
            reply=Reply.TENTATIVE,
            kind=PersonKind.USER,
            aliases=("boris@home.example",),
            user=espo.boris,
        ),
        Attendee(address="carl@client.example", name="Carl Kunde", kind=PersonKind.CONTACT),
    )


@pytest.mark.parametrize("espo", VERSIONS, indirect=True)
async def test_a_whole_day_is_told_as_dates(espo: Espo, sweeper: Sweeper) -> None:
    await espo.meeting(
        dateStart=None, dateEnd=None, isAllDay=True, dateStartDate="2026-10-24", dateEndDate="2026-10-25"
    )
    (seen,) = await sweeper.sweep()
    assert seen.event.span == AllDay(first=date(2026, 10, 24), last=date(2026, 10, 25))


async def test_an_event_of_nobody_travels_under_its_own_id(espo: Espo, sweeper: Sweeper, bus: Bus) -> None:
    await sweeper.sweep("CVisit")
    espo_id = await espo.meeting("CVisit", assignedUserId=None)
    (seen,) = await sweeper.sweep("CVisit")
    assert (seen.account, seen.event.people) == ("", None)
    assert bus.published[0][:2] == ("espo.changes.v1", espo_id)


async def test_what_did_not_change_is_told_once(espo: Espo, sweeper: Sweeper) -> None:
    await espo.meeting()
    assert len(await sweeper.sweep()) == 1
    assert await sweeper.sweep() == []


async def test_an_edit_within_the_same_second_is_told(espo: Espo, sweeper: Sweeper) -> None:
    espo_id = await espo.meeting()
    await sweeper.sweep()
    await espo.ask("PUT", f"Meeting/{espo_id}", {"name": "Renamed"})
    assert [seen.event.title for seen in await sweeper.sweep()] == ["Renamed"]


async def test_a_record_that_committed_some_seconds_late_is_told(espo: Espo, sweeper: Sweeper) -> None:
    await espo.meeting()
    await sweeper.sweep()
    espo.clock.advance(-5)
    late = await espo.meeting()
    espo.clock.advance(5)
    assert [seen.espo_id for seen in await sweeper.sweep()] == [late]


async def test_a_record_that_committed_minutes_late_is_told_within_a_minute(espo: Espo, sweeper: Sweeper) -> None:
    await espo.meeting()
    await sweeper.sweep()
    espo.clock.advance(-150)
    late = await espo.meeting()
    espo.clock.advance(150)
    assert await sweeper.sweep() == []
    await a_minute_passes(espo, sweeper)
    told = [seen.espo_id for _ in range(30) for seen in await sweeper.sweep()]
    assert told == [late]


async def test_looking_back_begins_with_what_is_exactly_three_minutes_old(espo: Espo, sweeper: Sweeper) -> None:
    await espo.meeting()
    await a_minute_passes(espo, sweeper)
    espo.clock.advance(-180)
    late = await espo.meeting()
    espo.clock.advance(180)
    await espo.meeting()
    assert late in [seen.espo_id for seen in await sweeper.sweep()]


async def test_a_record_of_next_year_hides_no_edit_and_is_told_once(espo: Espo, sweeper: Sweeper) -> None:
    espo.clock.advance(A_YEAR)
    imported = await espo.meeting()
    espo.clock.advance(-A_YEAR)
    assert [seen.espo_id for seen in await sweeper.sweep()] == [imported]
    for _ in range(3):
        espo.clock.advance(60)
        made = await espo.meeting()
        assert [seen.espo_id for seen in await sweeper.sweep()] == [made]


async def test_a_record_of_next_year_that_was_there_before_the_first_sweep_hides_no_edit(
    espo: Espo, connector: Connector, bus: Bus
) -> None:
    espo.clock.advance(A_YEAR)
    imported = await espo.meeting()
    espo.clock.advance(-A_YEAR)
    sweeper = Sweeper(connector, bus)
    await sweeper.sweep()
    made = await espo.meeting()
    assert {seen.espo_id for seen in await sweeper.sweep()} == {imported, made}
    assert await sweeper.sweep() == []


async def test_after_espocrms_clock_was_put_right_by_an_hour_every_edit_is_told(espo: Espo, sweeper: Sweeper) -> None:
    await espo.meeting()
    assert len(await sweeper.sweep()) == 1
    espo.clock.advance(-3600)
    made = [await espo.meeting()]
    await sweeper.sweep()
    espo.clock.advance(2)
    made.append(await espo.meeting())
    told = [seen.espo_id for _ in range(2) for seen in await sweeper.sweep()]
    assert told == made


async def test_looking_back_over_many_records_takes_few_pages_a_sweep_and_delays_no_new_one(
    espo: Espo, sweeper: Sweeper
) -> None:
    late = await one_that_committed_late_behind(espo, sweeper, 1250)
    told, pages = [], []
    for _ in range(4):
        new = await espo.meeting()
        await espo.control("requests", method="DELETE")
        first, *others = [seen.espo_id for seen in await sweeper.sweep()]
        assert first == new
        told.append(others)
        pages.append(len(await espo.requests("GET", "/Meeting")))
    assert (pages, told) == ([1 + LEAST_PAGES_BACK, 1 + LEAST_PAGES_BACK, 2, 1], [[], [], [late], []])


async def test_a_crash_while_looking_back_repeats_a_page_at_most(espo: Espo, sweeper: Sweeper, bus: Bus) -> None:
    late = await one_that_committed_late_behind(espo, sweeper, 250)
    await sweeper.sweep()
    before_the_page = bus.of(CursorAdvanced)[0]
    assert before_the_page.more
    sweeper.cursor = before_the_page.cursor
    assert [seen.espo_id for _ in range(2) for seen in await sweeper.sweep()] == [late]


async def test_once_nothing_followed_for_minutes_a_mass_update_is_not_read_again(espo: Espo, sweeper: Sweeper) -> None:
    for _ in range(250):
        await espo.meeting()
    espo.clock.advance(1)
    await espo.meeting()
    await sweeper.sweep()
    for _ in range(8):
        espo.clock.advance(30)
        await sweeper.sweep()
    await espo.control("requests", method="DELETE")
    for _ in range(5):
        espo.clock.advance(30)
        await sweeper.sweep()
    assert len(await espo.requests("GET", "/Meeting")) == 5


async def one_that_committed_late_behind(espo: Espo, sweeper: Sweeper, many: int) -> str:
    """Make so many records, then one that appears behind them only when it is time to look back."""
    for _ in range(many):
        await espo.meeting()
    espo.clock.advance(60)
    await espo.meeting()
    await a_minute_passes(espo, sweeper)
    espo.clock.advance(-110)
    late = await espo.meeting()
    espo.clock.advance(110)
    return late


async def a_minute_passes(espo: Espo, sweeper: Sweeper) -> None:
    """Pass the time from one look back to just before the next."""
    await sweeper.sweep()
    espo.clock.advance(LOOK_BACK_EVERY.total_seconds() / 2)
    await sweeper.sweep()
    espo.clock.advance(LOOK_BACK_EVERY.total_seconds() / 2)


async def test_many_changes_are_told_page_by_page_each_before_its_cursor(
    espo: Espo, sweeper: Sweeper, bus: Bus
) -> None:
    made = {await espo.meeting() for _ in range(205)}
    told = await sweeper.sweep()
    assert {seen.espo_id for seen in told} == made
    assert [(answer.changes, answer.more) for answer in bus.of(CursorAdvanced)] == [(200, True), (5, False)]
    kinds = [type(message) for _, _, message in bus.published]
    assert kinds.index(CursorAdvanced) == 200
    assert kinds[-1] is CursorAdvanced


async def test_a_crash_between_two_pages_costs_nothing(espo: Espo, sweeper: Sweeper, bus: Bus) -> None:
    made = {await espo.meeting() for _ in range(205)}
    start = sweeper.cursor
    await sweeper.sweep()
    half_way = bus.of(CursorAdvanced)[0].cursor
    first_page = {seen.espo_id for seen in bus.of(EspoSeen)[:200]}
    sweeper.cursor = half_way
    rest = {seen.espo_id for seen in await sweeper.sweep()}
    assert start != half_way
    assert first_page | rest == made
    assert not first_page & rest


async def test_a_text_that_the_list_cuts_is_told_whole(espo: Espo, sweeper: Sweeper) -> None:
    await espo.meeting(description="x" * 12_000)
    (seen,) = await sweeper.sweep()
    assert seen.event.description == "x" * 12_000


async def test_a_record_without_a_start_stops_nobody(espo: Espo, sweeper: Sweeper) -> None:
    await espo.meeting(dateStartDate="2026-12-10", dateEndDate="2026-12-10", dateStart=None, dateEnd=None)
    readable = await espo.meeting()
    assert [seen.espo_id for seen in await sweeper.sweep()] == [readable]


async def test_an_idle_company_costs_one_request_a_sweep(espo: Espo, sweeper: Sweeper) -> None:
    await espo.control("requests", method="DELETE")
    await sweeper.sweep()
    assert len(await espo.requests("GET")) == 1


async def test_people_are_read_once_for_all_the_records_that_name_them(espo: Espo, sweeper: Sweeper) -> None:
    for _ in range(5):
        await espo.meeting(usersIds=[espo.anna, espo.boris])
    await espo.control("requests", method="DELETE")
    await sweeper.sweep()
    assert len(await espo.requests("GET", "User/")) == 2


@pytest.mark.scenario("Q-11")
@pytest.mark.parametrize(
    "fault",
    [{"status": 503}, {"status": 500}, {"status": 502, "body": "<html>bad gateway</html>"}, {"drop": "before"}],
    ids=["busy", "failing", "behind a broken proxy", "connection lost"],
)
async def test_while_espocrm_is_down_a_sweep_is_deferred(
    espo: Espo, connector: Connector, sweeper: Sweeper, bus: Bus, fault: dict[str, object]
) -> None:
    await espo.fault("GET", "/Meeting", **fault)
    bus.clear()
    await connector.looks.carry_out(look(sweeper.cursor))
    assert bus.one(LookDeferred).until == NOON + timedelta(seconds=5)


async def test_in_maintenance_a_sweep_is_deferred(espo: Espo, connector: Connector, sweeper: Sweeper, bus: Bus) -> None:
    await espo.control("maintenance", {"on": True})
    bus.clear()
    await connector.looks.carry_out(look(sweeper.cursor))
    assert bus.one(LookDeferred).reason == "EspoCRM is in maintenance mode"


async def test_after_a_login_throttle_espocrm_is_left_alone_for_a_minute(
    espo: Espo, connector: Connector, sweeper: Sweeper, bus: Bus
) -> None:
    await espo.fault("GET", "/Meeting", status=403)
    bus.clear()
    await connector.looks.carry_out(look(sweeper.cursor))
    await espo.control("requests", method="DELETE")
    await connector.looks.carry_out(look(sweeper.cursor))
    first, second = bus.of(LookDeferred)
    assert (first.until, second.until) == (NOON + timedelta(seconds=60), NOON + timedelta(seconds=60))
    assert await espo.requests("GET") == []
    espo.clock.advance(61)
    await connector.looks.carry_out(look(sweeper.cursor))
    assert bus.of(CursorAdvanced)


async def test_a_refused_key_refuses_the_look_in_words(
    espo: Espo, connector: Connector, sweeper: Sweeper, bus: Bus
) -> None:
    await espo.fault("GET", "/Meeting", status=401)
    bus.clear()
    await connector.looks.carry_out(look(sweeper.cursor))
    assert bus.one(LookRefused).reason == "EspoCRM does not accept the API key"


async def test_an_entity_type_that_is_not_there_refuses_the_look(connector: Connector, bus: Bus) -> None:
    await connector.looks.carry_out(look(entity="CNothing"))
    assert "CNothing" in bus.one(LookRefused).reason


async def test_an_entity_type_that_the_administrator_has_just_made_is_found(
    espo: Espo, connector: Connector, bus: Bus
) -> None:
    await espo.fault("GET", "/Metadata", status=200, body='{"Meeting": {"entity": true}}')
    await connector.looks.carry_out(look(entity="CVisit"))
    assert bus.one(CursorAdvanced).feed == "espo/CVisit"


async def test_once_espocrm_has_answered_again_the_next_failure_is_a_first_one(
    espo: Espo, connector: Connector, sweeper: Sweeper, bus: Bus
) -> None:
    for _ in range(3):
        await espo.fault("GET", "/Meeting", status=503)
        bus.clear()
        await connector.looks.carry_out(look(sweeper.cursor))
        assert bus.one(LookDeferred).until == espo.now() + timedelta(seconds=5)
        espo.clock.advance(6)
        await sweeper.sweep()


async def test_a_cursor_that_is_not_ours_is_lost(connector: Connector, bus: Bus) -> None:
    await connector.looks.carry_out(look("deltaToken=x"))
    assert bus.one(CursorLost).feed == "espo/Meeting"
