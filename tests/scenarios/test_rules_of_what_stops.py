"""M35: what stops says so, and is caught up with once it is mended, through all services.

Lost consent is told of in `test_connected_by_consent`; what an administrator is alerted to, in `tests/observability`.
"""

import re
from typing import Any
from urllib.parse import quote, unquote

import pytest

from support.newcomers import syncs
from support.striking import ALWAYS, struck
from support.whole import Whole, told_apart
from tandem.people.cast import Colleague

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def feed_of(whole: Whole, who: Colleague) -> dict[str, Any]:
    """How the reading of somebody's calendar stands, as the operator is told."""
    account = await whole.reconciler.account(whole.id_of(who))
    (feed,) = (feed for feed in account["feeds"] if feed["kind"] == "calendar")
    return dict(feed)


@pytest.mark.rule("M35")
async def test_a_subscription_that_died_is_made_anew_and_what_nobody_notified_of_is_read(whole: Whole) -> None:
    dora = await syncs(whole)

    async def subscription() -> str | None:
        kept = (await whole.control_graph("GET", "state"))["subscriptions"]
        return next((str(one["id"]) for one in kept if dora.address in unquote(one["resource"])), None)

    async def another() -> bool | None:
        return await subscription() not in {None, dead} or None

    dead = await whole.eventually(subscription)
    await whole.control_graph("POST", "notifications", {"lose": 1})
    title = told_apart("Nobody notified")
    await whole.plans_in_outlook(dora, title)
    await whole.control_graph("POST", f"subscriptions/{dead}/remove", {"lifecycle": True})

    await whole.one_in_espo(dora, title)
    await whole.eventually(another)
    later = told_apart("Notified again")
    await whole.plans_in_outlook(dora, later)
    await whole.one_in_espo(dora, later)


@pytest.mark.rule("M35")
async def test_a_mailbox_that_cannot_be_read_says_so_and_is_caught_up_with(whole: Whole) -> None:
    dora = await syncs(whole)
    title = told_apart("Meanwhile")

    async def in_trouble() -> str | None:
        return (await feed_of(whole, dora))["reason"] or None

    async with struck(whole, graph=[{"path": re.escape(quote(dora.address)), "status": 503}], times=ALWAYS):
        await whole.plans_in_outlook(dora, title)
        assert "503" in await whole.eventually(in_trouble)
        assert await whole.in_espo(dora, title) == []

    await whole.one_in_espo(dora, title)
    assert (await feed_of(whole, dora))["reason"] == ""
