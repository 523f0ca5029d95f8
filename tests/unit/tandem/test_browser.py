"""A browser is opened only where somebody would see it."""

import pytest

from tandem.local.browser import has_display


@pytest.mark.parametrize(
    ("environment", "platform", "seen"),
    [
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
        ({}, "linux", False),
        ({"DISPLAY": ":0", "CI": "true"}, "linux", False),
        ({"DISPLAY": "localhost:10", "SSH_CONNECTION": "10.0.0.1 50000 10.0.0.2 22"}, "linux", False),
    ],
    ids=["X", "Wayland", "macOS", "no display", "a CI job", "a remote shell"],
)
def test_a_browser_is_opened_where_there_is_a_display(
    environment: dict[str, str], platform: str, *, seen: bool
) -> None:
    assert has_display(environment, platform) is seen
