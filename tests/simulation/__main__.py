"""`make lives`: many short lives of the whole system from one seed; one that breaks a law is told in few words."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import tempfile
from pathlib import Path

import structlog

from simulation.lives import Sum, database, lives

_STEPS = 400
_ENDED = 128 + signal.SIGTERM
"""What a shell says of a program that was asked to end. Leaving in order stops PostgreSQL, which Python's own way does not."""


async def _all(directory: Path, seeds: range, steps: int, *, keyed: bool | None, whole: bool) -> int:
    total = Sum()
    async with database(directory) as server:
        async for diary in lives(server, seeds, steps, keyed=keyed):
            total.add(diary)
            if diary.violations or diary.known or whole:
                sys.stdout.write(f"{diary.told(whole=whole)}\n")
                sys.stdout.flush()
    sys.stdout.write(f"from seed {seeds[0]}, {total}\n")
    return total.broken


def main() -> int:
    """Live so many lives; exit code 1 where one broke a law."""
    parser = argparse.ArgumentParser(prog="simulation", description=__doc__)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="of the first life; the next one has the next")
    parser.add_argument("--steps", type=int, default=_STEPS, help="how much happens in a life before it comes to rest")
    parser.add_argument(
        "--extension", choices=("yes", "no"), help="ours for EspoCRM: in all lives, or in none; else as drawn"
    )
    parser.add_argument("--whole", action="store_true", help="tell every step")
    wanted = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(_ENDED))
    if os.environ.get("PYTHONHASHSEED") != "0":
        sys.exit("the order of a set is drawn by each process anew: set PYTHONHASHSEED=0, as `make lives` does")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    seeds = range(wanted.seed, wanted.seed + wanted.count)
    with tempfile.TemporaryDirectory(prefix="tandem-lives-") as directory:
        keyed = None if wanted.extension is None else wanted.extension == "yes"
        broken = asyncio.run(_all(Path(directory) / "postgres", seeds, wanted.steps, keyed=keyed, whole=wanted.whole))
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
