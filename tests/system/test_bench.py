"""`make bench` in its smallest form: every measure can be taken. What comes out is not judged here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(600)
def test_every_measure_of_the_bench_can_be_taken(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, "-m", "tools.bench", "--form", "smallest", "--into", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    rows = json.loads((tmp_path / "bench.json").read_text("utf-8"))["rows"]
    assert [(row["measure"], row["note"]) for row in rows if row["value"] is None] == []
    assert {"push", "first", "limit:", "empty", "memory:", "idle:", "start-up:"} <= {
        row["measure"].split()[0] for row in rows
    }
    assert done.stdout == (tmp_path / "bench.md").read_text("utf-8")
