"""Coverage-guided fuzzing (atheris, on libFuzzer) of everything that reads what others have written."""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

_TESTS = Path(__file__).parents[2]
_GOLDEN = _TESTS / "contracts" / "messages" / "golden"
_SENT = re.compile(r"^stat::number_of_executed_units:\s*(\d+)$", re.MULTILINE)


def search(reader: str, runs: int, seed: int = 1) -> tuple[int, str]:
    """Send one of `readers.READERS` so many inputs; gives how many it was sent, and what broke, "" where nothing did."""
    with tempfile.TemporaryDirectory() as corpus:
        if reader == "message":
            for path in _GOLDEN.glob("*.json"):
                shutil.copy(path, corpus)
        ended = subprocess.run(  # noqa: S603  # our own module
            [sys.executable, "-m", "support.searching.search", reader, corpus, str(runs), str(seed)],
            cwd=_TESTS,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
    sent = _SENT.search(ended.stderr)
    return int(sent[1]) if sent else 0, "" if ended.returncode == 0 else ended.stdout + ended.stderr
