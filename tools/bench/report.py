"""Writes the rows: as a table in Markdown for people and the README, as JSON for scripts."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tools.bench.rows import Row, number
from tools.docs.tables import table

_COLUMNS = ("measure", "value", "target", "of the limit", "")
_MARKS = {True: "reached", False: "**missed**", None: ""}


def markdown(rows: Sequence[Row]) -> str:
    """Write the table."""
    return table(_COLUMNS, [_cells(row) for row in rows])


def _cells(row: Row) -> tuple[str, ...]:
    value = "not taken" if row.value is None else f"{number(row.value)} {row.unit}".strip()
    limit = "" if row.ratio is None or row.limit is None else f"{row.ratio:.0%} of {number(row.limit)}"
    remarks = "; ".join(part for part in (_MARKS[row.met], row.note) if part)
    return row.measure, value, str(row.target or ""), limit, remarks


def machine() -> dict[str, Any]:
    """Say what it was measured on."""
    return {"processors": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}


def write(rows: Sequence[Row], folder: Path, form: str, name: str = "bench") -> None:
    """Keep a run: as JSON and as a table, in files of this name."""
    folder.mkdir(parents=True, exist_ok=True)
    told = [asdict(row) | {"ratio": row.ratio, "met": row.met} for row in rows]
    whole = {"form": form, "machine": machine(), "rows": told}
    (folder / f"{name}.json").write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", "utf-8")
    (folder / f"{name}.md").write_text(markdown(rows), "utf-8")
