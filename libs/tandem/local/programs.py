"""How each part of a local run is started: its module, its arguments, its environment and how to see it ready.

Data only. The names of modules and variables are the seams between the parts; nothing here imports a service.
"""

from dataclasses import replace
from pathlib import Path

from cryptography.fernet import Fernet

from contracts.topics import TOPICS
from sandbox.ports import free_port
from tandem.addresses import Addresses
from tandem.local.ports import HOST, Ports
from tandem.local.processes import Program
from tandem.local.readiness import admits, answers, listens
from tandem.people.seed import Directory
from tandem.sandbox_page.known import environment

POSTGRES_DATABASE = "postgres"
_WEBHOOK_HOST = "connector.tandem.test"
_FIRST_MAILBOX = "office@contoso.test=Office"
"""A tenant has somebody from the start; the sandbox's people join later."""


def postgres(ports: Ports, directory: Path, url: str) -> Program:
    """Embedded PostgreSQL."""
    arguments = ("--dir", str(directory / "postgres"), "--port", str(ports.postgres))
    return Program("postgres", "sandbox.postgres", arguments, ready=admits(url), parent=True)


def memory_kafka(ports: Ports) -> Program:
    """Kafka in memory. It lets no client create topics, so it is told of them."""
    topics = tuple(word for topic in TOPICS for word in ("--topic", f"{topic.name}:{topic.partitions}"))
    arguments = ("--port", str(ports.kafka), *topics)
    return Program("kafka", "sandbox.kafka.memory", arguments, ready=listens(f"{HOST}:{ports.kafka}"))


def apache_kafka(ports: Ports, directory: Path) -> Program:
    """A real broker. The first start fetches its jars, which may take minutes."""
    arguments = ("--port", str(ports.kafka), "--dir", str(directory / "kafka"))
    address = f"{HOST}:{ports.kafka}"
    return Program("kafka", "sandbox.kafka.apache", arguments, ready=listens(address), patience=600, parent=True)


def graph(ports: Ports) -> Program:
    """Simulated Microsoft Graph and its login."""
    url = f"http://{HOST}:{ports.graph}"
    arguments = ("--host", HOST, "--port", str(ports.graph), "--mailbox", _FIRST_MAILBOX)
    return Program("graph", "sandbox.graph", arguments, ready=answers(f"{url}/_control/state"))


def espo(ports: Ports) -> Program:
    """Simulated EspoCRM with our companion extension, its webhook job running every second.

    It refuses receivers inside a company unless allowed.
    """
    url = f"http://{HOST}:{ports.espo}"
    receiver = ("--dns", f"{_WEBHOOK_HOST}={HOST}", "--allow", f"{_WEBHOOK_HOST}:{ports.espo_connector}")
    how = ("--cron-seconds", "1", "--companion-extension")
    arguments = ("--host", HOST, "--port", str(ports.espo), *how, *receiver)
    return Program("espo", "sandbox.espo", arguments, ready=answers(f"{url}/_control/state"))


def outlook_connector(
    ports: Ports, at: Addresses, common: dict[str, str], public_url: str, console_url: str
) -> Program:
    """The connector to Outlook. `public_url` is where Graph reaches it, `console_url` where consents come back to."""
    return _service(
        "outlook_connector",
        ports.outlook_connector,
        common
        | _graph_settings(at)
        | {"TANDEM_PUBLIC_URL": public_url, "TANDEM_OAUTH_REDIRECT_URL": f"{console_url}/oauth/callback"},
    )


def espo_connector(ports: Ports, at: Addresses, common: dict[str, str], public_url: str) -> Program:
    """The connector to EspoCRM. `public_url` is where EspoCRM reaches it; "" for none, which leaves its sweeps."""
    return _service(
        "espo_connector",
        ports.espo_connector,
        common
        | {
            "TANDEM_ESPO_URL": at.espo.url,
            "TANDEM_ESPO_API_KEY": at.espo.api_key,
            "TANDEM_PUBLIC_URL": public_url,
        },
    )


def teams_meeting(ports: Ports, at: Addresses, common: dict[str, str]) -> Program:
    """The service for Teams meetings."""
    return _service("teams_meeting", ports.teams_meeting, common | _graph_settings(at))


def console(ports: Ports, at: Addresses, common: dict[str, str], public_url: str) -> Program:
    """The web pages. `public_url` is where browsers reach them."""
    return _service(
        "console",
        ports.console,
        common
        | {
            "TANDEM_RECONCILER_URL": at.reconciler,
            "TANDEM_OUTLOOK_CONNECTOR_URL": at.outlook_connector,
            "TANDEM_ESPO_CONNECTOR_URL": at.espo_connector,
            "TANDEM_PUBLIC_URL": public_url,
            "TANDEM_SESSION_KEYS": Fernet.generate_key().decode(),
        },
    )


def sandbox_page(ports: Ports, at: Addresses, directory: Directory) -> Program:
    """The page on which both simulated calendars are seen and used side by side."""
    return Program(
        "sandbox_page",
        "tandem.sandbox_page",
        environment=environment(HOST, ports.sandbox_page, at, directory),
        ready=answers(f"{at.sandbox_page}/setup"),
    )


def migration(at: Addresses) -> Program:
    """Bring the schema up to date, and end."""
    return Program("migration", "reconciler.migrate", environment={"TANDEM_POSTGRES": at.postgres})


def reconciler(ports: Ports, at: Addresses, common: dict[str, str]) -> Program:
    """The reconciler."""
    return _service("reconciler", ports.reconciler, common | {"TANDEM_POSTGRES": at.postgres})


def replica(service: Program, number: int) -> Program:
    """One more of a service that runs already, in the same consumer groups, with an HTTP port of its own."""
    port = free_port(HOST)
    return replace(
        service,
        name=f"{service.name}-{number}",
        environment={**service.environment, "TANDEM_HTTP_PORT": str(port)},
        ready=answers(f"http://{HOST}:{port}/ready"),
    )


def _graph_settings(at: Addresses) -> dict[str, str]:
    return {
        "TANDEM_GRAPH_URL": at.graph.url,
        "TANDEM_LOGIN_URL": at.graph.login,
        "TANDEM_TENANT": at.graph.tenant,
        "TANDEM_CLIENT_ID": at.graph.client_id,
        "TANDEM_CLIENT_SECRET": at.graph.client_secret,
    }


def _service(name: str, port: int, environment: dict[str, str]) -> Program:
    return Program(
        name,
        f"{name}.main",
        environment=environment | {"TANDEM_HTTP_HOST": HOST, "TANDEM_HTTP_PORT": str(port)},
        ready=answers(f"http://{HOST}:{port}/ready"),
    )


def webhook_url(ports: Ports) -> str:
    """Where the simulated EspoCRM reaches its connector: a name, because it refuses addresses inside a company (9.3.2 on)."""
    return f"http://{_WEBHOOK_HOST}:{ports.espo_connector}"
