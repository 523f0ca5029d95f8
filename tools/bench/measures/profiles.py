"""Where the processor time goes: each service under the profiler for one small push and pull; the profiles are kept."""

from dataclasses import replace
from pathlib import Path

from tools.bench.limits.apis import Apis
from tools.bench.measures.pull import pull
from tools.bench.measures.push import push
from tools.bench.rows import Row, Target
from tools.bench.whole import Whole

_SERVICES = ("outlook_connector", "espo_connector", "reconciler")


async def profiles(whole: Whole, events: int, bare: Apis, into: Path) -> list[Row]:
    """Run each service inside `tools.bench.profiled` while so many events cross each way, then as before."""
    supervisor = whole.system.supervisor
    usual = [child.program for child in supervisor.running if child.name in _SERVICES]
    kept = {program.name: into / f"{program.name}.prof" for program in usual}
    for program in usual:
        await supervisor.stop(program.name)
    await supervisor.start(
        *(
            replace(program, module="tools.bench.profiled", arguments=(str(kept[program.name]), program.module))
            for program in usual
        )
    )
    try:
        await push(whole, events, 1, bare.one_mailbox, Target(0))
        await pull(whole, events, bare.espo)
    finally:
        for program in usual:
            await supervisor.stop(program.name)
        await supervisor.start(*usual)
    return [
        Row(f"profile: {name}", path.stat().st_size / 1024, "KiB", note=f"`python -m pstats {path}`")
        for name, path in kept.items()
    ]
