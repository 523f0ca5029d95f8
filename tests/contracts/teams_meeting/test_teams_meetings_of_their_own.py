"""Meetings that are on no calendar: made once for each record, moved with their link, removed."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.events import AllDay
from contracts.outcomes import Deferred, MeetingReady, Refused, Vanished
from sandbox.graph.config import ANN as ANN_LEE
from sandbox.graph.config import Config
from support.outlook import Bus, Person, Simulator, timed
from support.teams_requests import RECORD, after, creation, move, removal
from teams_meeting.meetings import NO_SUCH_USER
from teams_meeting.writes import Writes

CREATE = r"/onlineMeetings/createOrGet"


async def found(ann: Person, join_url: str) -> dict[str, Any]:
    query = {"$filter": f"JoinWebUrl eq '{join_url}'"}
    answer = await ann.http.get(f"/v1.0/users/{ann.mailbox}/onlineMeetings", params=query)
    [meeting] = answer.raise_for_status().json()["value"]
    return dict(meeting)


async def made(writes: Writes, bus: Bus, **other: Any) -> MeetingReady:
    await writes.carry_out(creation(**other))
    ready = bus.messages[-1]
    assert isinstance(ready, MeetingReady)
    return ready


async def test_a_meeting_is_made_for_a_record_and_its_link_answered(writes: Writes, bus: Bus, ann: Person) -> None:
    ready = await made(writes, bus)

    meeting = await found(ann, ready.join_url)
    assert (meeting["id"], meeting["externalId"], meeting["subject"]) == (ready.meeting_id, RECORD, "Demo")
    assert (meeting["startDateTime"], meeting["endDateTime"]) == (after(0), after(1))
    assert await ann.lists() == []


async def test_asked_twice_it_is_made_once(writes: Writes, bus: Bus) -> None:
    assert (await made(writes, bus)).meeting_id == (await made(writes, bus)).meeting_id


async def test_each_record_has_a_meeting_of_its_own(writes: Writes, bus: Bus) -> None:
    assert (await made(writes, bus)).meeting_id != (await made(writes, bus, external_id="another")).meeting_id


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_a_lost_answer_is_settled_by_asking_again(
    writes: Writes, bus: Bus, simulator: Simulator, ann: Person, drop: str
) -> None:
    await simulator.fault(method="POST", path=CREATE, drop=drop)
    await writes.carry_out(creation())
    assert len(bus.of(Deferred)) == 1

    ready = await made(writes, bus)

    assert (await found(ann, ready.join_url))["externalId"] == RECORD


async def test_one_that_was_made_before_is_brought_up_to_date(writes: Writes, bus: Bus, ann: Person) -> None:
    first = await made(writes, bus)

    second = await made(writes, bus, title="Demo II", span=timed(5))

    assert second.join_url == first.join_url
    meeting = await found(ann, second.join_url)
    assert (meeting["subject"], meeting["startDateTime"], meeting["endDateTime"]) == ("Demo II", after(5), after(6))


@pytest.mark.scenario("V-03")
async def test_a_meeting_that_is_moved_keeps_its_link(writes: Writes, bus: Bus, ann: Person) -> None:
    ready = await made(writes, bus)

    await writes.carry_out(move(ready.meeting_id or "", 24))

    assert bus.of(MeetingReady)[-1].join_url == ready.join_url
    meeting = await found(ann, ready.join_url)
    assert (meeting["startDateTime"], meeting["endDateTime"]) == (after(24), after(25))


async def test_whole_days_last_from_midnight_to_midnight_where_the_owner_is(
    writes: Writes, bus: Bus, ann: Person
) -> None:
    span = AllDay.model_validate({"first": "2026-03-02", "last": "2026-03-03"})

    ready = await made(writes, bus, span=span)

    meeting = await found(ann, ready.join_url)
    assert meeting["startDateTime"] == "2026-03-01T23:00:00.0000000Z"
    assert meeting["endDateTime"] == "2026-03-03T23:00:00.0000000Z"


async def test_a_moment_without_length_becomes_an_hour(writes: Writes, bus: Bus, ann: Person) -> None:
    moment = timed().model_copy(update={"end": timed().start})

    ready = await made(writes, bus, span=moment)

    assert (await found(ann, ready.join_url))["endDateTime"] == after(1)


async def test_a_meeting_that_is_gone_cannot_be_moved(writes: Writes, bus: Bus) -> None:
    await writes.carry_out(move("MSpunheard"))

    assert len(bus.of(Vanished)) == 1


async def test_a_meeting_is_removed_and_what_is_gone_counts_as_removed(writes: Writes, bus: Bus, ann: Person) -> None:
    ready = await made(writes, bus)

    await writes.carry_out(removal(ready.meeting_id or ""))
    await writes.carry_out(removal(ready.meeting_id or ""))

    assert [(one.meeting_id, one.join_url) for one in bus.of(MeetingReady)[1:]] == [(None, ""), (None, "")]
    with pytest.raises(ValueError, match="not enough values"):
        await found(ann, ready.join_url)


@pytest.mark.scenario("V-05")
@pytest.mark.parametrize("config", [Config(people=(replace(ANN_LEE, teams=False),))])
async def test_a_user_without_teams_is_refused_in_words(writes: Writes, bus: Bus) -> None:
    await writes.carry_out(creation())

    assert "no licence for Teams" in bus.of(Refused)[0].reason


async def test_a_user_whom_nobody_knows_is_refused_in_words(writes: Writes, bus: Bus) -> None:
    await writes.carry_out(creation(mailbox="nobody@contoso.test"))

    assert bus.of(Refused)[0].reason == NO_SUCH_USER


async def test_users_go_by_their_object_id_which_is_asked_for_once(
    writes: Writes, bus: Bus, simulator: Simulator
) -> None:
    await made(writes, bus)
    await made(writes, bus, external_id="another")

    [look_up, *creations] = [one["path"] for one in await simulator.requests()]
    assert ANN_LEE.oid not in look_up
    assert creations == [f"/v1.0/users/{ANN_LEE.oid}/onlineMeetings/createOrGet"] * 2


async def test_when_teams_wants_fewer_requests_the_meeting_is_made_later(
    writes: Writes, bus: Bus, simulator: Simulator
) -> None:
    await simulator.fault(method="POST", path=CREATE, status=429, headers={"Retry-After": "30"})

    await writes.carry_out(creation())

    [deferred] = bus.of(Deferred)
    assert 25 < (deferred.until - deferred.finished_at).total_seconds() <= 30


async def test_no_reason_repeats_a_subject_or_an_address(writes: Writes, bus: Bus, simulator: Simulator) -> None:
    body = {"error": {"code": "Forbidden", "message": "ann@contoso.test may not hold Demo"}}
    await simulator.fault(method="POST", path=CREATE, status=403, body=body)

    await writes.carry_out(creation())

    assert "ann@" not in bus.of(Refused)[0].reason
    assert "Demo" not in bus.of(Refused)[0].reason
