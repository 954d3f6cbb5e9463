"""Which file is the configuration. Imports next to nothing: the first frame waits for it."""

from __future__ import annotations

import os
from pathlib import Path

ENVIRONMENT_VARIABLE = "SECONDLINE_CONFIG"


def find(option: Path | None) -> Path | None:
    """The file to read: the option, else $SECONDLINE_CONFIG, else the user's own; None when there is none.

    A file that was named is returned even if it does not exist, so that the error can say so.
    """
    if option is not None:
        return option
    named = os.environ.get(ENVIRONMENT_VARIABLE)
    if named:
        return Path(named)
    path = user_path()
    return path if path.exists() else None


def user_path() -> Path:
    """Where the user's own configuration is kept."""
    from platformdirs import user_config_path  # noqa: PLC0415  (not needed when a file is named)

    return user_config_path("secondline-tui", appauthor=False) / "config.toml"
