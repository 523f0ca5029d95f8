"""The frame of every service: what starts when, what it owns, and how it ends.

A service that is up but does not consume is worse than one that is down, because nobody restarts it. So the connection
comes first and its failure ends the process; every background task has an owner that notices its death; and a stop
finishes what is in hand before anything is taken away.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import structlog
from aiokafka.errors import KafkaError
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bus.broker import Broker
from bus.cluster.admin import administering
from bus.cluster.sender import sending
from bus.dead_letters.writing import topic_of
from bus.errors import Transient, safe_reason
from bus.serving.probes import Probes
from bus.telling import tracing
from bus.telling.health import FAILED, UNREACHABLE

Step = Callable[[], Awaitable[None]]
Background = Callable[[], Coroutine[Any, Any, None]]

_INSIST_AFTER_SECONDS = 1.0

_log = structlog.get_logger("bus")


class StartFailed(Exception):  # noqa: N818  # a statement, as Permanent and Transient are
    """The service could not start; the reason is logged, and `Health.exit_code` is set."""


def make_app(
    broker: Broker,
    *,
    routes: Sequence[BaseRoute] = (),
    background: Sequence[Background] = (),
    on_start: Sequence[Step] = (),
    on_stop: Sequence[Step] = (),
) -> Starlette:
    """Compose a service: its HTTP routes beside the probes, its consumers, its background tasks.

    Start: Kafka, then `on_start` in order, then the consumers, then `background`, each as a task of its own. Stop:
    background tasks are cancelled, consumers finish what is in hand, then `on_stop` in order, then Kafka. `on_stop`
    also runs where the start failed half-way. A background task that raises ends the process with exit code 1.
    """
    probes = Probes(broker)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.broker = broker
        async with AsyncExitStack() as stack:
            stack.push_async_callback(asyncio.to_thread, tracing.begin(broker.service))
            await _connect(broker)
            stack.push_async_callback(broker.client.stop)
            stack.push_async_callback(_all, on_stop)
            try:
                await _all(on_start)
                stack.push_async_callback(_drain, broker)
                await asyncio.gather(*(subscriber.start() for subscriber in broker.client.subscribers))
            except Exception as error:
                code = UNREACHABLE if isinstance(error, (Transient, KafkaError, OSError)) else FAILED
                broker.health.end(code, f"start failed: {safe_reason(error)}", error)
                raise
            owned: Sequence[Background] = (partial(sending, broker), *background)
            tasks = [asyncio.create_task(_watched(broker, run), name=_name(run)) for run in owned]
            stack.push_async_callback(_cancel, tasks)
            probes.started = True
            _log.info("started", service=broker.service)
            yield
            probes.started = False
        _log.info("stopped", service=broker.service)

    return Starlette(routes=[*probes.routes(), *routes], lifespan=lifespan)


async def _connect(broker: Broker) -> None:
    """Connect, and look whether the topics are there: a consumer of a missing topic waits for ever, without a word."""
    try:
        with _quiet("aiokafka"):  # it writes an error for every address that it tries; ours is the one line
            missing = await _missing_topics(broker)
        if not missing:
            await broker.client.connect()
            return
        reason = f"topics are missing, create them first: {', '.join(sorted(missing))}"
    except (KafkaError, OSError) as error:
        reason = f"Kafka is unreachable at {broker.settings.kafka}: {type(error).__name__}"
    broker.health.end(UNREACHABLE, reason)
    raise StartFailed(reason)


async def _missing_topics(broker: Broker) -> set[str]:
    async with administering(broker.settings) as admin:
        return {topic_of(broker.service), *broker.progress.topics()}.difference(await admin.list_topics())


@contextmanager
def _quiet(name: str) -> Iterator[None]:
    logger = logging.getLogger(name)
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


async def _drain(broker: Broker) -> None:
    """Let every consumer finish and commit what is in hand, and leave its group.

    Without the cluster a consumer cannot leave in order; then it only says so, and what was in hand comes again.
    """
    stops = (subscriber.stop() for subscriber in broker.client.subscribers)
    for failure in await asyncio.gather(*stops, return_exceptions=True):
        if failure is not None:
            _log.warning("consumer left without the cluster", error=type(failure).__name__)


async def _watched(broker: Broker, run: Background) -> None:
    try:
        await run()
    except Exception as error:  # noqa: BLE001  # whatever it was, the process does not go on without this task
        broker.health.end(FAILED, f"background task {_name(run)} died: {safe_reason(error)}", error)


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel until all have ended.

    Once may not do: where a clean-up fails on the way out, as with a lost database, its error takes the cancellation's place, and
    a task that lives through errors goes on.
    """
    going = set(tasks)
    while going:
        for task in going:
            task.cancel()
        _, going = await asyncio.wait(going, timeout=_INSIST_AFTER_SECONDS)


async def _all(steps: Sequence[Step]) -> None:
    for step in steps:
        await step()


def _name(run: Callable[..., Any]) -> str:
    run = run.func if isinstance(run, partial) else run
    return getattr(run, "__qualname__", type(run).__name__)
