"""`make histories`: many histories from one seed, on every core; the first that breaks a promise is told in few words."""

import argparse
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice

from support.company.driver import History

_AT_ONCE = 500


def failures(seed: str, first: int, last: int) -> list[str]:
    """The names of the histories among these that break a promise."""
    names = (f"{seed}/{number}" for number in range(first, last))
    return [name for name in names if History.drawn(name).failure() is not None]


def all_failures(seed: str, count: int) -> Iterator[str]:
    """The same, of so many histories, as they are found."""
    starts = range(0, count, _AT_ONCE)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        ends = [min(start + _AT_ONCE, count) for start in starts]
        for found in pool.map(failures, [seed] * len(ends), starts, ends):
            yield from found


def main() -> int:
    """Live them all, or one again by its name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--again", help="the name of one history, to be lived again")
    wanted = parser.parse_args()
    found = [wanted.again] if wanted.again else list(islice(all_failures(wanted.seed, wanted.count), 20))
    for name in found[:3]:
        history = History.drawn(name)
        again = history if history.failure() is None else history.shortened()
        sys.stdout.write(f"history {name}\n{again.told()}\n\n")
    if not wanted.again:
        sys.stdout.write(f"{wanted.count} histories from seed {wanted.seed}: {len(found)} broke a promise\n")
    return 1 if found and not wanted.again else 0


if __name__ == "__main__":
    sys.exit(main())
