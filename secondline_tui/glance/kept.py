"""The file of a running instance, written whole and read back with doubt: whose it is, and how old."""

from __future__ import annotations

import os
import sys
import time

from secondline_tui import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from secondline_tui.domain.summary import Summary

_KEYS = frozenset({"version", "config", "at", "wall", "boot", "pid", "told"})
LATE = 30.0
"""Seconds after which a file says nothing of now: a running instance writes it anew every ten."""


def stamp() -> dict[str, object]:
    """Who writes, and when, by a clock that nobody can set and that goes on while the machine sleeps."""
    return {"pid": os.getpid(), "boot": _boot(), "at": _since_boot(), "wall": time.time()}


def write(path: str, config: str, told: Summary) -> None:
    """Put a file of ours alone in the place of the old one, in one step. OSError when that cannot be."""
    import json  # noqa: PLC0415  (not for those who only ask where the file is)

    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120
    made = f"{path}.{os.getpid()}"
    whole = {"version": __version__, "config": os.path.realpath(config), **stamp(), "told": told}
    try:
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(whole, file, ensure_ascii=False)
        os.replace(made, path)  # noqa: PTH105
    except OSError:
        _remove(made)
        raise


def forget(path: str) -> None:
    """Take the file away, if it is ours."""
    found = _read(path)
    if found is not None and found.get("pid") == os.getpid():
        _remove(path)


def recall(path: str, config: str) -> tuple[Summary | None, float, str]:
    """What a running instance last told and how many seconds ago that was; else None and why not."""
    found = _read(path)
    if found is None or found["config"] != os.path.realpath(config):
        return None, 0.0, "not running"
    age = _since_boot() - found["at"] if found["boot"] and found["boot"] == _boot() else time.time() - found["wall"]
    if not _alive(found["pid"]):
        return None, age, "not running"
    if not -1 <= age <= LATE:
        return None, age, "stands still"
    if found["version"] != __version__:
        return None, 0.0, "another version runs"
    told: Summary = found["told"]
    return told, max(0.0, age), ""


def _read(path: str) -> dict[str, Any] | None:
    import json  # noqa: PLC0415  (where there is no file, it is not needed)

    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            found = json.load(file)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and found.keys() >= _KEYS else None


def _alive(pid: int) -> bool:
    if os.name != "posix":
        return True  # the file's age has to tell
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _boot() -> str:
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:  # noqa: PTH123
            return file.read().strip()
    except OSError:
        return ""


def _since_boot() -> float:
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()


def _remove(path: str) -> None:
    try:
        os.unlink(path)  # noqa: PTH108
    except OSError:
        return
