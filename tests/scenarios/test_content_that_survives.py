"""Titles, bodies and days that are easily spoilt: after a journey over both sides they are as they were, and it is quiet."""

from datetime import timedelta
from uuid import uuid4

import pytest

from support.whole import START, Whole
from tandem.api import RefusedError
from tandem.people.cast import ANN, BEN, CLEO, Colleague
from tandem.people.stage import Stage
from tandem.smoke.quiet import writes_during

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

QUIET_SECONDS = 4.0
LONGEST_NAME = 255
PIXEL = '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" width="1">'
FORMATTED = f"<p><b>Agenda</b> for <i>Monday</i></p><ul><li>One</li><li>Two</li></ul>{PIXEL}<div>--<br>Ann Lee</div>"


def apart_from_the_start(word: str) -> str:
    """Tests share one running whole; here a title is looked at from its end, so what tells it apart comes first."""
    return f"{uuid4().hex[:12]} {word}"


@pytest.mark.scenario("A-20", "L-08")
@pytest.mark.parametrize(
    "title",
    [
        "🎉 party 👩‍👩‍👧 time",
        "פגישה עם דנה",
        "a\u200bb \u202eodd\u202c",
        "A <-> B = C",
        "tab\there",
        "long " * 47 + "the end",
    ],
    ids=["emoji", "right to left", "invisible", "forbidden", "control", "as long as it may be"],
)
async def test_an_unusual_title_is_quiet_after_one_journey(whole: Whole, on: Stage, title: str) -> None:
    title = apart_from_the_start(title).strip()
    event = await whole.plans_in_outlook(ANN, title)
    await whole.eventually(lambda: known(whole, event))
    await whole.rest()

    stays = (await whole.outlook(ANN, "GET", f"events/{event}"))["subject"]
    assert await writes_during(on, QUIET_SECONDS) == ()
    assert (await whole.outlook(ANN, "GET", f"events/{event}"))["subject"] == stays
    (story,) = (await whole.reconciler.why(event))["stories"]
    record = await whole.espo(ANN, "GET", f"Meeting/{story['link']['espo']['id']}")
    assert record["name"][:6] == title[:6]
    assert len(record["name"]) <= LONGEST_NAME


@pytest.mark.scenario("A-21", "B-15")
async def test_a_formatted_body_is_not_written_back_in_a_poorer_form(whole: Whole) -> None:
    title, renamed = apart_from_the_start("Formatted"), apart_from_the_start("Renamed")
    await whole.plans_in_outlook(ANN, title, body={"contentType": "html", "content": FORMATTED})
    record = await whole.one_in_espo(ANN, title)
    assert "Agenda for Monday" in record["description"]
    before = (await whole.one_in_outlook(ANN, title))["body"]

    await whole.espo(ANN, "PUT", f"Meeting/{record['id']}", {"name": renamed})

    assert (await whole.one_in_outlook(ANN, renamed))["body"] == before
    assert "<li>Two</li>" in before["content"]


@pytest.mark.scenario("H-01", "H-02")
@pytest.mark.parametrize("who", [ANN, BEN, CLEO], ids=["Berlin", "New York", "Kolkata"])
@pytest.mark.parametrize("side", ["EspoCRM", "Outlook"])
async def test_three_days_are_the_same_three_days_on_both_sides(
    whole: Whole, on: Stage, who: Colleague, side: str
) -> None:
    title = apart_from_the_start(f"Fair of {who.name}, from {side}")
    first = START.date()
    last, after = first + timedelta(days=2), first + timedelta(days=3)
    days = {"dateStartDate": first.isoformat(), "dateEndDate": last.isoformat()}
    if side == "EspoCRM":
        await whole.plans_in_espo(who, title, isAllDay=True, dateStart=None, dateEnd=None, **days)
    else:
        zone = "UTC"
        start, end = ({"dateTime": f"{day}T00:00:00", "timeZone": zone} for day in (first, after))
        await whole.plans_in_outlook(who, title, isAllDay=True, start=start, end=end)

    event = await whole.one_in_outlook(who, title)
    record = await whole.one_in_espo(who, title)

    assert {name: record[name] for name in days} == days
    assert (event["isAllDay"], event["start"]["dateTime"][:10], event["end"]["dateTime"][:10]) == (
        True,
        first.isoformat(),
        after.isoformat(),
    )
    assert await writes_during(on, QUIET_SECONDS) == ()


async def known(whole: Whole, event: str) -> bool | None:
    """Whether an event of Outlook has its record."""
    stories = (await whole.reconciler.why(event))["stories"] if await linked(whole, event) else []
    return bool(stories and stories[0]["link"]["espo"]["id"]) or None


async def linked(whole: Whole, event: str) -> bool:
    """Whether anything is known of an event."""
    try:
        await whole.reconciler.why(event)
    except RefusedError:
        return False
    return True
