"""One search: `python -m support.searching.search READER CORPUS RUNS SEED` sends a reader so many inputs, led by what they reach.

libFuzzer ends the process itself, and writes how many it sent to standard error. Whatever breaks a law ends the search, with the
input and the traceback.
"""

import sys
from pathlib import Path

import atheris

_OURS = ["bus", "contracts", "espo_connector", "graph", "network", "outlook_connector", "support", "times"]
_LONGEST_BYTES = 4096
_SLOW_SECONDS = 10
_MOST_MIB = 2048


def main() -> None:
    """Run one search to its end."""
    name, corpus, runs, seed = sys.argv[1:]
    with atheris.instrument_imports(include=_OURS, enable_loader_override=False):
        from support.searching.readers import READERS, SEEDS  # noqa: PLC0415  # what is imported here is watched
    for number, sample in enumerate(SEEDS.get(name, ())):
        (Path(corpus) / f"seed-{number}").write_bytes(sample)
    limits = (f"-max_len={_LONGEST_BYTES}", f"-timeout={_SLOW_SECONDS}", f"-rss_limit_mb={_MOST_MIB}")
    how = (f"-runs={runs}", f"-seed={seed}", "-print_final_stats=1", f"-artifact_prefix={corpus}/")
    atheris.Setup([name, *how, *limits, corpus], READERS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
