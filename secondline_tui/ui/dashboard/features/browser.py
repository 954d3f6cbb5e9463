"""Opening links and copying text, also where there is no desktop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

from secondline_tui.domain.text import safe_url


def browser_command(own: Sequence[str]) -> list[str] | None:
    """The command that opens a link: the configured one, else the system's; None where there is no desktop."""
    if own:
        return list(own)
    if sys.platform == "darwin":
        return ["open"]
    if sys.platform == "win32":
        return ["explorer"]
    desktop = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return ["xdg-open"] if desktop and shutil.which("xdg-open") else None


def open_link(url: str, own: Sequence[str]) -> str | None:
    """Open a plain http(s) link, from an argument vector. None when done, else why not."""
    if safe_url(url) is None:
        return "not a plain http(s) link"
    command = browser_command(own)
    if command is None:
        return "no browser here"
    try:
        subprocess.Popen(
            [*command, url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        return f"{command[0]}: {error.strerror}"
    return None
