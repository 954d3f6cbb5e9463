"""What people on shift wrote down for the handover: a file of JSON lines. Blocks."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from secondline_tui.domain.jotting import Jotting
from secondline_tui.engine.lines import add_line, read_lines


class NoteBook:
    """The notes of a state folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "notes.jsonl"

    def add(self, jotting: Jotting) -> None:
        """Write one down: on the disk itself when this returns. OSError when that is not possible."""
        add_line(self._path, {"at": jotting.at.isoformat(), "by": jotting.by, "text": jotting.text})

    def since(self, begin: datetime) -> tuple[Jotting, ...]:
        """What was written since then, the oldest first; OSError when the file is there and cannot be read."""
        read = [note for line in read_lines(self._path) if (note := _read(line)) is not None]
        return tuple(sorted((note for note in read if note.at >= begin), key=lambda note: note.at))


def _read(line: bytes) -> Jotting | None:
    try:
        record = json.loads(line)
        jotting = Jotting(datetime.fromisoformat(record["at"]), str(record["by"]), str(record["text"]))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return jotting if jotting.at.tzinfo is not None else None
