"""A company moves over with the same meetings on both sides: after the first sync each is there once, and nobody was mailed."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from contracts.events import Timed
from tandem.api import Reconciler
from tandem.local.system import System
from tandem.people.cast import BEN, DANA
from tandem.people.entries import Entry, Side
from tandem.people.stage import Stage
from tandem.smoke.quiet import settled

pytestmark = [pytest.mark.system, pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

PATIENCE = 60.0
DAY = datetime.now(UTC).replace(hour=7, minute=0, second=0, microsecond=0) + timedelta(days=20)


def hour(title: str, at: int) -> Entry:
    span = Timed(start=DAY + timedelta(hours=at), end=DAY + timedelta(hours=at + 1))
    return Entry(title=title, span=span, people=frozenset((DANA.address,)))


@pytest.mark.rule("M31")
@pytest.mark.scenario("M-18")
async def test_what_is_on_both_sides_before_the_first_sync_stays_one(
    system: System, on: Stage, reconciler: Reconciler
) -> None:
    ben = system.directory[BEN.address].id
    (account,) = [one for one in await reconciler.accounts() if one["id"] == ben]
    await reconciler.disconnect(ben)
    both, here, there = [hour(f"Weekly {number}", number) for number in range(4)], hour("Here", 5), hour("There", 6)
    for entry in (*both, here):
        await on.calendars[Side.ESPO, BEN].create(entry)
    for entry in (*both, there):
        await on.calendars[Side.OUTLOOK, BEN].create(entry)
    graph = system.addresses.graph.url
    async with httpx.AsyncClient() as http:
        mailed_before = len((await http.get(f"{graph}/_control/outbox")).json())
        wish = {name: account[name] for name in ("name", "mailbox", "zone", "addresses")}
        await reconciler.connect(ben, {**wish, "confirm": True, "settings": account["rules"]})
        assert await settled(reconciler, PATIENCE) == ()
        shown = await reconciler.preview(ben)
        assert (shown["phase"], shown["matched"]) == ("waiting", 4)
        assert (shown["to_outlook"], shown["to_espo"], shown["invitations"]) == (1, 1, 1)
        await reconciler.begin(ben)
        assert await settled(reconciler, PATIENCE) == ()
        mailed = len((await http.get(f"{graph}/_control/outbox")).json()) - mailed_before

    titles = {entry.title for entry in (*both, here, there)}
    for side in Side:
        entries = (await on.calendars[side, BEN].entries()).values()
        found = Counter(entry.title for entry in entries if entry.title in titles)
        assert found == Counter(titles)
    assert mailed == 1
