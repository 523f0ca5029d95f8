"""New settings for running services, as a rolling deployment brings them: one process after the other, each in order."""

from dataclasses import replace

from sandbox.ports import free_port
from support.whole import Whole
from tandem.local.ports import HOST
from tandem.local.processes import Program
from tandem.local.readiness import answers


def program_of(whole: Whole, name: str) -> Program:
    """Give what a running process was started from."""
    (child,) = [child for child in whole.system.supervisor.running if child.name == name]
    return child.program


async def second_replica(whole: Whole, name: str) -> Program:
    """Start one more process of a service, beside the first."""
    first, port = program_of(whole, name), free_port()
    environment = {**first.environment, "TANDEM_HTTP_PORT": str(port)}
    ready = answers(f"http://{HOST}:{port}/ready")
    second = replace(first, name=f"{name}_2", environment=environment, ready=ready)
    await whole.system.supervisor.start(second)
    return second


async def roll_out(whole: Whole, *names: str, **settings: str) -> None:
    """Have each process stop in order and start again with these settings, before it is the next one's turn."""
    for name in names:
        before = program_of(whole, name)
        await whole.system.supervisor.stop(name)
        await whole.system.supervisor.start(replace(before, environment={**before.environment, **settings}))
