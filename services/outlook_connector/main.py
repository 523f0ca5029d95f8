"""Composes the service: settings, bus, Graph, and the ways in (looks, writes, notifications, and what our own services ask).

`python -m outlook_connector.main` runs it. Looks and writes have a consumer group each, so that a long look holds up no write.
"""

from typing import NoReturn

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette

from bus.app import make_app
from bus.broker import Broker, make_broker
from bus.consume import consume_batch
from bus.publish import Publisher
from bus.serving.guard import guarded
from bus.serving.serve import run
from bus.settings import load
from bus.table import Table
from bus.telling.logs import configure
from contracts.grants import SealedGrant
from contracts.looks import OutlookLook
from contracts.topics import OUTLOOK_GRANTS, OUTLOOK_LOOKS, OUTLOOK_WRITES
from contracts.writes import OutlookWrite
from graph.access import Access
from graph.asking.client import now_in_utc
from graph.permission.grant_table import Grants
from outlook_connector import check
from outlook_connector.connecting.consent import Asking, Consent
from outlook_connector.connecting.keeper import Keeper
from outlook_connector.connecting.mailboxes import Mailboxes
from outlook_connector.connecting.resealing import Resealing
from outlook_connector.echoes import Echoes
from outlook_connector.looks import Looks
from outlook_connector.metrics import Metrics
from outlook_connector.notifications import Door
from outlook_connector.oauth import OAuth
from outlook_connector.settings import Settings
from outlook_connector.subscribing.subscriptions import Subscriber
from outlook_connector.writes import Writes

SERVICE = "outlook_connector"

_LOOKS_AT_ONCE = 40
_WRITES_AT_ONCE = 200
"""How many are in hand at a time. At the end of each round some of a mailbox's four turns stay empty, so rounds of writes are
as long as the line of a calendar."""

_WRITE_WORKERS = 2
"""A poll gives one partition's messages first, so those of few mailboxes, which take four requests at a time each. Two
readers in each of the six replicas that autoscaling allows are as many as there are partitions."""


def compose(settings: Settings, registry: CollectorRegistry) -> tuple[Starlette, Broker]:
    """Build the service; nothing connects before the application starts."""
    broker = make_broker(settings, SERVICE, registry)
    publisher, metrics = Publisher(broker), Metrics(registry)
    secrets = settings.notification_secrets

    metrics.secret_ends(settings.client_secret_expires)
    table = Table(broker, OUTLOOK_GRANTS.name, SealedGrant)
    grants = Grants(table, settings.seal)
    metrics.watch_grants(lambda: len(table.rows))
    access = Access(settings, metrics.request, grants, Keeper(grants, publisher, metrics))
    graph = access.client
    resealing = Resealing(grants, metrics)
    looks = Looks(graph, Subscriber(graph, str(settings.public_url), secrets[0]), publisher, metrics)
    echoes = Echoes()
    writes = Writes(graph, echoes, publisher, metrics)
    door = Door(secrets, echoes, publisher, metrics, now_in_utc)

    consume_batch(
        broker,
        OUTLOOK_LOOKS.name,
        group=f"{SERVICE}.looks",
        handler=looks.carry_out_all,
        message=OutlookLook,
        max_records=_LOOKS_AT_ONCE,
    )
    consume_batch(
        broker,
        OUTLOOK_WRITES.name,
        group=f"{SERVICE}.writes",
        handler=writes.carry_out_all,
        message=OutlookWrite,
        max_records=_WRITES_AT_ONCE,
        workers=_WRITE_WORKERS,
    )
    consent = Consent(
        Asking(settings.redirect_url, settings.oauth_scopes, settings.oauth_prompt),
        settings.seal,
        access.sign_in,
        graph,
        access.granted,
        grants,
        publisher,
        now_in_utc,
    )
    internal = [
        *OAuth(consent, grants, access.granted).routes(),
        *Mailboxes(graph, grants).routes(),
        *check.routes(settings, str(settings.public_url)),
    ]
    app = make_app(
        broker,
        routes=[*door.routes(), *guarded(internal, settings.service_secret)],
        on_start=(table.open, resealing.count),
        background=(table.follow, resealing.run),
        on_stop=(access.close, table.close),
    )
    return app, broker


def main() -> NoReturn:
    """Run the service until it is told to stop."""
    settings = load(Settings)
    configure(SERVICE, settings.log_level, json=settings.log_json)
    app, broker = compose(settings, CollectorRegistry())
    run(app, broker, host=settings.http_host, port=settings.http_port)


if __name__ == "__main__":
    main()
