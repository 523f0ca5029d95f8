"""How many changes a second this machine bears, and what becomes of memory and lag while that goes on."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tools.bench.crowd import Person
from tools.bench.whole import Company
from tools.load.form import Form
from tools.load.saying import say
from tools.load.traffic import made_a_second, work
from tools.load.watch import Sample, Watch

_BORNE_SECONDS = 5
"""A rate is borne if no more changes are under way at the end of its time than come in so many seconds."""

_MADE_SHARE = 0.9
"""A rate of which less was made was not tried: the crowd has the same processors, and the simulators answer it, too."""


@dataclass(frozen=True, slots=True)
class Sustained:
    """What was kept up: `rate` was wanted, and `made` a second were made.

    `not_borne` is the rate that was too much, for the product or for the crowd; None where all that were tried were borne.
    """

    rate: int
    made: float
    not_borne: int | None
    seconds: float
    samples: list[Sample]
    caught_up_after: float
    """Seconds from the last change until everything had crossed."""


async def sustained(company: Company, people: Sequence[Person], form: Form, watch: Watch) -> Sustained:
    """Step up until a rate is not borne, then keep the last one up. The lowest is kept up even if it is too much."""
    borne, not_borne = form.rates[0], None
    for rate in form.rates:
        made = made_a_second(await work(company, people, round(rate * form.step_seconds), rate, watch))
        behind = await watch.behind()
        say(f"{rate} changes a second wanted, {made:.0f} made: {behind} under way after {form.step_seconds:.0f} s")
        await watch.caught_up(form.patience)
        if behind > rate * _BORNE_SECONDS or made < rate * _MADE_SHARE:
            not_borne = rate
            break
        borne = rate
    samples: list[Sample] = []
    watching = asyncio.create_task(watch.samples(form.sample_seconds, samples), name="watching")
    try:
        made = made_a_second(await work(company, people, round(borne * form.seconds), borne, watch))
        caught_up_after = await watch.caught_up(form.patience)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    samples.append(await watch.sample())
    return Sustained(borne, made, not_borne, form.seconds, samples, caught_up_after)
