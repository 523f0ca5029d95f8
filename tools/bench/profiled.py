"""Runs a module under the profiler: `python -m tools.bench.profiled FILE MODULE [ARGUMENT ...]`.

The profile counts processor time, so that what else the machine does is not in it, and is kept when the process ends.
"""

import cProfile
import runpy
import sys
import time
from pathlib import Path


def main() -> None:
    """Run the module as `python -m` does."""
    kept, module = sys.argv[1:3]
    sys.argv = [module, *sys.argv[3:]]
    profile = cProfile.Profile(time.process_time)
    try:
        profile.runcall(runpy.run_module, module, run_name="__main__", alter_sys=True)
    finally:
        Path(kept).parent.mkdir(parents=True, exist_ok=True)
        profile.dump_stats(kept)


if __name__ == "__main__":
    main()
