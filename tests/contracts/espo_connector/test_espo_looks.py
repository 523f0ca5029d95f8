"""What looks at one owner's records, and at single records, tell."""

from datetime import date
from uuid import uuid4

import pytest

from bus.errors import Permanent
from contracts.changes import (
    CursorAdvanced,
    EspoGone,
    EspoSeen,
    EspoSkipped,
    LookDeferred,
    LookRefused,
    RecordsLookDeferred,
)
from contracts.looks import LookAtOwner, LookAtRecords
from espo_connector.main import Connector
from support.espo import NOON, Bus, Espo


def owner_look(account: str, cursor: str | None = None, since: date = date(2026, 12, 1)) -> LookAtOwner:
    feed = f"espo/Meeting/{account}"
    return LookAtOwner(feed=feed, look_id=uuid4(), account=account, entity="Meeting", since=since, cursor=cursor)


async def told(connector: Connector, bus: Bus, look: LookAtOwner) -> set[str]:
    bus.clear()
    await connector.looks.carry_out(look)
    return {seen.espo_id for seen in bus.of(EspoSeen)}


async def test_only_the_owners_own_records_are_told(espo: Espo, connector: Connector, bus: Bus) -> None:
    annas = await espo.meeting()
    await espo.meeting(assignedUserId=espo.boris, usersIds=[espo.anna, espo.boris])
    assert await told(connector, bus, owner_look(espo.anna)) == {annas}


async def test_that_a_look_is_over_is_told_behind_what_it_told(espo: Espo, connector: Connector, bus: Bus) -> None:
    await espo.meeting()
    await told(connector, bus, owner_look(espo.anna))
    assert [(key, type(message)) for _, key, message in bus.published] == [
        (espo.anna, EspoSeen),
        (espo.anna, CursorAdvanced),
    ]


async def test_while_the_api_key_is_refused_an_owner_does_not_count_as_read(
    espo: Espo, connector: Connector, bus: Bus
) -> None:
    await espo.fault("GET", "/Meeting", status=401)
    await told(connector, bus, owner_look(espo.anna))
    assert bus.one(LookDeferred).reason == "EspoCRM does not accept the API key"


@pytest.mark.scenario("A-14", "Z-12")
async def test_what_ended_a_day_before_the_first_one_is_not_told_and_in_some_zone_the_rest_may_count(
    espo: Espo, connector: Connector, bus: Bus
) -> None:
    await espo.meeting(dateStart="2026-11-29 21:00:00", dateEnd="2026-11-29 22:59:59")
    first_day_in_auckland = await espo.meeting(dateStart="2026-11-30 10:00:00", dateEnd="2026-11-30 11:30:00")
    assert await told(connector, bus, owner_look(espo.anna)) == {first_day_in_auckland}


async def test_a_record_without_an_end_is_judged_by_its_start(espo: Espo, connector: Connector, bus: Bus) -> None:
    endless = await espo.meeting(dateEnd=None)
    await espo.meeting(dateStart="2026-11-20 09:00:00", dateEnd=None)
    assert await told(connector, bus, owner_look(espo.anna)) == {endless}


async def test_many_records_are_told_page_by_page_and_a_later_look_starts_afresh(
    espo: Espo, connector: Connector, bus: Bus
) -> None:
    made = {await espo.meeting() for _ in range(203)}
    assert await told(connector, bus, owner_look(espo.anna)) == made
    answers = bus.of(CursorAdvanced)
    assert [(answer.changes, answer.more) for answer in answers] == [(200, True), (3, False)]
    assert len(await told(connector, bus, owner_look(espo.anna, answers[0].cursor))) == 3
    assert await told(connector, bus, owner_look(espo.anna, answers[1].cursor)) == made


async def test_an_owner_without_records_is_answered_all_the_same(espo: Espo, connector: Connector, bus: Bus) -> None:
    assert await told(connector, bus, owner_look(espo.boris)) == set()
    assert bus.one(CursorAdvanced).changes == 0


async def test_while_espocrm_is_down_a_look_at_an_owner_is_deferred(espo: Espo, connector: Connector, bus: Bus) -> None:
    await espo.fault("GET", "/Meeting", status=503)
    await connector.looks.carry_out(owner_look(espo.anna))
    assert bus.one(LookDeferred).feed == f"espo/Meeting/{espo.anna}"


async def test_a_removed_record_is_gone_once_its_own_read_says_so(espo: Espo, connector: Connector, bus: Bus) -> None:
    there, removed = await espo.meeting(), await espo.meeting()
    await espo.ask("DELETE", f"Meeting/{removed}")
    await connector.looks.carry_out(LookAtRecords(entity="Meeting", espo_ids=(there, removed)))
    assert bus.one(EspoSeen).espo_id == there
    assert bus.one(EspoGone) == EspoGone(entity="Meeting", espo_id=removed, confirmed=True, read_at=NOON)


async def test_a_record_that_is_denied_to_us_is_not_gone(espo: Espo, connector: Connector, bus: Bus) -> None:
    removed = await espo.meeting()
    await espo.ask("DELETE", f"Meeting/{removed}")
    await espo.fault("GET", f"/Meeting/{removed}", status=403, headers={"X-Status-Reason": "No 'read' access."})
    await connector.looks.carry_out(LookAtRecords(entity="Meeting", espo_ids=(removed,)))
    assert bus.published == []


async def test_more_records_than_one_request_line_bears_are_all_read(
    espo: Espo, connector: Connector, bus: Bus
) -> None:
    made = [await espo.meeting() for _ in range(120)]
    await connector.looks.carry_out(LookAtRecords(entity="Meeting", espo_ids=tuple(made)))
    assert {seen.espo_id for seen in bus.of(EspoSeen)} == set(made)


@pytest.mark.parametrize("status", [503, 401], ids=["down", "our key refused"])
async def test_records_that_cannot_be_read_now_are_put_off_under_their_owner(
    espo: Espo, connector: Connector, bus: Bus, status: int
) -> None:
    await espo.fault("GET", "/Meeting", status=status)
    await connector.looks.carry_out(LookAtRecords(account=espo.anna, entity="Meeting", espo_ids=("m1",)))
    deferred = bus.one(RecordsLookDeferred)
    assert (deferred.account, deferred.entity, deferred.espo_ids) == (espo.anna, "Meeting", ("m1",))
    assert deferred.until > NOON
    assert [key for _, key, _ in bus.published] == [espo.anna]


async def test_records_that_are_put_off_hold_up_no_look_behind_them(espo: Espo, connector: Connector, bus: Bus) -> None:
    meeting = await espo.meeting()
    await espo.fault("GET", "/Meeting", status=503)
    for _ in range(2):
        await connector.looks.carry_out(LookAtRecords(entity="Meeting", espo_ids=(meeting,)))
    assert [type(message) for _, _, message in bus.published] == [RecordsLookDeferred, EspoSeen]


async def test_a_record_without_a_start_is_told_as_skipped_and_its_neighbour_as_it_stands(
    espo: Espo, connector: Connector, bus: Bus
) -> None:
    # Whole days without the mark of a whole day are stored with no time at all (observed on 10.0.0).
    timeless = await espo.meeting(dateStartDate="2026-12-10", dateEndDate="2026-12-10", dateStart=None, dateEnd=None)
    other = await espo.meeting()
    await connector.looks.carry_out(LookAtRecords(entity="Meeting", espo_ids=(timeless, other)))
    skipped = bus.one(EspoSkipped)
    assert (skipped.account, skipped.entity, skipped.espo_id) == (espo.anna, "Meeting", timeless)
    assert skipped.reason == "no_start"
    assert bus.one(EspoSeen).espo_id == other


async def test_records_of_a_type_that_is_not_there_cannot_be_asked_for(connector: Connector) -> None:
    with pytest.raises(Permanent, match="CNothing"):
        await connector.looks.carry_out(LookAtRecords(entity="CNothing", espo_ids=("m1",)))


async def test_a_reply_that_left_no_trace_in_modified_at_is_told(espo: Espo, connector: Connector, bus: Bus) -> None:
    espo_id = await espo.meeting(usersIds=[espo.anna, espo.boris])
    await espo.ask("POST", "Meeting/action/setAcceptanceStatus", {"id": espo_id, "status": "Declined"}, user="boris")
    await connector.looks.carry_out(LookAtRecords(entity="Meeting", espo_ids=(espo_id,)))
    people = bus.one(EspoSeen).event.people
    assert people is not None
    assert [person.reply for person in people] == ["declined"]


async def test_a_type_whose_records_several_users_own_is_refused_in_words(
    espo: Espo, connector: Connector, bus: Bus
) -> None:
    let_the_scopes_through = {"method": "GET", "path": "/Metadata", "times": 1}
    fields = {"dateStart": {"type": "datetimeOptional"}, "assignedUsers": {"type": "linkMultiple"}}
    with_several = {"method": "GET", "path": "/Metadata", "times": 9, "status": 200, "body": fields}
    await espo.control("faults", [let_the_scopes_through, with_several])
    await connector.looks.carry_out(owner_look(espo.anna))
    assert "Multiple Assigned Users" in bus.one(LookRefused).reason
