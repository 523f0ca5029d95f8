"""Loads the named queries of the `.sql` files, so that SQL is read and reviewed as SQL."""

import re
from importlib.resources import files

_HEADER = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_CHANGED = re.compile(r"\b(?:INTO|UPDATE|DELETE FROM)\s+(\w+)")
_NAMED = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+(\w+)")


def load() -> dict[str, str]:
    """Every query of this package by its name. Raises ValueError if two share one."""
    queries: dict[str, str] = {}
    for file in sorted(files(__package__).joinpath("queries").iterdir(), key=lambda entry: entry.name):
        _, *parts = _HEADER.split(file.read_text("utf-8"))
        for name, text in zip(parts[::2], parts[1::2], strict=True):
            if name in queries:
                raise ValueError(f"two queries are named {name}")
            queries[name] = text.strip().rstrip(";")
    return queries


def changed_by(text: str) -> frozenset[str]:
    """The tables that a query writes to."""
    return frozenset(_CHANGED.findall(text))


def named_in(text: str) -> frozenset[str]:
    """The tables that a query reads or writes. A word that is no table may be among them."""
    return frozenset(_NAMED.findall(text))


QUERIES = load()
CHANGES = {name: changed_by(text) for name, text in QUERIES.items()}
NAMES = {name: named_in(text) for name, text in QUERIES.items()}
