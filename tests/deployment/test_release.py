"""A release goes stage by stage, and no further than the first that fails. kubectl is a program that writes down its calls."""

import os
import subprocess
from pathlib import Path

import pytest

from support.deployed import ROOT

KUBECTL = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in *"$FAILS"*) exit 1 ;; esac
"""
BEFORE, CODE, AFTER = "overlays/prod/before", "overlays/prod", "overlays/prod/after"


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    program = tmp_path / "kubectl"
    program.write_text(KUBECTL)
    program.chmod(0o755)
    return tmp_path / "calls"


def release(calls: Path, *, fails: str = "nothing does") -> tuple[int, list[str]]:
    """Release to production; the exit code, and what kubectl was asked, in order and without repeated options."""
    environment = os.environ | {"PATH": f"{calls.parent}:{os.environ['PATH']}", "CALLS": str(calls), "FAILS": fails}
    done = subprocess.run([ROOT / "k8s" / "release.sh", "prod"], env=environment, capture_output=True, check=False)  # noqa: S603  # our own script
    return done.returncode, calls.read_text("utf-8").replace("--namespace tandem ", "").splitlines()


def applied(asked: list[str]) -> list[str]:
    return [line.rpartition("k8s/")[2] for line in asked if line.startswith("apply --kustomize")]


def test_what_the_code_needs_comes_before_it_and_what_the_old_code_needed_goes_after(calls: Path) -> None:
    code, asked = release(calls)
    assert code == 0
    assert applied(asked) == [BEFORE, CODE, AFTER]


def test_each_stage_is_waited_for(calls: Path) -> None:
    _, asked = release(calls)
    verbs = [line.split()[0] for line in asked]
    assert verbs == ["delete", "apply", "wait", "apply", "rollout", "delete", "apply", "wait"]


@pytest.mark.parametrize(
    ("fails", "expected"),
    [("job/migrate-before", [BEFORE]), ("rollout", [BEFORE, CODE])],
    ids=["the schema does not come about: no new code", "the new code does not get ready: nothing is taken away"],
)
def test_a_stage_that_fails_is_the_last(calls: Path, fails: str, expected: list[str]) -> None:
    code, asked = release(calls, fails=fails)
    assert code != 0
    assert applied(asked) == expected


def test_jobs_are_made_anew_for_every_release(calls: Path) -> None:
    _, asked = release(calls)
    deleted = [line.split()[2:-1] for line in asked if line.startswith("delete job")]
    assert deleted == [["topics", "migrate-before"], ["migrate-after"]]
