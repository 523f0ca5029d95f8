"""`python -m tools.bench [--form full|quick|smallest]`: measures, prints every row as it comes, keeps the table in `build/`."""

import argparse
import asyncio
import sys
import time
from pathlib import Path

from tools.bench.form import FORMS, Form
from tools.bench.plan import run
from tools.bench.report import markdown, write
from tools.bench.rows import Row, number


async def bench(form: Form, into: Path) -> list[Row]:
    """Take all measures and tell each as it is taken."""
    began, rows = time.monotonic(), []
    async for row in run(form, into):
        rows.append(row)
        value = "not taken" if row.value is None else f"{number(row.value)} {row.unit}"
        sys.stderr.write(f"{time.monotonic() - began:5.0f} s  {row.measure}: {value}  {row.note}\n")
    return rows


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--form", choices=FORMS, default="full")
    parser.add_argument("--into", type=Path, default=Path("build"), help="the folder for bench.md and bench.json")
    chosen = parser.parse_args()
    form = FORMS[chosen.form]
    rows = asyncio.run(bench(form, chosen.into))
    write(rows, chosen.into, form.name)
    sys.stdout.write(markdown(rows))


if __name__ == "__main__":
    main()
