"""Where the file of a running instance is: one for each configuration. Standard library only, and little of that."""

from __future__ import annotations

import os
import sys
import zlib

NAME = "secondline-tui"


def file_of(config: str) -> str:
    """The file that instances on this configuration keep."""
    return os.path.join(folder(), f"board-{zlib.crc32(os.path.realpath(config).encode()):08x}.json")  # noqa: PTH118


def folder() -> str:
    """Where a session's passing files belong, else the state directory. Never asked of the environment alone: the
    status bar's may be another than the dashboard's.
    """
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    if runtime:
        return f"{runtime}/{NAME}"
    if sys.platform == "linux" and os.access(mine := f"/run/user/{os.getuid()}", os.W_OK):
        return f"{mine}/{NAME}"
    if sys.platform == "linux":
        return f"{_home('XDG_STATE_HOME', '.local/state')}/{NAME}"
    from platformdirs import user_state_path  # noqa: PLC0415  (takes longer than all the rest)

    return str(user_state_path(NAME, appauthor=False))


def user_config() -> str:
    """The user's own configuration file, whether it is there or not."""
    if sys.platform == "linux":
        return f"{_home('XDG_CONFIG_HOME', '.config')}/{NAME}/config.toml"
    from platformdirs import user_config_path  # noqa: PLC0415  (as above)

    return str(user_config_path(NAME, appauthor=False) / "config.toml")


def _home(variable: str, usual: str) -> str:
    return os.environ.get(variable, "").strip() or os.path.join(os.path.expanduser("~"), usual)  # noqa: PTH111, PTH118
