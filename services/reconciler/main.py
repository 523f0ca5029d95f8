"""Composes the reconciler: `python -m reconciler.main`."""

from typing import Any

from prometheus_client import CollectorRegistry

from bus.app import make_app
from bus.broker import make_broker
from bus.consume import consume_batch, consume_dead_letters
from bus.errors import Transient
from bus.publish import Publisher
from bus.serving.guard import guarded
from bus.serving.serve import run
from bus.settings import KafkaSettings, ServiceSettings, load
from bus.telling import logs
from contracts.topics import (
    ESPO_CHANGES,
    ESPO_OUTCOMES,
    OUTLOOK_CHANGES,
    OUTLOOK_NOTICES,
    OUTLOOK_OUTCOMES,
    SERVICES,
    TEAMS_OUTCOMES,
)
from reconciler.api import Api
from reconciler.census import Census
from reconciler.handlers.dead_letters import Keeper
from reconciler.handlers.dispatch import Dispatcher, Message
from reconciler.metrics import Metrics
from reconciler.outbox.relay import Relay
from reconciler.schedule import Schedule
from reconciler.settings import ReconcilerSettings
from reconciler.store import OUTAGE, Database

SERVICE = "reconciler"
READS = (OUTLOOK_NOTICES, OUTLOOK_CHANGES, OUTLOOK_OUTCOMES, ESPO_CHANGES, ESPO_OUTCOMES, TEAMS_OUTCOMES)


def main() -> None:
    """Run the service until it is told to stop."""
    settings = load(ReconcilerSettings)
    kafka = load(KafkaSettings)
    secret = load(ServiceSettings).service_secret
    logs.configure(SERVICE, settings.log_level, json=settings.log_json)
    registry = CollectorRegistry()
    broker = make_broker(kafka, SERVICE, registry)
    database = Database(
        settings.postgres.get_secret_value(),
        Metrics(registry),
        settings.brake,
        settings.postgres_connections,
        settings.ahead,
    )
    census = Census(database, registry, settings.census_seconds)
    dispatcher = Dispatcher(database, settings.poll_seconds, settings.poll_unsubscribed_seconds)
    message: Any = Message
    consume_batch(broker, *(topic.name for topic in READS), group=SERVICE, handler=dispatcher.handle, message=message)
    consume_dead_letters(broker, *SERVICES, group=f"{SERVICE}.dead-letters", handler=Keeper(database).keep)
    app = make_app(
        broker,
        routes=guarded(Api(database, settings).routes(), secret),
        on_start=[lambda: _open(database)],
        on_stop=[database.close],
        background=[
            Relay(database, Publisher(broker)).run,
            Schedule(database, settings.schedule_seconds).run,
            census.run,
        ],
    )
    run(app, broker, host=settings.http_host, port=settings.http_port)


async def _open(database: Database) -> None:
    try:
        await database.open()
    except OUTAGE as error:
        raise Transient(f"PostgreSQL is out of reach: {type(error).__name__}") from error


if __name__ == "__main__":
    main()
