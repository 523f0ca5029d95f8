"""Where the faults strike: the running processes, kept alive as a cluster would, and the controls of both simulators."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx

from bus.telling.health import UNREACHABLE
from tandem.local.processes import Program, Running
from tandem.local.programs import replica
from tandem.local.system import System
from tools.chaos.consent import Consent

SERVICES = ("outlook_connector", "espo_connector", "reconciler", "teams_meeting", "console")
_LOOK_SECONDS = 0.3


@dataclass(slots=True)
class Field:
    """Everything that can be hurt, and the hands that put it right again."""

    system: System
    http: httpx.AsyncClient
    consent: Consent
    rng: Random
    gave_up: Counter[str] = field(default_factory=Counter)
    """Services that ended because what they stand on stayed away, and were started again."""
    broke: Counter[str] = field(default_factory=Counter)
    """Processes that ended for any other reason, with the reason."""

    async def graph(self, method: str, path: str, body: Any = None) -> Any:
        """Use the control surface of the simulated Graph."""
        return await self._control(self.system.addresses.graph.url, method, path, body)

    async def espo(self, method: str, path: str, body: Any = None) -> Any:
        """Use the control surface of the simulated EspoCRM."""
        return await self._control(self.system.addresses.espo.url, method, path, body)

    async def keep(self) -> None:
        """Start again whatever ended, for ever, as Kubernetes does."""
        while True:
            for child in self.system.supervisor.running:
                if child.process.returncode is not None:
                    self._note_end(child)
                    await self.system.supervisor.spawn(child.program)
            await asyncio.sleep(_LOOK_SECONDS)

    async def crash(self, name: str) -> Program | None:
        """Kill a process outright, and answer what could start it again; None if it is down anyway."""
        if name not in self._names:
            return None
        return await self.system.supervisor.kill(name)

    async def start(self, program: Program) -> None:
        """Start a process and leave it to itself."""
        await self.system.supervisor.spawn(program)

    async def stop(self, name: str) -> Program | None:
        """Stop a process as an operator does, and answer what could start it again; None if it is down anyway."""
        program = next((child.program for child in self.system.supervisor.running if child.name == name), None)
        if program is not None:
            await self.system.supervisor.stop(name)
        return program

    def second(self, name: str) -> Program | None:
        """Describe one more replica of a service; None while the service is down or has two."""
        running = {child.name: child.program for child in self.system.supervisor.running}
        if name not in running or f"{name}-2" in running:
            return None
        return replica(running[name], 2)

    async def calm(self) -> None:
        """Put the simulators right again, and wait until every process is ready."""
        quiet = {"lose": 0, "duplicate": 0, "reorder": False}
        await self.graph("DELETE", "faults")
        await self.espo("DELETE", "faults")
        await self.graph("POST", "notifications", {**quiet, "delay_ms": 0})
        await self.espo("POST", "webhooks", quiet)
        await self.espo("POST", "webhooks/make-due")
        for child in self.system.supervisor.running:
            await self._ready(child.name)
        await self.consent.give()

    def _note_end(self, child: Running) -> None:
        if child.process.returncode == UNREACHABLE:
            self.gave_up[child.name] += 1
        else:
            self.broke[f"{child.name} ended with exit code {child.process.returncode}"] += 1

    async def _ready(self, name: str) -> None:
        """Wait for one process, over its ends and new starts. Raises TimeoutError if it does not come up."""
        async with asyncio.timeout(120):
            while True:
                child = next((child for child in self.system.supervisor.running if child.name == name), None)
                if child and child.process.returncode is None and await (child.program.ready or _at_once)():
                    return
                await asyncio.sleep(_LOOK_SECONDS)

    async def _control(self, url: str, method: str, path: str, body: Any) -> Any:
        answer = await self.http.request(method, f"{url}/_control/{path}", json=body)
        return answer.raise_for_status().json()

    @property
    def _names(self) -> frozenset[str]:
        return frozenset(child.name for child in self.system.supervisor.running)


async def _at_once() -> bool:
    return True
