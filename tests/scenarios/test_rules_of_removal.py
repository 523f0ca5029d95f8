"""M22 to M26, M30, M32: what is removed where, who owns it afterwards, and what is held, through all services."""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

import pytest

from support.conflict_table import Row, rows
from support.newcomers import connects, not_connected, syncs
from support.striking import ALWAYS, struck
from support.whole import Whole, told_apart
from tandem.people.cast import Colleague

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

FEW = 5
"""So many removals the brake lets through of a small calendar."""


async def gone_from_outlook(whole: Whole, who: Colleague, title: str) -> bool:
    async def no_event() -> bool | None:
        return not await whole.in_outlook(who, title) or None

    return await whole.eventually(no_event)


async def gone_from_espo(whole: Whole, who: Colleague, *titles: str) -> bool:
    async def no_record() -> bool | None:
        return not {*titles} & {*await whole.titles_in_espo(who)} or None

    return await whole.eventually(no_record)


async def born_in_espo(whole: Whole, who: Colleague) -> tuple[str, str, str]:
    """Title, record and event of something that was planned in EspoCRM."""
    title = told_apart("Espo-born")
    record = await whole.plans_in_espo(who, title)
    return title, record, (await whole.one_in_outlook(who, title))["id"]


async def born_in_outlook(whole: Whole, who: Colleague) -> tuple[str, str, str]:
    """Title, record and event of something that was planned in Outlook."""
    title = told_apart("Outlook-born")
    event = await whole.plans_in_outlook(who, title)
    return title, (await whole.one_in_espo(who, title))["id"], event


async def gives(whole: Whole, who: Colleague, record: str, to: Colleague) -> None:
    """Have somebody give a record to a colleague, and take part no more."""
    new = whole.id_of(to)
    await whole.espo(who, "PUT", f"Meeting/{record}", {"assignedUserId": new, "usersIds": [new]})


async def tells(whole: Whole, event: str) -> dict[str, Any]:
    (story,) = (await whole.reconciler.why(event))["stories"]
    link: dict[str, Any] = story["link"]
    return link


@pytest.mark.rule("M23")
async def test_what_was_born_in_espocrm_stays_there_when_it_is_removed_in_outlook_and_says_so(whole: Whole) -> None:
    dora = await syncs(whole)
    title, record, event = await born_in_espo(whole, dora)

    await whole.outlook(dora, "DELETE", f"events/{event}")

    async def detached() -> bool | None:
        return (await tells(whole, record))["state"] == "detached" or None

    assert await whole.eventually(detached)
    await whole.espo(dora, "PUT", f"Meeting/{record}", {"description": "Still wanted"})
    await whole.rest()
    assert [row["id"] for row in await whole.in_espo(dora, title)] == [record]
    assert await whole.in_outlook(dora, title) == []


@pytest.mark.rule("M24")
async def test_what_was_born_in_outlook_leaves_espocrm_once_a_read_confirms_that_it_is_gone(whole: Whole) -> None:
    dora = await syncs(whole)
    title, _, event = await born_in_outlook(whole, dora)

    async def read_with(status: int) -> bool | None:
        asked = await whole.control_graph("GET", "requests")
        reads = [one["status"] for one in asked if one["method"] == "GET" and event in unquote(one["path"])]
        return status in reads or None

    async with struck(whole, graph=[{"method": "GET", "path": re.escape(quote(event)), "status": 503}], times=ALWAYS):
        await whole.outlook(dora, "DELETE", f"events/{event}")
        await whole.eventually(lambda: read_with(HTTPStatus.SERVICE_UNAVAILABLE))
        flag = told_apart("Flag")
        await whole.plans_in_outlook(dora, flag)
        await whole.eventually(lambda: whole.any_in_espo(dora, flag))
        assert len(await whole.in_espo(dora, title)) == 1

    assert await gone_from_espo(whole, dora, title)
    assert await read_with(HTTPStatus.NOT_FOUND)


@pytest.mark.rule("M25")
async def test_what_was_born_in_espocrm_leaves_outlook_with_its_record(whole: Whole) -> None:
    dora = await syncs(whole)
    title, record, _ = await born_in_espo(whole, dora)

    await whole.espo(dora, "DELETE", f"Meeting/{record}")

    assert await gone_from_outlook(whole, dora, title)


@pytest.mark.rule("M26")
@pytest.mark.parametrize("remove", [True, False], ids=["with the parameter", "without"])
async def test_what_was_born_in_outlook_leaves_it_with_its_record_if_the_parameter_says_so(
    whole: Whole, remove: bool
) -> None:
    dora = await syncs(whole, remove_in_outlook=remove)
    title, record, event = await born_in_outlook(whole, dora)

    await whole.espo(dora, "DELETE", f"Meeting/{record}")

    if remove:
        assert await gone_from_outlook(whole, dora, title)
        return

    async def detached() -> bool | None:
        return (await tells(whole, event))["state"] == "detached" or None

    assert await whole.eventually(detached)
    await whole.outlook(dora, "PATCH", f"events/{event}", {"location": {"displayName": "Elsewhere"}})
    await whole.rest()
    assert len(await whole.in_outlook(dora, title)) == 1
    assert await whole.in_espo(dora, title) == []


@pytest.mark.rule("M22")
async def test_a_record_that_is_given_to_a_colleague_moves_to_that_ones_calendar(whole: Whole) -> None:
    dora, eric = await syncs(whole), await syncs(whole)
    title, record, _ = await born_in_espo(whole, dora)

    await gives(whole, dora, record, eric)

    await whole.one_in_outlook(eric, title)
    assert await gone_from_outlook(whole, dora, title)
    assert len(await whole.in_outlook(eric, title)) == 1
    assert [row["id"] for row in await whole.in_espo(eric, title)] == [record]


@pytest.mark.rule("M22")
@pytest.mark.scenario("E-01", "G-02")
async def test_a_record_that_is_given_to_somebody_who_does_not_sync_is_in_no_calendar_and_says_why(
    whole: Whole,
) -> None:
    dora, eric = await syncs(whole), await not_connected(whole)
    title, record, _ = await born_in_espo(whole, dora)

    await gives(whole, dora, record, eric)

    assert await gone_from_outlook(whole, dora, title)
    await whole.rest()
    told = await whole.reconciler.why(record)
    assert [skip["reason"] for skip in told["skips"]] == ["its new owner does not sync"]
    assert [row["id"] for row in await whole.in_espo(eric, title)] == [record]

    await connects(whole, eric)
    await whole.one_in_outlook(eric, title)
    assert await whole.in_outlook(dora, title) == []


@pytest.mark.rule("M22")
@pytest.mark.scenario("G-04")
@pytest.mark.parametrize(
    ("service", "during"),
    [
        ("espo_connector", None),
        ("reconciler", None),
        ("outlook_connector", "DELETE"),
        ("reconciler", "DELETE"),
        ("outlook_connector", "POST"),
        ("reconciler", "POST"),
    ],
    ids=lambda word: word or "before it is noticed",
)
async def test_a_move_that_a_crash_interrupts_at_any_step_ends_in_one_calendar(
    whole: Whole, service: str, during: str | None
) -> None:
    dora, eric = await syncs(whole), await syncs(whole)
    title, record, _ = await born_in_espo(whole, dora)
    await whole.control_graph("DELETE", "requests")

    async def under_way() -> bool | None:
        asked = await whole.control_graph("GET", "requests")
        return during in [one["method"] for one in asked if "/events" in one["path"]] or None

    supervisor = whole.system.supervisor
    slow = [{"method": during, "path": "/events", "delay_ms": 1500}] if during else []
    async with struck(whole, graph=slow):
        if during:
            await gives(whole, dora, record, eric)
            await whole.eventually(under_way)
            program = await supervisor.kill(service)
        else:
            program = await supervisor.kill(service)
            await gives(whole, dora, record, eric)
        await supervisor.start(program)
        await whole.one_in_outlook(eric, title)

    assert await gone_from_outlook(whole, dora, title)
    await whole.rest()
    assert len(await whole.in_outlook(eric, title)) == 1
    assert [row["id"] for row in await whole.in_espo(eric, title)] == [record]


@pytest.mark.rule("M22", "M30")
async def test_what_the_old_owner_edits_in_outlook_as_the_record_is_given_away_is_kept_and_can_be_restored(
    whole: Whole,
) -> None:
    dora, eric = await syncs(whole), await syncs(whole)
    title, record, event = await born_in_espo(whole, dora)
    edited = told_apart("Edited at the last moment")
    await whole.control_graph("DELETE", "requests")

    async def look_refused() -> bool | None:
        asked = await whole.control_graph("GET", "requests")
        looks = [one["status"] for one in asked if dora.address in unquote(one["path"]) and "/delta" in one["path"]]
        return HTTPStatus.SERVICE_UNAVAILABLE in looks or None

    # Graph tells of nothing new, so that nobody has heard of the edit when the event is to leave.
    async with struck(whole, graph=[{"method": "GET", "path": "/delta", "status": 503}], times=ALWAYS):
        await whole.plans_in_outlook(dora, told_apart("Not told of"))
        # Of looks there is one at a time: none is left that had begun before, and would hear of the edit.
        await whole.eventually(look_refused)
        await whole.outlook(dora, "PATCH", f"events/{event}", {"subject": edited})
        await gives(whole, dora, record, eric)
        await whole.one_in_outlook(eric, title)
        assert await gone_from_outlook(whole, dora, edited)

    async def kept() -> dict[str, Any] | None:
        stories = (await whole.reconciler.why(event))["stories"]
        return next((entry for story in stories for entry in story["journal"] if "title" in entry["lost"]), None)

    await whole.reconciler.restore((await whole.eventually(kept))["id"])

    assert [row["id"] for row in [await whole.one_in_espo(eric, edited)]] == [record]
    await whole.one_in_outlook(eric, edited)
    await whole.rest()
    assert await whole.in_outlook(dora, edited) == await whole.in_outlook(eric, title) == []


EDITED_AND_REMOVED = [
    row
    for row in rows()
    if row.direction == "both"
    and {row.outlook, row.espo} == {"edited", "removed"}
    and row.setting in {"", "remove in Outlook"}
]
"""Of the manual's table, the cells in which one side was edited and the other removed."""


@pytest.mark.rule("M30")
@pytest.mark.parametrize("row", EDITED_AND_REMOVED, ids=lambda row: " · ".join(filter(None, row.situation)))
async def test_an_edit_against_a_removal_ends_as_the_manual_says(whole: Whole, row: Row) -> None:
    dora = await syncs(whole, remove_in_outlook=row.setting == "remove in Outlook")
    title, record, event = await (born_in_espo if row.born == "EspoCRM" else born_in_outlook)(whole, dora)
    edited = told_apart("Edited meanwhile")

    async def on_its_way() -> bool | None:
        return (await tells(whole, record))["state"] == "pending" or None

    # What is edited cannot cross until the other side is removed, so that both are known when it is decided.
    out_of_reach = [{"path": re.escape(quote(event)), "status": 503}, {"path": record, "status": 503}]
    in_outlook, in_espo = (out_of_reach[:1], []) if row.outlook == "removed" else ([], out_of_reach[1:])
    async with struck(whole, in_outlook, in_espo, times=ALWAYS):
        if row.outlook == "removed":
            await whole.espo(dora, "PUT", f"Meeting/{record}", {"name": edited})
            await whole.eventually(on_its_way)
            await whole.outlook(dora, "DELETE", f"events/{event}")
        else:
            await whole.outlook(dora, "PATCH", f"events/{event}", {"subject": edited})
            await whole.eventually(on_its_way)
            await whole.espo(dora, "DELETE", f"Meeting/{record}")

    async def decided() -> dict[str, Any] | None:
        (story,) = (await whole.reconciler.why(record))["stories"]
        return dict(story) if story["link"]["state"] in {"detached", "ended"} else None

    told = await whole.eventually(decided)
    left = {"Outlook": await whole.in_outlook(dora, edited), "EspoCRM": await whole.in_espo(dora, edited)}
    lives = {side: len(left[side]) for side in left}
    lost = [field for entry in told["journal"] for field in entry["lost"]]
    if row.done == "nothing":
        there = "EspoCRM" if row.outlook == "removed" else "Outlook"
        assert lives == {"EspoCRM": 0, "Outlook": 0} | {there: 1}
        assert lost == []
    else:
        assert row.done in {f"remove from {side}, keep the other value" for side in left}
        assert lives == {"EspoCRM": 0, "Outlook": 0}
        assert lost == ["title"]
    assert await whole.in_outlook(dora, title) == await whole.in_espo(dora, title) == []


async def many_are_removed(whole: Whole, who: Colleague) -> list[tuple[str, str, str]]:
    """More than the brake lets through; gives those that are held, as title, record and event."""
    planned = [await born_in_outlook(whole, who) for _ in range(FEW + 2)]
    for _, _, event in planned:
        await whole.outlook(who, "DELETE", f"events/{event}")

    async def held() -> int | None:
        counted = {row["account"]: row["held"] for row in await whole.reconciler.held()}
        return counted.get(whole.id_of(who)) if counted.get(whole.id_of(who)) == len(planned) - FEW else None

    await whole.eventually(held)
    await whole.rest()
    left = {*await whole.titles_in_espo(who)}
    return [one for one in planned if one[0] in left]


@pytest.mark.rule("M32")
async def test_many_removals_at_once_are_held_until_somebody_approves_them(whole: Whole) -> None:
    dora = await syncs(whole)
    left = await many_are_removed(whole, dora)
    assert len(left) == 2

    assert await whole.reconciler.release(whole.id_of(dora), "approved") == 2
    assert await gone_from_espo(whole, dora, *(title for title, _, _ in left))


@pytest.mark.rule("M32")
async def test_held_removals_that_somebody_refuses_are_not_carried_out_and_say_so(whole: Whole) -> None:
    dora = await syncs(whole)
    left = await many_are_removed(whole, dora)

    assert await whole.reconciler.release(whole.id_of(dora), "refused") == 2
    await whole.rest()

    for title, record, _ in left:
        assert [row["id"] for row in await whole.in_espo(dora, title)] == [record]
        told = await tells(whole, record)
        assert (told["state"], told["removal"]) == ("detached", "refused")
        assert "refused by hand" in told["reason"]
    assert whole.id_of(dora) not in [row["account"] for row in await whole.reconciler.held()]
