"""`python -m tools.load [--form full|short] [--accounts N]`: prints a table and keeps it in `build/load.md`."""

import argparse
import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from tools.bench.report import markdown, write
from tools.load.form import FORMS
from tools.load.run import load


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.load", description=__doc__)
    parser.add_argument("--form", choices=FORMS, default="full")
    parser.add_argument("--accounts", type=int, help="other than the form says")
    parser.add_argument("--into", type=Path, default=Path("build"), help="the folder for load.md and load.json")
    chosen = parser.parse_args()
    form = FORMS[chosen.form]
    if chosen.accounts:
        form = replace(form, accounts=chosen.accounts)
    rows = asyncio.run(load(form)).rows()
    write(rows, chosen.into, form.name, "load")
    sys.stdout.write(markdown(rows))


if __name__ == "__main__":
    main()
