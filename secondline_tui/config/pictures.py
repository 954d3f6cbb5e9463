"""Pictures that wait to be sent, each a file in the state folder, named after what is in it. Blocks."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import time
from pathlib import Path

KEPT = 30 * 86_400
"""Seconds that a picture is kept: as long as the action that it belongs to."""
_NAME = re.compile(r"item-([0-9a-f]{16})\.png")


class Pictures:
    """The folder of pictures; only the person may read it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "pictures"

    def keep(self, content: bytes) -> str:
        """Put a picture on disk; its name. Old ones go at the same time. OSError."""
        name = f"item-{_digest(content)}.png"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep()
        made = self._folder / f"{name}.{os.getpid()}"
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        made.replace(self._folder / name)
        return name

    def read(self, name: str) -> bytes:
        """The picture of that name, whole and unchanged; OSError."""
        known = _NAME.fullmatch(name)
        content = (self._folder / name).read_bytes() if known else b""
        if known is None or known[1] != _digest(content):
            raise OSError(f"{name} is not what was kept")
        return content

    def _sweep(self) -> None:
        old = time.time() - KEPT
        for file in self._folder.iterdir():
            with contextlib.suppress(OSError):  # another process sweeps too, and what is no file of ours stays
                if file.stat().st_mtime < old:
                    file.unlink()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
