"""Looks at every part of a plan, all at once: each waits for somebody else."""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

from pydantic import ValidationError

from bus.checks import State, Step
from bus.cluster.check_topics import check as check_kafka
from bus.settings import KafkaSettings
from contracts.topics import TOPICS
from tandem.doctor.findings import Part, alone
from tandem.doctor.looking import by_program, by_service, readiness
from tandem.doctor.plan import SERVICES, Plan, Settings

_PREFIX = "TANDEM_"

_Look = Coroutine[Any, Any, tuple[Step, ...]]


async def examine(wanted: Plan) -> list[Part]:
    """Look at all parts, and tell of them in the order in which they are best mended."""
    looks: dict[str, _Look] = {}
    if wanted.kafka is not None:
        looks["Kafka"] = _kafka(wanted.kafka)
    if wanted.postgres is not None:
        looks["PostgreSQL"] = by_program("reconciler.check", wanted.postgres)
    if espo := _espo(wanted):
        looks["EspoCRM"] = espo
    if microsoft := _microsoft(wanted):
        looks["Microsoft"] = microsoft
    looks |= {name: readiness(url) for name, url in wanted.services.items()}
    steps = await asyncio.gather(*looks.values())
    return [*(Part(name, found) for name, found in zip(looks, steps, strict=True)), *_left_out(wanted, looks)]


def _espo(wanted: Plan) -> _Look | None:
    if url := wanted.services.get("espo_connector"):
        return by_service(url, wanted.secret)
    return None if wanted.espo is None else by_program("espo_connector.check", wanted.espo)


def _microsoft(wanted: Plan) -> _Look | None:
    if url := wanted.services.get("outlook_connector"):
        return by_service(url, wanted.secret, mailbox=wanted.mailbox)
    if wanted.microsoft is None:
        return None
    return by_program("outlook_connector.check", wanted.microsoft, *filter(None, [wanted.mailbox]))


async def _kafka(settings: Settings) -> tuple[Step, ...]:
    given: dict[str, Any] = {name.removeprefix(_PREFIX).lower(): value for name, value in settings.items()}
    try:
        return tuple(await check_kafka(KafkaSettings(**given), TOPICS))
    except ValidationError as error:
        named = "; ".join(".".join(map(str, part["loc"])) or part["msg"] for part in error.errors())
        return alone("Settings", State.FAILED, f"the settings of Kafka make no sense: {named}")


def _left_out(wanted: Plan, looks: Mapping[str, Any]) -> list[Part]:
    if not wanted.whole:
        return []
    variables = {
        "Kafka": "TANDEM_KAFKA",
        "PostgreSQL": "TANDEM_POSTGRES",
        "EspoCRM": "TANDEM_ESPO_CONNECTOR_URL or TANDEM_ESPO_URL",
        "Microsoft": "TANDEM_OUTLOOK_CONNECTOR_URL or TANDEM_TENANT",
        **{name: f"TANDEM_{name.upper()}_URL" for name in SERVICES},
    }
    return [
        Part(name, alone("Left out", State.SKIPPED, f"not looked at: {variable} is not set"))
        for name, variable in variables.items()
        if name not in looks
    ]
