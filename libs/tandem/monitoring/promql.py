"""The few forms of query that everything here is made of. Replicas are added up, or the largest is taken; see each."""

from collections.abc import Sequence

WINDOW = "5m"
"""What rules look back at. Dashboards look back as far as their resolution asks for."""

RESOLUTION = "$__rate_interval"
"""Grafana's name for a window that holds at least four scrapes."""


def rate(counter: str, by: Sequence[str] = (), window: str = RESOLUTION) -> str:
    """How many a second, all replicas together."""
    return f"{_sum(by)}(rate({counter}[{window}]))"


def increase(counter: str, by: Sequence[str] = (), window: str = RESOLUTION) -> str:
    """How many within a window, all replicas together."""
    return f"{_sum(by)}(increase({counter}[{window}]))"


def quantile(share: float, histogram: str, by: Sequence[str] = (), window: str = RESOLUTION) -> str:
    """The time within which a share of what a histogram counted was done, all replicas together."""
    name, brace, selector = histogram.partition("{")
    return f"histogram_quantile({share}, {rate(f'{name}_bucket{brace}{selector}', ('le', *by), window)})"


def share(part: str, whole: str) -> str:
    """What share of the whole a part is; 0 where there is no part, and where there is nothing at all."""
    return f"({part} or vector(0)) / clamp_min({whole}, 1e-9)"


def largest(gauge: str, by: Sequence[str] = ()) -> str:
    """What replicas that count the same rows say."""
    return f"max by ({', '.join(by)}) ({gauge})" if by else f"max({gauge})"


def total(gauge: str, by: Sequence[str] = ()) -> str:
    """What replicas that each hold a part of it hold together."""
    return f"{_sum(by)}({gauge})"


def _sum(by: Sequence[str]) -> str:
    return f"sum by ({', '.join(by)}) " if by else "sum"
