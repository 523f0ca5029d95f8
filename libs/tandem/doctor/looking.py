"""How the doctor has somebody look: a running service over HTTP, or a service's own check as a program."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec

import httpx

from bus.checks import State, Step
from tandem.doctor.findings import alone, told

READY = "Ready"
_ANSWER_SECONDS = 60.0
"""A check asks others, and one that does not answer takes its time."""


async def by_program(module: str, settings: Mapping[str, str], *arguments: str) -> tuple[Step, ...]:
    """Run a check as a program, with these settings over those of the environment. Secrets never stand in its arguments."""
    if find_spec(module.partition(".")[0]) is None:
        return alone("Check", State.FAILED, f"{module} is not installed here: run this where that service is")
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        env=os.environ | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, complaints = await process.communicate()
    try:
        return told(json.loads(output))
    except ValueError:
        return _no_report(module, complaints.decode(errors="replace"), process.returncode)


def _no_report(module: str, complaints: str, exit_code: int | None) -> tuple[Step, ...]:
    """Say why a check told nothing: a setting, or a part of the installation that is not here."""
    lines = complaints.strip().splitlines() or [f"it ended with exit code {exit_code}"]
    if lines[-1].startswith("ModuleNotFoundError"):
        return alone("Check", State.FAILED, f"{lines[-1]}: run `python -m {module}` where its service is installed")
    return alone("Settings", State.FAILED, "; ".join(lines[-5:]))


async def by_service(url: str, secret: str, *, mailbox: str = "") -> tuple[Step, ...]:
    """Have a running service look."""
    try:
        async with httpx.AsyncClient(base_url=url, timeout=_ANSWER_SECONDS) as http:
            answer = await http.get(
                "/check",
                params={"mailbox": mailbox} if mailbox else {},
                headers={"Authorization": f"Bearer {secret}"} if secret else {},
            )
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                return alone("Check", State.FAILED, "the service does not know us: look at TANDEM_SERVICE_SECRET")
            return told(answer.raise_for_status().json())
    except (httpx.HTTPError, ValueError) as error:
        return alone("Check", State.FAILED, f"the service at {url} gives no report ({type(error).__name__})")


async def readiness(url: str) -> tuple[Step, ...]:
    """Ask a service whether it is ready, and if not, why."""
    try:
        async with httpx.AsyncClient(base_url=url, timeout=_ANSWER_SECONDS) as http:
            answer = await http.get("/ready")
            reasons = answer.json()["reasons"]
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        return alone(READY, State.FAILED, f"nothing sensible answers at {url} ({type(error).__name__})")
    if not answer.is_success:
        return alone(READY, State.FAILED, "; ".join(map(str, reasons)))
    return alone(READY, State.PASSED, f"at {url}")
