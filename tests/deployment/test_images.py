"""Images: what goes into one, what it may do, and that a service's locked dependencies are all that it needs."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.ports import free_port
from support.deployed import ROOT, SERVICES
from support.running import peopled
from tandem.local.system import System
from tandem.polling import until

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
RESULT = DOCKERFILE.rpartition("FROM ")[2]
IMAGES = (*SERVICES, "tandem")
BIN = Path(sys.executable).parent
WRONG_SETTINGS = 2
PORT = 8080
READY_WITHIN = 60.0


def test_the_dockerfile_is_what_hadolint_finds_good() -> None:
    done = subprocess.run([BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)  # noqa: S603
    assert done.stdout == ""
    assert done.returncode == 0, done.stderr


def test_the_result_installs_nothing_itself_and_runs_as_nobody_in_particular() -> None:
    assert not re.search(r"^RUN ", RESULT, re.MULTILINE), "what is installed belongs into the stage that is thrown away"
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", RESULT, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", RESULT, re.MULTILINE)


def test_every_dependency_is_checked_by_its_hash() -> None:
    installs = re.findall(r"pip(?: --python \S+)? install (.*)", DOCKERFILE)
    assert len(installs) == 3
    assert all("--require-hashes" in words or "--no-index" in words for words in installs)


def test_only_what_an_image_is_made_of_is_sent_to_the_build() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    assert rules[0] == "*"
    assert set(re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE, re.MULTILINE)) == {
        "requirements/build.txt",
        "requirements/${SERVICE}.txt",
        "pyproject.toml",
        "libs",
        "services",
    }
    assert {rule for rule in rules if rule.startswith("!")} == {
        "!pyproject.toml",
        "!requirements/*.txt",
        "!libs",
        "!services",
    }


@pytest.mark.parametrize("image", [*IMAGES, "build"])
def test_an_image_has_the_versions_that_the_tests_run_with(image: str) -> None:
    tested = pins(ROOT / "requirements" / "dev.txt")
    deployed = pins(ROOT / "requirements" / f"{image}.txt")
    assert deployed.items() <= tested.items()


@pytest.mark.parametrize("image", [*IMAGES, "build"])
def test_a_lock_names_no_place_to_fetch_from(image: str) -> None:
    text = (ROOT / "requirements" / f"{image}.txt").read_text("utf-8")
    assert "://" not in text
    assert "index-url" not in text


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our own code, built as the Dockerfile has it built, out of nothing but what is sent to the build."""
    context, dist = tmp_path_factory.mktemp("context"), tmp_path_factory.mktemp("dist")
    shutil.copy(ROOT / "pyproject.toml", context)
    for folder in ("libs", "services"):
        shutil.copytree(ROOT / folder, context / folder, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", dist, cwd=context)
    (built,) = dist.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Install an image's locked dependencies and our code, once, as the Dockerfile does; gives the folder of programs."""

    @cache
    def install(image: str) -> Path:
        folder = tmp_path_factory.mktemp(image)
        python = folder / "bin" / "python"
        lock = ROOT / "requirements" / f"{image}.txt"
        run(BIN / "uv", "venv", "--quiet", "--python", sys.executable, folder)
        run(BIN / "uv", "pip", "install", "--quiet", "--python", python, "--require-hashes", "--requirement", lock)
        run(BIN / "uv", "pip", "install", "--quiet", "--python", python, "--no-deps", "--no-index", wheel)
        return python.parent

    return install


@pytest.mark.timeout(300)
@pytest.mark.parametrize("image", IMAGES)
def test_an_image_s_program_starts_on_its_own_locked_dependencies_and_no_others(
    image: str, installed: Callable[[str], Path], tmp_path: Path
) -> None:
    python = installed(image) / "python"
    if image == "tandem":
        run(python, "-m", "tandem.main", "--help", cwd=tmp_path)
    else:
        told = run(python, "-I", "-m", f"{image}.main", cwd=tmp_path, expected=WRONG_SETTINGS)
        assert "TANDEM_" in told


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    """What a service finds where it runs: Kafka, a database, and all other services."""
    async with peopled(tmp_path_factory) as system:
        yield system


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("service", SERVICES)
async def test_the_health_check_fails_until_the_service_is_ready_and_a_signal_stops_it_in_order(
    service: str, installed: Callable[[str], Path], system: System, tmp_path: Path
) -> None:
    port = str(free_port())
    (beside,) = [child.program for child in system.supervisor.running if child.name == service]
    image = {"SERVICE": service, "PATH": f"{installed(service)}:/usr/bin:/bin", "TANDEM_HTTP_PORT": port}
    environment = {**beside.environment, **image}
    entrance, check = (in_the_result(word, port) for word in ("ENTRYPOINT ", "CMD "))

    async def healthy() -> bool | None:
        process = await asyncio.create_subprocess_exec(*check, stderr=DEVNULL, cwd=tmp_path, env=environment)
        return await process.wait() == 0 or None

    assert not await healthy()
    process = await asyncio.create_subprocess_exec(
        *entrance, stdout=DEVNULL, stderr=DEVNULL, cwd=tmp_path, env=environment
    )
    try:
        assert await until(healthy, READY_WITHIN)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), READY_WITHIN) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def in_the_result(instruction: str, port: str) -> list[str]:
    """Read the words of an instruction; the port is ours instead of the image's, which may be in use here."""
    (line,) = [line.strip() for line in RESULT.splitlines() if line.strip().startswith(instruction)]
    words: list[str] = json.loads(line.removeprefix(instruction))
    return [word.replace(f":{PORT}/", f":{port}/") for word in words]


def test_the_port_that_is_listened_at_is_the_one_that_is_told_and_asked() -> None:
    assert f"TANDEM_HTTP_PORT={PORT}" in RESULT
    assert f"EXPOSE {PORT}\n" in RESULT
    assert f"http://127.0.0.1:{PORT}/ready" in RESULT


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+(?:\[[a-z,]+\])?)==(\S+)", lock.read_text("utf-8"), re.MULTILINE))


def run(*command: str | Path, cwd: Path = ROOT, expected: int = 0) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")}
    done = subprocess.run(  # noqa: S603  # our own tools
        command, capture_output=True, text=True, check=False, cwd=cwd, env=environment
    )
    assert done.returncode == expected, done.stderr
    return done.stderr
