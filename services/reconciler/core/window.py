"""The window in which a calendar is read.

Graph binds a delta to its window for good (microsoft-graph, 2.3). So that the days ahead do not run out, a calendar is read
anew in a later window while most of the old one is still to come.
"""

from datetime import datetime, timedelta

AHEAD = timedelta(days=540)
"""So far ahead a calendar is read, unless the settings say otherwise."""

LONGEST = timedelta(days=1825)
"""Graph shows so much of a calendar at most (microsoft-graph, 1.2)."""

_STILL_ENOUGH = 0.75
"""A window of which this share lies ahead is kept: reading anew costs a whole calendar, and what is further off can wait."""


def least_ahead(ahead: timedelta) -> timedelta:
    """How far ahead a window has to reach so that its calendar is not read anew yet."""
    return ahead * _STILL_ENOUGH


def opening(wanted: datetime, end: datetime) -> datetime:
    """When a window opens that ends then: when the settings ask for, or as early as Graph allows.

    In the end the days ahead matter more than events that have been over for years.
    """
    return max(wanted, end - LONGEST)
