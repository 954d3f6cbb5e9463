"""Files of JSON lines that are only ever added to: several instances may add at once. Blocks.

A line that cannot be read loses itself and no other.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path


def add_line(path: Path, record: Mapping[str, object]) -> None:
    """Write one record down: on the disk itself when this returns. OSError when that is not possible."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The line end comes first too: a line that was cut short by a full disk spoils no other one.
    line = f"\n{json.dumps(record)}\n".encode()
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        written = os.write(file, line)
        os.fsync(file)
    finally:
        os.close(file)
    if written < len(line):
        raise OSError(0, "the disk is full")


def read_lines(path: Path) -> list[bytes]:
    """The lines that hold anything; none where there is no file. OSError when it cannot be read."""
    try:
        return [line for line in path.read_bytes().splitlines() if line]
    except FileNotFoundError:
        return []
