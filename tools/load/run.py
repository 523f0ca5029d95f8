"""One run: connect everybody, see what it costs that they are there, find the rate, keep it up, then see who waits for whom."""

import time
from pathlib import Path

from tools.bench.measures.idle import nothing_happens
from tools.bench.whole import company
from tools.load.fairness import fairness
from tools.load.form import Form
from tools.load.rates import sustained
from tools.load.report import Load
from tools.load.saying import say
from tools.load.watch import Watch

DIRECTORY = Path(".local/load")


async def load(form: Form, directory: Path = DIRECTORY) -> Load:
    """Carry a form out. Raises CommandError if the system does not start, TimeoutError if something never crosses."""
    async with company(form.patience, directory, form.kafka) as everything:
        at, http = everything.system.addresses, everything.crowd.http
        empty = await nothing_happens(everything, form.idle_seconds)
        began = time.monotonic()
        people = await everything.many_connected(form.accounts)
        connecting = time.monotonic() - began
        say(f"{form.accounts:,} accounts connected in {connecting:,.0f} s")
        idle = await nothing_happens(everything, form.idle_seconds)
        say(f"{idle.share:.0f} % of a processor while nothing happens")
        async with Watch(at, http, lambda: everything.system.supervisor.running) as watch:
            kept = await sustained(everything, people, form, watch)
            say(f"{kept.rate} changes a second kept up for {kept.seconds:.0f} s")
            fair = await fairness(everything, people, form, watch)
            say(f"{form.imported:,} events imported in {fair.import_seconds:,.0f} s")
        return Load(form.accounts, connecting, empty, idle, kept, fair)
