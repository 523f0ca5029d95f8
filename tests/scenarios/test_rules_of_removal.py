"""M22 to M26, M30, M32: what is removed where, who owns it afterwards, and what is held, through all services."""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

import pytest

from support.conflict_table import Row, rows
from support.newcomers import syncs
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

    await whole.espo(
        dora, "PUT", f"Meeting/{record}", {"assignedUserId": whole.id_of(eric), "usersIds": [whole.id_of(eric)]}
    )

    await whole.one_in_outlook(eric, title)
    assert await gone_from_outlook(whole, dora, title)
    assert len(await whole.in_outlook(eric, title)) == 1
    assert [row["id"] for row in await whole.in_espo(eric, title)] == [record]


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


@pytest.mark.rule("M32")
async def test_many_removals_at_once_are_held_until_somebody_approves_them(whole: Whole) -> None:
    dora = await syncs(whole)
    planned = [await born_in_outlook(whole, dora) for _ in range(FEW + 2)]

    for _, _, event in planned:
        await whole.outlook(dora, "DELETE", f"events/{event}")

    async def held() -> int | None:
        counted = {row["account"]: row["held"] for row in await whole.reconciler.held()}
        return counted.get(whole.id_of(dora))

    assert await whole.eventually(held) == 2
    await whole.rest()
    left = {title for title, _, _ in planned} & {*await whole.titles_in_espo(dora)}
    assert len(left) == 2

    assert await whole.reconciler.release(whole.id_of(dora), "approved") == 2
    assert await gone_from_espo(whole, dora, *left)
