"""Real servers: skipped with a reason where they are not installed, unless this run promises them."""

from __future__ import annotations

import os
import shutil

import pytest

PROMISE = "SECONDLINE_LIVE"
_SYSTEM_PATH = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"


def need(program: str, package: str = "") -> str:
    """The path of a server's program. Without it the test is skipped; with SECONDLINE_LIVE=1 in the environment it
    fails, so that a run which is meant to try the real servers cannot pass without them.
    """
    found = shutil.which(program) or shutil.which(program, path=_SYSTEM_PATH)
    if found is not None:
        return found
    reason = f"{program} is not installed (Debian package {package or program})"
    if os.environ.get(PROMISE, "") not in ("", "0"):
        pytest.fail(f"{PROMISE} is set, but {reason}")
    pytest.skip(reason)
