"""Both calendars of a person compared, and people who go on working while an operator is at it."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from support.whole import Whole
from tandem.people.cast import Colleague
from tandem.polling import until

_PATIENCE = 180.0
_PAUSE = 1.0


async def titles_in_outlook(whole: Whole, who: Colleague) -> Counter[str]:
    """How often each title is in a mailbox."""
    return Counter(event["subject"] for event in (await whole.outlook(who, "GET", "events?$top=500"))["value"])


async def titles_in_espo(whole: Whole, who: Colleague) -> Counter[str]:
    """How often each title is among somebody's own meetings."""
    rows = (await whole.espo(who, "GET", "Meeting?maxSize=200"))["list"]
    return Counter(row["name"] for row in rows if row["assignedUserId"] == whole.id_of(who))


async def are_alike(whole: Whole, who: Colleague) -> Counter[str]:
    """Wait until both calendars of a person have the same titles; gives them. Raises AssertionError if that does not come."""

    async def alike() -> Counter[str] | None:
        outlook, espo = await titles_in_outlook(whole, who), await titles_in_espo(whole, who)
        return outlook if outlook == espo else None

    found = await until(alike, _PATIENCE)
    if found is None:
        outlook, espo = await titles_in_outlook(whole, who), await titles_in_espo(whole, who)
        raise AssertionError(f"only in Outlook: {outlook - espo}, only in EspoCRM: {espo - outlook}")
    return found


@asynccontextmanager
async def working(whole: Whole, name: str, *people: Colleague) -> AsyncIterator[dict[Colleague, list[str]]]:
    """Have people make events on either side, and rename them, until the end; tells the titles that must be there then."""
    made: dict[Colleague, list[str]] = {who: [] for who in people}
    over = asyncio.Event()
    task = asyncio.create_task(_work(whole, name, made, over), name="people at work")
    try:
        yield made
    finally:
        over.set()
        await task


async def _work(whole: Whole, name: str, made: dict[Colleague, list[str]], over: asyncio.Event) -> None:
    count = 0
    while not over.is_set():
        count += 1
        for who, titles in made.items():
            titles.append(await _makes_and_renames(whole, who, f"{name} {count}", in_outlook=count % 2 == 0))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), _PAUSE)


async def _makes_and_renames(whole: Whole, who: Colleague, title: str, *, in_outlook: bool) -> str:
    final = f"{title}, renamed"
    if in_outlook:
        event = await whole.plans_in_outlook(who, title)
        await whole.outlook(who, "PATCH", f"events/{event}", {"subject": final})
    else:
        record = await whole.plans_in_espo(who, title)
        await whole.espo(who, "PUT", f"Meeting/{record}", {"name": final})
    return final
