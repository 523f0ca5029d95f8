"""Zones by the names that Microsoft and everyone else use."""

import pytest

from times.zones import UnknownZoneError, windows_name, zone_named


@pytest.mark.parametrize(
    ("name", "iana"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("w. europe standard time", "Europe/Berlin"),
        ("Europe/Kyiv", "Europe/Kyiv"),
        ("UTC", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        (" Asia/Kolkata ", "Asia/Kolkata"),
    ],
)
def test_windows_and_iana_names_are_understood(name: str, iana: str) -> None:
    zone = zone_named(name)

    assert zone.key in (iana, f"Etc/{iana}")


@pytest.mark.parametrize(
    "name", ["", "Greenwich Mean Time", "tzone://Microsoft/Custom", "../../etc/passwd", "Europe/\0", "Europe"]
)
def test_a_name_that_nobody_knows_is_called_so(name: str) -> None:
    with pytest.raises(UnknownZoneError):
        zone_named(name)


@pytest.mark.parametrize(
    ("iana", "windows"),
    [
        ("Europe/Berlin", "W. Europe Standard Time"),
        ("Asia/Kathmandu", "Nepal Standard Time"),
        ("Antarctica/Troll", None),
    ],
)
def test_an_iana_zone_has_at_most_one_windows_name(iana: str, windows: str | None) -> None:
    assert windows_name(iana) == windows
