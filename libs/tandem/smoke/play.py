"""Plays a story: acts each step out, then reads both systems until they show what must come of it, within bounds."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

from tandem.people.entries import Entry, Side
from tandem.people.stage import Place, Stage
from tandem.polling import looks
from tandem.smoke.stories import Step, Story

PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Played:
    """A step that was acted out. `unmet` says what was expected and what is seen instead, nothing if the step held."""

    story: Story
    step: Step
    seconds: float
    unmet: tuple[str, ...]

    @property
    def held(self) -> bool:
        """Whether both sides showed what they had to."""
        return not self.unmet


async def play(on: Stage, story: Story, patience: float = PATIENCE_SECONDS) -> AsyncIterator[Played]:
    """Yield the steps as they are played. A step that does not hold is the last one: the others stand on it."""
    for step in story.steps:
        try:
            await act(on, story, step)
            played = await see(on, story, step, patience)
        except (httpx.HTTPError, LookupError) as error:
            played = Played(story, step, 0.0, (str(error),))
        yield played
        if not played.held:
            return


async def act(on: Stage, story: Story, step: Step) -> None:
    """Do the step's deed. Raises LookupError where the entry to act on is not there."""
    calendar = on.calendars[step.side, story.owner]
    if step.before is None:
        await calendar.create(step.made)
        return
    entry_id = next((known for known, entry in (await calendar.entries()).items() if entry == step.before), None)
    if entry_id is None:
        raise LookupError(f"{story.owner.name}'s {step.side} does not hold {step.before}")
    if step.after is None:
        await calendar.remove(entry_id)
    else:
        await calendar.change(entry_id, step.before, step.after)


async def see(on: Stage, story: Story, step: Step, patience: float) -> Played:
    """Look until everything is as it must be, or patience is over."""
    began = time.monotonic()
    unmet: tuple[str, ...] = ()
    async for _ in looks(patience):
        unmet = differences(story, step, await on.entries())
        if not unmet:
            break
    return Played(story, step, time.monotonic() - began, unmet)


def differences(story: Story, step: Step, seen: dict[Place, list[Entry]]) -> tuple[str, ...]:
    """Compare every calendar with what it must hold of this story: one entry or none, and no second one anywhere."""
    unmet = []
    for (side, colleague), entries in seen.items():
        expected = _expected(story, step, (side, colleague))
        found = [entry for entry in entries if story.subject in entry.title]
        if found != ([] if expected is None else [expected]):
            seen_words = "; ".join(map(str, found)) or "nothing"
            unmet.append(f"{colleague.name}'s {side}: expected {expected or 'nothing'}; seen {seen_words}")
    return tuple(unmet)


def _expected(story: Story, step: Step, place: Place) -> Entry | None:
    side, colleague = place
    if colleague == story.owner:
        return step.outlook if side is Side.OUTLOOK else step.espo
    return step.copies.get(colleague) if side is Side.OUTLOOK else None
