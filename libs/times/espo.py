"""Times as EspoCRM writes them: `2026-03-02 09:00:00`, always UTC, exact to the second.

EspoCRM's API reads and writes its `datetime` fields so, whatever zone a user has set (EspoCRM documentation, "API"
page, and its `DateTime` utility, format `Y-m-d H:i:s`).
"""

from datetime import UTC, datetime

_FORMAT = "%Y-%m-%d %H:%M:%S"


def from_espo(written: str) -> datetime:
    """Read EspoCRM's date-time as an instant.

    Raises:
        ValueError: it is written in another way.

    """
    return datetime.strptime(written, _FORMAT).replace(tzinfo=UTC)


def to_espo(moment: datetime) -> str:
    """Write an instant for EspoCRM; a part of a second is cut off."""
    return moment.astimezone(UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
