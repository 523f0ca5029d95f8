"""The operator's commands: how it stands, the topics, the schema, and the story of one event."""

import asyncio
import os
import subprocess
import sys
from typing import Annotated, Any

import typer
from rich.table import Table

from bus.cluster.admin import administering
from bus.errors import KafkaFailure
from bus.settings import KafkaSettings, load
from bus.topics import TopicsError, ensure
from contracts.topics import TOPICS
from tandem.accounts import table as accounts_table
from tandem.api import Reconciler, ask
from tandem.errors import CommandError, Exit, UnreachableError
from tandem.reach import kafka_settings, postgres_settings
from tandem.terminal import AsJson, out, print_json


def status(as_json: AsJson = False) -> None:
    """Show who is connected and what is not done yet."""
    accounts, pending = ask(Reconciler.accounts), ask(Reconciler.pending)
    if as_json:
        print_json({"accounts": accounts, "pending": pending})
        return
    out.print(accounts_table(accounts))
    out.print(", ".join(f"{what.replace('_', ' ')}: {count}" for what, count in pending.items()))


def topics(
    check: Annotated[bool, typer.Option("--check", help="Create nothing; fail if a topic is missing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Create the topics that are missing. The cluster is TANDEM_KAFKA; without it, that of the local run."""
    settings = load(KafkaSettings, known=kafka_settings())
    try:
        changed = asyncio.run(missing(settings) if check else ensure(settings, TOPICS))
    except TopicsError as error:
        raise CommandError(str(error)) from error
    except (KafkaFailure, OSError) as error:
        raise UnreachableError(f"Kafka at {settings.kafka} does not answer ({type(error).__name__})") from error
    verb = "missing" if check else "created"
    if as_json:
        print_json({verb: changed})
    else:
        out.print("\n".join(f"{verb} {name}" for name in changed) or "nothing to do", markup=False)
    if check and changed:
        raise typer.Exit(Exit.FAILED)


async def missing(settings: KafkaSettings) -> list[str]:
    """Name the topics that the cluster does not have."""
    async with administering(settings) as admin:
        found = {topic["topic"] for topic in await admin.describe_topics()}
    return [topic.name for topic in TOPICS if topic.name not in found]


def migrate(as_json: AsJson = False) -> None:
    """Bring the schema up to date. The database is TANDEM_POSTGRES; without it, that of the local run."""
    ended = subprocess.run(
        [sys.executable, "-m", "reconciler.migrate"],
        env=os.environ | postgres_settings(),
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode == Exit.UNREACHABLE:
        raise UnreachableError(ended.stderr.strip())
    if ended.returncode != 0:
        raise CommandError(ended.stderr.strip())
    told = ended.stdout.strip()
    if as_json:
        applied = told.removeprefix("migrate: ")
        print_json({"applied": [] if applied == "nothing to do" else applied.split(", ")})
    else:
        out.print(told, markup=False)


def why(
    event: Annotated[str, typer.Argument(help="The event's id, EspoCRM's or Outlook's.")], as_json: AsJson = False
) -> None:
    """Tell the story of one event: how it stands, every decision on it, or why it is not synced."""
    told = ask(lambda reconciler: reconciler.why(event))
    if as_json:
        print_json(told)
        return
    for skip in told["skips"]:
        out.print(f"not synced: {skip['reason']} ({skip['side']}, {skip['at']})", markup=False)
    for story in told["stories"]:
        out.print(f"{story['link']['entity']}: {story['link']['state']}", markup=False)
        for other in story.get("alike", ()):
            ids = " and ".join(f"{side} {other[name]}" for side, name in _IDS.items() if other[name])
            out.print(f"looks the same as {ids or other['id']}: both are kept", markup=False)
        decisions = Table("entry", "at", "what", "from", "to", "fields", "reason")
        for entry in story["journal"]:
            words = ("id", "at", "what", "source", "target", "fields", "reason")
            decisions.add_row(*(_said(entry[word]) for word in words))
        out.print(decisions)


_IDS = {"EspoCRM": "espo_id", "Outlook": "outlook_id"}


def _said(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")
