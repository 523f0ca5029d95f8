"""Which measures a form takes, in which order. One that fails is a row that says so, and the others go on."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

import httpx
import msgspec

from tandem.errors import CommandError
from tools.bench.broker import broker
from tools.bench.crowd import outlook_event
from tools.bench.form import Form
from tools.bench.limits.apis import Apis, apis
from tools.bench.limits.decoding import decoding
from tools.bench.limits.kafka import messages_a_second
from tools.bench.measures.growth import growth
from tools.bench.measures.idle import idle
from tools.bench.measures.latency import TO_ESPO, TO_OUTLOOK, latency
from tools.bench.measures.profiles import profiles
from tools.bench.measures.pull import pull
from tools.bench.measures.push import push
from tools.bench.measures.quiet import empty_look, memory, quick_edits
from tools.bench.measures.replicas import replicas
from tools.bench.measures.startup import startup
from tools.bench.measures.throughput import throughput
from tools.bench.rows import Row, Target
from tools.bench.whole import DIRECTORY, Whole, titles, whole

Measure = Callable[[Whole], Awaitable[list[Row]]]

_FAILURES = (TimeoutError, httpx.HTTPError, CommandError, RuntimeError, OSError)
"""What may go wrong while measuring. A mistake in a measure itself is none of these and ends the run."""


async def run(form: Form, into: Path, directory: Path = DIRECTORY) -> AsyncIterator[Row]:
    """Take every measure of a form, the limits first; profiles are kept in the folder `into`."""
    bare = await apis(form.limit_calls, form.mailboxes, directory / "limits")
    async with broker(form.kafka, directory / "broker") as address:
        for row in await _limits(form, bare, address):
            yield row
        for row in await taken("reconciler", throughput(form.limit_messages, address, directory / "throughput")):
            yield row
    for row in await taken("growth", growth(form.links, directory / "growth")):
        yield row
    async with whole(form, directory / "whole") as everything:
        for name, measure in measures(form, bare, into):
            for row in await taken(name, measure(everything)):
                yield row


def measures(form: Form, bare: Apis, into: Path) -> Iterator[tuple[str, Measure]]:
    """Give the measures that share one running whole."""
    yield "empty look", empty_look
    yield "quick edits", quick_edits
    for way in (TO_ESPO, TO_OUTLOOK):
        for rate in form.rates:
            yield f"{way.name}, {rate} changes/s", partial(latency, way=way, rate=rate)
    for events in form.pulls:
        yield f"first pull of {events:,} events", partial(pull, events=events, limit=bare.espo)
    lane = Target(0.9, share=True)
    one = partial(push, events=form.push_one, mailboxes=1, limit=bare.one_mailbox, target=lane)
    yield "push, one mailbox", one
    many = partial(push, events=form.push_many, mailboxes=form.mailboxes, limit=bare.mailboxes, target=Target(500))
    yield "push, many mailboxes", many
    if form.replicas:
        yield "replicas", replicas
    if form.profiled:
        yield "profiles", partial(profiles, events=form.profiled, bare=bare, into=into)
    yield "memory", memory
    yield "idle", idle
    yield "start-up", startup


async def taken(name: str, measuring: Awaitable[list[Row]]) -> Sequence[Row]:
    """Take one measure; where that fails, say so."""
    try:
        return await measuring
    except _FAILURES as error:
        return [Row(name, None, "", note=f"{type(error).__name__}: {error}"[:200])]


async def _limits(form: Form, bare: Apis, kafka: str) -> list[Row]:
    bodies = [msgspec.json.encode(outlook_event(title)) * 3 for title in titles("limit", form.limit_messages)]
    page = msgspec.json.encode(
        {"value": [{"id": title, "@odata.etag": 'W/"1"', **outlook_event(title)} for title in titles("limit", 200)]}
    )
    decoded = decoding(page)
    return [
        Row("limit: bare httpx creating events, one mailbox, 4 at once", bare.one_mailbox, "calls/s"),
        Row(f"limit: bare httpx creating events, {form.mailboxes} mailboxes", bare.mailboxes, "calls/s"),
        Row("limit: bare httpx creating meetings", bare.espo, "calls/s", note="the best of 4, 16 and 64 at once"),
        Row("limit: bare aiokafka, confirmed and read", await messages_a_second(bodies, kafka), "messages/s"),
        Row(
            "limit: msgspec reading pages of events",
            decoded.bare,
            "events/s",
            note=f"as our types {decoded.typed:,.0f}/s",
        ),
    ]
