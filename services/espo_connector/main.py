"""Composes the connector: the one place that builds its parts and says which handles which topic.

`python -m espo_connector.main` runs it. Looks, writes and notices each have a consumer group of their own, so that a long
look holds up no write.
"""

from dataclasses import dataclass
from typing import NoReturn

import httpx
from prometheus_client import CollectorRegistry
from pydantic import SecretStr
from starlette.applications import Starlette

from bus.app import make_app
from bus.broker import Broker, make_broker
from bus.consume import consume, consume_batch
from bus.publish import Publisher as BusPublisher
from bus.serving.guard import guarded
from bus.serving.serve import run
from bus.settings import ServiceSettings, load
from bus.telling.logs import configure
from contracts.looks import EspoLook
from contracts.notices import RecordTouched
from contracts.topics import ESPO_LOOKS, ESPO_NOTICES, ESPO_WRITES
from contracts.writes import EspoWrite
from espo_connector.api import Api
from espo_connector.asking.client import Client, Clock, utc_now
from espo_connector.check import Check
from espo_connector.feed import Publisher
from espo_connector.hooks.registration import Registration
from espo_connector.instance.people import Directory
from espo_connector.instance.site import SiteGuide
from espo_connector.looks import Looks
from espo_connector.metrics import Metrics
from espo_connector.reading.notices import Notices
from espo_connector.reading.records import Records
from espo_connector.reading.sweeps import Sweeps
from espo_connector.settings import Settings
from espo_connector.signing_in.attempts import Attempts
from espo_connector.signing_in.sign_in import SignIn
from espo_connector.webhooks import Entrance
from espo_connector.writes import Writes
from espo_connector.writing.creation import Creation
from espo_connector.writing.deletion import Deletion
from espo_connector.writing.update import Update

SERVICE = "espo_connector"

_LOOK_WORKERS = 4
_WRITES_AT_ONCE = 200
"""At the end of each round some turns stay empty, so rounds are as long as the line of a calendar."""


@dataclass(frozen=True, slots=True)
class Connector:
    """The parts that others call: the handlers of topics, what listens to HTTP, what runs and what is closed."""

    client: Client
    looks: Looks
    writes: Writes
    notices: Notices
    registration: Registration
    entrance: Entrance
    api: Api


def build(
    settings: Settings,
    publisher: Publisher,
    metrics: Metrics,
    now: Clock = utc_now,
    network: httpx.AsyncBaseTransport | None = None,
) -> Connector:
    """Build the parts and join them. `network` replaces the network over which EspoCRM is asked."""
    client = Client(settings.espo_url, settings.espo_api_key.get_secret_value(), metrics, now, network=network)
    guide = SiteGuide(client, settings.location_field, settings.teams_flag_field)
    directory = Directory(client, metrics)
    records = Records(client, guide, directory, metrics, now)
    registration = Registration(client, guide, settings.public_url)
    creation = Creation(client, guide, directory, records, now)
    update = Update(client, guide, directory, records, now)
    deletion = Deletion(client, guide, now)
    return Connector(
        client=client,
        looks=Looks(guide, records, Sweeps(client, now), publisher, metrics),
        writes=Writes(creation, update, deletion, publisher, metrics, now=now),
        notices=Notices(guide, records, publisher),
        registration=registration,
        entrance=Entrance(registration, publisher, metrics, now),
        api=Api(
            client,
            guide,
            SignIn(settings.espo_url, guide, Attempts(now)),
            Check(settings, client, registration),
        ),
    )


def compose(settings: Settings, secret: SecretStr, registry: CollectorRegistry) -> tuple[Starlette, Broker]:
    """Put the connector on the bus; nothing connects before the application starts. `secret` opens the internal routes."""
    broker = make_broker(settings, SERVICE, registry)
    connector = build(settings, BusPublisher(broker), Metrics(registry))
    consume(
        broker,
        ESPO_LOOKS.name,
        group=f"{SERVICE}.looks",
        handler=connector.looks.carry_out,
        message=EspoLook,
        workers=_LOOK_WORKERS,
    )
    consume_batch(
        broker,
        ESPO_WRITES.name,
        group=f"{SERVICE}.writes",
        handler=connector.writes.carry_out,
        message=EspoWrite,
        max_records=_WRITES_AT_ONCE,
    )
    consume_batch(
        broker,
        ESPO_NOTICES.name,
        group=f"{SERVICE}.notices",
        handler=connector.notices.read,
        message=RecordTouched,
    )
    reachable = bool(settings.public_url)
    app = make_app(
        broker,
        routes=[
            *guarded(connector.api.routes(), secret),
            *(connector.entrance.routes() if reachable else ()),
        ],
        background=(connector.registration.keep,) if reachable else (),
        on_stop=(connector.client.close,),
    )
    return app, broker


def main() -> NoReturn:
    """Run the service until it is told to stop."""
    settings = load(Settings)
    secret = load(ServiceSettings).service_secret
    configure(SERVICE, settings.log_level, json=settings.log_json)
    app, broker = compose(settings, secret, CollectorRegistry())
    run(app, broker, host=settings.http_host, port=settings.http_port)


if __name__ == "__main__":
    main()
