"""Series and private events stay in Outlook, say why when asked, and hold nothing else up (M17, M18)."""

from typing import Any
from uuid import uuid4

import pytest

from support.whole import START, Whole
from tandem.people.cast import ANN

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": [f"{START:%A}".lower()], "firstDayOfWeek": "monday"},
    "range": {"type": "numbered", "startDate": f"{START:%Y-%m-%d}", "numberOfOccurrences": 5},
}


@pytest.mark.rule("M17", "M18", "M34")
@pytest.mark.scenario("R-47", "P-01", "X-02")
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ({"recurrence": WEEKLY}, "recurring events are not synced"),
        ({"sensitivity": "private"}, "private events are not synced"),
    ],
    ids=["series", "private"],
)
async def test_what_is_not_synced_stays_in_outlook_and_says_why(
    whole: Whole, kind: dict[str, Any], reason: str
) -> None:
    mark = uuid4().hex[:12]
    kept = await whole.plans_in_outlook(ANN, f"Kept {mark}", **kind)
    await whole.plans_in_outlook(ANN, f"Planned afterwards {mark}")
    await whole.one_in_espo(ANN, f"Planned afterwards {mark}")

    assert await whole.in_espo(ANN, f"Kept {mark}") == []
    told = await whole.reconciler.why(kept)
    assert (told["stories"], [skip["reason"] for skip in told["skips"]]) == ([], [reason])
