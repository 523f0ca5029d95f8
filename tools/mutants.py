"""Mutants of the core: each is one small mistake, and a test has to notice it. `make mutants [CORE="decide merge"]`.

mutmut knows one source root, named `src`, and wants to import what it mutates from there; this project has two roots. So it
works on a copy that is laid out its way, in `.local/mutants`, with the unit tests of the core alone: they take a second.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_WORKSHOP = _ROOT / ".local" / "mutants"
_MUTMUT = str(Path(sys.executable).with_name("mutmut"))
_COPIED = {
    "libs/contracts": "src/contracts",
    "services/reconciler": "src/reconciler",
    "docs": "docs",
    "tests/conftest.py": "tests/conftest.py",
    "tests/scenarios": "tests/scenarios",
    "tests/support": "tests/support",
    "tests/unit/reconciler": "tests/unit/reconciler",
}
_SETTINGS = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = [{modules}]
also_copy = ["docs"]
timeout_multiplier = 4.0
timeout_constant = 30.0
pytest_add_cli_args = ["-p", "no:randomly", "-p", "no:cacheprovider"]
pytest_add_cli_args_test_selection = ["tests/unit/reconciler"]

[tool.pytest.ini_options]
pythonpath = ["tests"]
addopts = "--import-mode=importlib"
markers = ["scenario(*rows): holds these rows of the scenario catalogue"]
"""


def main(modules: list[str]) -> int:
    """Try the mutants of these modules of the core, or of all, and count them; mutmut's exit code, 1 where a mutant lives."""
    _lay_out(modules or ["*"])
    quick = {**os.environ, "HYPOTHESIS_PROFILE": "mutants"}
    ran = subprocess.run([_MUTMUT, "run"], cwd=_WORKSHOP, check=False, env=quick)  # noqa: S603 - a tool of ours
    if ran.returncode:
        return ran.returncode
    living = _asked("results")
    _asked("export-cicd-stats")
    counted = json.loads((_WORKSHOP / "mutants" / "mutmut-cicd-stats.json").read_text(encoding="utf-8"))
    noticed = counted["killed"] + counted["timeout"]  # a mutant that never ends is noticed, too
    sys.stdout.write(f"{living}{counted['total']} mutants, {counted['total'] - noticed} of them unnoticed\n")
    return int(noticed < counted["total"])


def _asked(question: str) -> str:
    """What mutmut answers to one of its commands."""
    return subprocess.run([_MUTMUT, question], cwd=_WORKSHOP, check=True, capture_output=True, text=True).stdout  # noqa: S603


def _lay_out(modules: list[str]) -> None:
    shutil.rmtree(_WORKSHOP, ignore_errors=True)
    for source, target in _COPIED.items():
        there = _WORKSHOP / target
        there.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (_ROOT / source).is_dir() else shutil.copy)(_ROOT / source, there)
    chosen = ", ".join(f'"src/reconciler/core/{module}.py"' for module in modules)
    (_WORKSHOP / "pyproject.toml").write_text(_SETTINGS.format(modules=chosen), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
