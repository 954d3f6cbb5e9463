"""What people on shift wrote down for the handover: a file of JSON lines that is only ever added to.

Several instances may add to it at once. A line that cannot be read loses itself and no other. Blocks.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from secondline_tui.domain.jotting import Jotting


class NoteBook:
    """The notes of a state folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "notes.jsonl"

    def add(self, jotting: Jotting) -> None:
        """Write one down: on the disk itself when this returns. OSError when that is not possible."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        record = {"at": jotting.at.isoformat(), "by": jotting.by, "text": jotting.text}
        # The line end comes first too: a line that was cut short by a full disk spoils no other one.
        line = f"\n{json.dumps(record)}\n".encode()
        file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            written = os.write(file, line)
            os.fsync(file)
        finally:
            os.close(file)
        if written < len(line):
            raise OSError(0, "the disk is full")

    def since(self, begin: datetime) -> tuple[Jotting, ...]:
        """What was written since then, the oldest first; OSError when the file is there and cannot be read."""
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return ()
        read = [note for line in lines if line and (note := _read(line)) is not None]
        return tuple(sorted((note for note in read if note.at >= begin), key=lambda note: note.at))


def _read(line: bytes) -> Jotting | None:
    try:
        record = json.loads(line)
        jotting = Jotting(datetime.fromisoformat(record["at"]), str(record["by"]), str(record["text"]))
    except (ValueError, KeyError, TypeError):
        return None
    return jotting if jotting.at.tzinfo is not None else None
