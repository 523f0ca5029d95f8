"""Searches for bytes that break a reader, led by what they reach in it: rubbish of chance never gets past the first check."""

import os
from collections import Counter

import pytest

from support import needed
from support.searching import search
from support.searching.readers import READERS

RUNS = 100_000 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 2_000


@pytest.fixture(autouse=True)
def atheris() -> None:
    needed.module("atheris", "`make fuzz` installs it")


@pytest.mark.timeout(900)
@pytest.mark.parametrize("reader", sorted(READERS.keys() - {"liar"}))
def test_nothing_that_others_write_breaks_what_reads_it(counted: Counter[str], reader: str) -> None:
    sent, broken = search(reader, RUNS)
    counted[f"searched: {reader}"] += sent
    assert broken == ""
    assert sent >= RUNS


def test_a_reader_that_breaks_its_law_is_found_out() -> None:
    _, broken = search("liar", 200_000)
    assert "AssertionError" in broken
