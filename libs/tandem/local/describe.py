"""Tells what runs where and how to act in it: for scripts as one JSON object, for people as two tables."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

from tandem.local.examples import examples
from tandem.local.system import System
from tandem.people.cast import ADMIN, COLLEAGUES
from tandem.people.outlook import APP_ID, APP_SECRET


def state(system: System) -> dict[str, Any]:
    """Describe a running system. Of systems that were given to us it tells the address and no credentials."""
    at, wanted = system.addresses, system.wanted
    return {
        "pid": os.getpid(),
        "addresses": {
            **({"sandbox_page": at.sandbox_page} if system.directory else {}),
            "console": at.console,
            "reconciler": at.reconciler,
            "outlook_connector": at.outlook_connector,
            "espo_connector": at.espo_connector,
            "teams_meeting": at.teams_meeting,
            "graph": at.graph.url,
            "login": at.graph.login,
            "espo": at.espo.url,
            "kafka": at.kafka,
            **({"postgres": at.postgres} if wanted.postgres is None else {}),
        },
        "service_secret": at.service_secret,
        "tenant": at.graph.tenant,
        "outlook_app": {"client_id": APP_ID, "client_secret": APP_SECRET} if wanted.graph is None else None,
        "people": _people(system),
        "administrator": {"espo_login": ADMIN, "espo_password": ADMIN} if wanted.espo is None else None,
        "processes": [
            {"name": child.name, "pid": child.process.pid, "log": str(child.log.resolve())}
            for child in system.supervisor.running
        ],
    }


def _people(system: System) -> list[dict[str, str]]:
    if not system.directory:
        return []
    return [
        {
            "name": colleague.name,
            "zone": colleague.zone,
            "mailbox": colleague.address,
            "espo_id": system.directory[colleague.address].id,
            "espo_login": colleague.login,
            "espo_password": colleague.password,
        }
        for colleague in COLLEAGUES
    ]


def show(console: Console, running: dict[str, Any]) -> None:
    """Print what `state` told: the page to look at first, and a line for each side to try."""
    if page := running["addresses"].get("sandbox_page"):
        console.print(
            Panel(f"Open [bold]{page}[/bold] and watch both calendars", title="Tandem is running", expand=False)
        )
    places = Table("part", "address", title="What runs where", title_justify="left")
    for name, address in running["addresses"].items():
        places.add_row(name, address)
    console.print(places)
    if not running["people"]:
        console.print("Nobody is connected: `tandem account set --help` tells how.")
        return
    people = Table(title="Connected", title_justify="left")
    for heading in ("person", "zone", "mailbox", "EspoCRM login", "password"):
        people.add_column(heading, overflow="fold")
    for person in running["people"]:
        words = ("name", "zone", "mailbox", "espo_login", "espo_password")
        people.add_row(*(person[word] for word in words))
    console.print(people)
    first, admin = running["people"][0], running["administrator"]
    console.print(
        f"The console is at {running['addresses']['console']}: "
        f"sign in as {first['espo_login']}, password {first['espo_password']}, "
        f"or as the administrator {admin['espo_login']}, password {admin['espo_password']}.",
        markup=False,
        highlight=False,
        soft_wrap=True,
    )
    for line in examples(running, (datetime.now(UTC) + timedelta(days=7)).date()):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
