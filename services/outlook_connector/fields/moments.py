"""Graph's times as wall-clock times, so that whoever reads one of them means the same by it. Pure."""

from graph.asking.answers import DateTimeTimeZone
from times.outlook import WallTime


def wall(written: DateTimeTimeZone) -> WallTime:
    """Read a time; without a zone it is UTC, which every request of ours asks for."""
    return WallTime(written.date_time, written.time_zone or "UTC")
