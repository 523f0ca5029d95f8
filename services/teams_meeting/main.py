"""Composes the service: `python -m teams_meeting.main`."""

from typing import NoReturn

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from bus.app import make_app
from bus.broker import Broker, make_broker
from bus.consume import consume_batch
from bus.publish import Publisher
from bus.serving.serve import run
from bus.settings import load
from bus.table import Table
from bus.telling.logs import configure
from contracts.grants import SealedGrant
from contracts.meetings import TeamsRequest
from contracts.topics import OUTLOOK_GRANTS, TEAMS_REQUESTS
from graph.access import Access
from graph.permission.grant_table import Grants
from graph.permission.granted_tokens import KeptElsewhere
from teams_meeting.metrics import Metrics
from teams_meeting.settings import Settings
from teams_meeting.writes import Writes

SERVICE = "teams_meeting"

_AT_ONCE = 40
"""How many are in hand at a time: what a hanging Graph takes for that many stays below the consumer's patience."""


def compose(settings: Settings, registry: CollectorRegistry) -> tuple[Starlette, Broker]:
    """Build the service; nothing connects before the application starts."""
    broker = make_broker(settings, SERVICE, registry)
    metrics = Metrics(registry)
    table = Table(broker, OUTLOOK_GRANTS.name, SealedGrant)
    access = Access(settings, metrics.request, Grants(table, settings.seal), KeptElsewhere())
    writes = Writes(access.client, Publisher(broker), metrics)
    consume_batch(
        broker,
        TEAMS_REQUESTS.name,
        group=SERVICE,
        handler=writes.carry_out_all,
        message=TeamsRequest,
        max_records=_AT_ONCE,
    )
    app = make_app(broker, on_start=(table.open,), background=(table.follow,), on_stop=(access.close, table.close))
    return app, broker


def main() -> NoReturn:
    """Run the service until it is told to stop."""
    settings = load(Settings)
    configure(SERVICE, settings.log_level, json=settings.log_json)
    app, broker = compose(settings, CollectorRegistry())
    run(app, broker, host=settings.http_host, port=settings.http_port)


if __name__ == "__main__":
    main()
