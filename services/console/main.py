"""Composes the console: `python -m console.main`. It needs no Kafka and no database."""

import time
from datetime import timedelta
from typing import NoReturn

from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp

from bus.serving.serve import serve
from bus.settings import load
from bus.telling.health import Health
from bus.telling.logs import configure
from bus.telling.metrics import describe_process
from console.app import make_app
from console.clients.services import Services
from console.frame import Frame
from console.metrics import Metrics
from console.pages.administration import Administration
from console.pages.connection import ConnectionPage
from console.pages.dead_letters import DeadLetterPages
from console.pages.first_sync import FirstSync
from console.pages.my_sync import MySync
from console.pages.parameters import ParametersForm
from console.pages.sign_in import SignIn
from console.pages.story import StoryPage
from console.probes import probes
from console.security.attempts import Attempts
from console.security.sessions import Sessions
from console.settings import Settings
from console.templating import environment

SERVICE = "console"


def compose(settings: Settings, health: Health, registry: CollectorRegistry) -> ASGIApp:
    """Build the service; nothing connects before somebody opens a page."""
    describe_process(registry, SERVICE)
    metrics = Metrics(registry)
    services = Services.of(settings, metrics.request)
    sessions = Sessions(settings.fernet(), timedelta(hours=settings.session_hours), encrypted=settings.encrypted)
    frame = Frame(environment(), sessions, settings.origin)

    pages = (
        SignIn(frame, services.espo, services.operation, Attempts(time.monotonic), metrics),
        ConnectionPage(frame, services, ParametersForm(services), metrics),
        FirstSync(frame, services.reconciler),
        MySync(frame, services.reconciler),
        StoryPage(frame, services.reconciler),
        Administration(frame, services),
        DeadLetterPages(frame, services.operation),
    )
    routes = [*probes(health, registry), *(route for page in pages for route in page.routes())]
    return make_app(routes, frame, metrics, services, encrypted=settings.encrypted)


def main() -> NoReturn:
    """Run the service until it is told to stop."""
    settings = load(Settings)
    configure(SERVICE, settings.log_level, json=settings.log_json)
    health = Health()
    app = compose(settings, health, CollectorRegistry())
    serve(app, health, host=settings.http_host, port=settings.http_port)


if __name__ == "__main__":
    main()
