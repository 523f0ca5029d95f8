"""`python -m tools.chaos --seconds 180 --seed 7`: exit code 0 if every law held, 1 if not, 2 or 3 if it could not be run."""

import argparse
import asyncio
import secrets
import sys
from pathlib import Path

from rich.console import Console

from tandem.errors import CommandError, Exit
from tandem.local.wanted import APACHE
from tools.chaos.run import Plan, chaos

_BUILD = Path("build")


def main() -> int:
    """Run as a command."""
    parser = argparse.ArgumentParser(prog="tools.chaos", description="Everything goes wrong while people work.")
    parser.add_argument("--seconds", type=float, default=180, help="how long people work and faults strike")
    parser.add_argument("--seed", type=int, default=None, help="what was printed by a run that is to be repeated")
    parser.add_argument("--edits", type=float, default=2.0, help="edits a second")
    parser.add_argument("--every", type=float, default=3.0, help="seconds from fault to fault; 0: no faults")
    parser.add_argument("--patience", type=float, default=330, help="seconds within which it has to come to rest")
    parser.add_argument("--kafka", default=APACHE, help="apache, memory or HOST:PORT")
    parser.add_argument("--directory", type=Path, default=Path(".local/chaos"), help="where data and logs are kept")
    asked = parser.parse_args()
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    console = Console()
    console.print(f"chaos for {asked.seconds:.0f} s, seed {seed}")
    plan = Plan(asked.seconds, seed, asked.kafka, asked.directory, asked.edits, asked.every, asked.patience)
    try:
        report = asyncio.run(chaos(plan))
    except CommandError as error:
        console.print(f"{error}\n{error.detail}", markup=False)
        return error.exit_code
    report.write(_BUILD)
    console.print(report.table())
    console.print("\n\n".join(report.stories), markup=False)
    return Exit.DONE if report.held else Exit.FAILED


if __name__ == "__main__":
    sys.exit(main())
