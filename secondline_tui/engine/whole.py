"""Small files that are whole or not there at all. Blocks; quickly."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Put a text in the place of a file, readable by the person alone. OSError when that is not possible.

    For several threads and programs at once: the last one stays.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=".new", dir=path.parent)
    made = Path(name)
    try:
        with os.fdopen(file, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        made.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            made.unlink()
        raise
