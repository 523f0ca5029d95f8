"""Takes every measure, prints each row as it comes, keeps the table in `build/`.

`python -m tools.bench [--form full|quick|smallest] [--kafka apache|memory]`.
"""

import argparse
import asyncio
import sys
import time
from dataclasses import replace
from pathlib import Path

from tandem.errors import CommandError
from tandem.local.wanted import APACHE, MEMORY, Wanted
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
    parser.add_argument("--kafka", choices=(APACHE, MEMORY), help="which Kafka, where not the form's own")
    chosen = parser.parse_args()
    form = FORMS[chosen.form]
    form = replace(form, kafka=chosen.kafka or form.kafka)
    try:
        Wanted(kafka=form.kafka).check()
    except CommandError as error:
        sys.exit(str(error))
    rows = asyncio.run(bench(form, chosen.into))
    write(rows, chosen.into, form.name)
    sys.stdout.write(markdown(rows))


if __name__ == "__main__":
    main()
