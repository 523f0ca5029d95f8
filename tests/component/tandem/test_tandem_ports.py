"""Addresses stay the same from run to run, and a port that is taken is named."""

import dataclasses
import socket

import pytest

from tandem.errors import UnusableError
from tandem.local.ports import HOST, choose


def test_ports_count_up_from_the_base() -> None:
    base = _free_stretch()
    assert dataclasses.astuple(choose(base)) == tuple(range(base, base + 10))


def test_base_zero_takes_ports_that_are_free_and_all_different() -> None:
    chosen = dataclasses.astuple(choose(0))
    assert len(set(chosen)) == 10
    assert 0 not in chosen


def test_a_port_in_use_is_named_with_the_way_to_change_it() -> None:
    base = _free_stretch()
    with socket.socket() as taken:
        taken.bind((HOST, base + 3))
        taken.listen()
        with pytest.raises(UnusableError, match=rf"port {base + 3} \(for graph\).*--port-base"):
            choose(base)


def _free_stretch() -> int:
    """A port that is free, and followed by free ones."""
    return next(base for base in range(20000, 30000, 10) if all(map(_is_free, range(base, base + 10))))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0
