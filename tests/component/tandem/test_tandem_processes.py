"""A local run owns its processes: it sees them ready, notices their end, and leaves none behind."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from tandem.errors import CommandError
from tandem.local.processes import ProcessDiedError, Program, Supervisor
from tandem.polling import until

TIMES_OUT_NEVER = 30.0


@pytest.fixture
async def supervisor(tmp_path: Path) -> AsyncIterator[Supervisor]:
    async with Supervisor(tmp_path / "logs") as supervisor:
        yield supervisor


@pytest.fixture(autouse=True)
def importable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules written into the test's folder can be started by name."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def a_module(folder: Path, name: str, *lines: str) -> None:
    (folder / f"{name}.py").write_text("\n".join(lines))


def sleeper(folder: Path, name: str = "sleeper") -> Program:
    """A process that says so once it is ready, and then waits to be stopped."""
    a_module(folder, name, "import pathlib, signal", f"pathlib.Path({name!r} + '.ready').touch()", "signal.pause()")
    return Program(name, name, ready=wrote(f"{name}.ready"))


def wrote(name: str) -> Callable[[], Awaitable[bool]]:
    """See that a process has made a file."""

    async def look() -> bool:
        return found(name) is not None

    return look


def found(name: str) -> str | None:
    """What a process wrote into a file, None if it has not yet."""
    return Path(name).read_text() if Path(name).exists() else None


def alive(pid: int) -> bool:
    """Whether a process exists and is not just waiting to be buried."""
    with contextlib.suppress(FileNotFoundError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@pytest.fixture(autouse=True)
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


async def test_leaving_the_context_stops_every_process(tmp_path: Path) -> None:
    async with Supervisor(tmp_path / "logs") as supervisor:
        await supervisor.start(sleeper(tmp_path, "one"), sleeper(tmp_path, "two"))
        pids = [child.process.pid for child in supervisor.running]
        assert all(map(alive, pids))
    assert not any(map(alive, pids))


async def test_the_last_one_started_is_the_first_one_stopped(tmp_path: Path) -> None:
    record = "pathlib.Path('order').open('a').write(__name__ and NAME + ' ')"
    for name in ("first", "second"):
        a_module(
            tmp_path,
            name,
            "import pathlib, signal, sys",
            f"NAME = {name!r}",
            f"signal.signal(signal.SIGTERM, lambda *_: sys.exit({record} and 0))",
            "pathlib.Path(NAME + '.ready').touch()",
            "signal.pause()",
        )

    async with Supervisor(tmp_path / "logs") as supervisor:
        for name in ("first", "second"):
            await supervisor.start(Program(name, name, ready=wrote(f"{name}.ready")))
    assert found("order") == "second first "


async def test_a_failure_half_way_through_the_start_leaves_nothing_running(tmp_path: Path) -> None:
    a_module(tmp_path, "broken", "raise SystemExit('no such database')")
    async with Supervisor(tmp_path / "logs") as supervisor:
        await supervisor.start(sleeper(tmp_path))
        pids = [child.process.pid for child in supervisor.running]
        with pytest.raises(ProcessDiedError):
            await supervisor.start(sleeper(tmp_path, "never"), Program("broken", "broken", ready=never))
        pids += [child.process.pid for child in supervisor.running]
    assert len(pids) > 1
    assert not any(map(alive, pids))


async def never() -> bool:
    return False


async def test_a_process_that_ends_while_starting_is_named_with_its_last_words(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    a_module(tmp_path, "broken", "raise SystemExit('no such database')")
    with pytest.raises(ProcessDiedError, match="broken ended with exit code 1") as error:
        await supervisor.start(Program("broken", "broken", ready=never))
    assert error.value.detail == "no such database"


async def test_a_process_that_is_never_ready_is_given_up(supervisor: Supervisor, tmp_path: Path) -> None:
    a_module(tmp_path, "silent", "import signal", "signal.pause()")
    with pytest.raises(CommandError, match="silent was not ready"):
        await supervisor.start(Program("silent", "silent", ready=never, patience=0.2))


async def test_a_process_that_dies_ends_the_work_that_stands_on_it(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.start(sleeper(tmp_path))
    (child,) = supervisor.running
    os.kill(child.process.pid, signal.SIGKILL)
    with pytest.raises(ProcessDiedError, match="sleeper ended with exit code -9"):
        await supervisor.while_alive(asyncio.sleep(TIMES_OUT_NEVER))


async def test_work_that_comes_to_its_end_gives_its_result(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.start(sleeper(tmp_path))

    async def work() -> str:
        return "done"

    assert await supervisor.while_alive(work()) == "done"


async def test_a_killed_process_can_be_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    await supervisor.start(sleeper(tmp_path))
    (before,) = supervisor.running
    await supervisor.start(await supervisor.kill("sleeper"))
    (after,) = supervisor.running
    assert not alive(before.process.pid)
    assert alive(after.process.pid)


async def test_a_step_that_ends_well_is_complete(supervisor: Supervisor, tmp_path: Path) -> None:
    a_module(tmp_path, "step", "print('nothing to do')")
    await supervisor.complete(Program("step", "step"))
    assert supervisor.running == ()


async def test_a_step_that_fails_is_named(supervisor: Supervisor, tmp_path: Path) -> None:
    a_module(tmp_path, "step", "raise SystemExit(4)")
    with pytest.raises(ProcessDiedError, match="step ended with exit code 4"):
        await supervisor.complete(Program("step", "step"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
async def test_nothing_survives_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    a_module(
        tmp_path,
        "orphan",
        "import os, pathlib, signal",
        "pathlib.Path('pid').write_text(str(os.getpid()))",
        "signal.pause()",
    )
    a_module(
        tmp_path,
        "parent",
        "import asyncio, pathlib",
        "from tandem.local.processes import Program, Supervisor",
        "async def main():",
        "    async with Supervisor(pathlib.Path('logs')) as supervisor:",
        "        await supervisor.spawn(Program('orphan', 'orphan'))",
        "        await asyncio.sleep(60)",
        "asyncio.run(main())",
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "parent.py")

    async def orphan() -> int | None:
        return int(found("pid") or 0) or None

    pid = await until(orphan, TIMES_OUT_NEVER)
    assert pid is not None
    parent.kill()
    await parent.wait()

    async def gone() -> bool | None:
        return not alive(pid) or None

    assert await until(gone, TIMES_OUT_NEVER)
