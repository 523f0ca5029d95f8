"""Opens a page in the person's browser, if there is one to be seen."""

import asyncio
import os
import sys
import webbrowser
from collections.abc import Mapping

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")


def has_display(environment: Mapping[str, str], platform: str) -> bool:
    """Tell whether somebody would see a window: not through a plain remote shell, and not in a CI job."""
    if environment.get("CI") or environment.get("SSH_CONNECTION"):
        return False
    return platform in ("darwin", "win32") or any(environment.get(name) for name in _DISPLAYS)


async def show_in_browser(url: str) -> bool:
    """Open a page where there is a display; answer whether a browser took it. That none does is no failure."""
    return has_display(os.environ, sys.platform) and await asyncio.to_thread(webbrowser.open, url)
