"""Images: what goes into one, what it may do, and that a service's locked dependencies are all that it needs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.deployed import ROOT, SERVICES

DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
RESULT = DOCKERFILE.rpartition("FROM ")[2]
IMAGES = (*SERVICES, "tandem")
BIN = Path(sys.executable).parent
WRONG_SETTINGS = 2


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


@pytest.mark.timeout(300)
@pytest.mark.parametrize("image", IMAGES)
def test_an_image_s_program_starts_on_its_own_locked_dependencies_and_no_others(
    image: str, wheel: Path, tmp_path: Path
) -> None:
    python = tmp_path / "bin" / "python"
    lock = ROOT / "requirements" / f"{image}.txt"
    run(BIN / "uv", "venv", "--quiet", "--python", sys.executable, tmp_path)
    run(BIN / "uv", "pip", "install", "--quiet", "--python", python, "--require-hashes", "--requirement", lock)
    run(BIN / "uv", "pip", "install", "--quiet", "--python", python, "--no-deps", "--no-index", wheel)
    if image == "tandem":
        run(python, "-m", "tandem.main", "--help", cwd=tmp_path)
    else:
        told = run(python, "-I", "-m", f"{image}.main", cwd=tmp_path, expected=WRONG_SETTINGS)
        assert "TANDEM_" in told


def pins(lock: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+(?:\[[a-z,]+\])?)==(\S+)", lock.read_text("utf-8"), re.MULTILINE))


def run(*command: str | Path, cwd: Path = ROOT, expected: int = 0) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TANDEM_")}
    done = subprocess.run(  # noqa: S603  # our own tools
        command, capture_output=True, text=True, check=False, cwd=cwd, env=environment
    )
    assert done.returncode == expected, done.stderr
    return done.stderr
