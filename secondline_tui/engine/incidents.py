"""The incidents that were declared here, and their reports: a folder of the state folder. Blocks."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from secondline_tui.domain.declared import SLOWEST, Change, Declared, Event, Noted, Pace, Part, told
from secondline_tui.domain.refs import ItemRef
from secondline_tui.engine.lines import add_line, read_lines

ATTEMPTS = 3
YEARS = range(1971, 9_000)
"""Where a moment may be, so that there is always one before it and one after it."""


class UnkeptError(Exception):
    """A report cannot be kept up to date; the text says why, for a person."""


class IncidentBook:
    """What was declared, and what was noted of it since."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "incidents"
        self._path = self.folder / "incidents.jsonl"

    def declare(self, incident: Declared) -> None:
        """Write a new one down: on the disk itself when this returns. OSError when that is not possible."""
        add_line(self._path, _written(incident))

    def note(self, event: Event) -> None:
        """Write down what was noted of one."""
        noted = event.noted
        record = {"of": event.id, "at": noted.at.isoformat(), "by": noted.by, "text": noted.text, "over": event.over}
        add_line(self._path, record)

    def change(self, change: Change) -> None:
        """Write down that a part of one is another now. Earlier versions pass over such lines."""
        record = {"of": change.id, "at": change.at.isoformat(), "by": change.by, "changed": change.part}
        add_line(self._path, {**record, "to": change.to, "meaning": change.meaning, **_paced(change.pace)})

    def all(self) -> tuple[Declared, ...]:
        """Every incident as it stands, the oldest first; OSError when the file is there and cannot be read."""
        return told(event for line in read_lines(self._path) if (event := _read(line)) is not None)

    # -- reports -----------------------------------------------------------------------------------------------

    def begin(self, name: str, text: str) -> str:
        """Write a new report, under this name or the first like it that is free; the name it has. OSError."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = 1
        while True:
            free = f"{name}{f'-{number}' if number > 1 else ''}.md"
            with contextlib.suppress(FileExistsError):
                file = os.open(self.folder / free, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(file, "w", encoding="utf-8") as opened:
                    opened.write(text)
                    opened.flush()
                    os.fsync(opened.fileno())
                return free
            number += 1

    def report(self, name: str) -> str:
        """The text of a report; OSError, or UnkeptError where it is no text."""
        try:
            return (self.folder / name).read_bytes().decode()
        except UnicodeDecodeError:
            raise UnkeptError("it is not UTF-8 text any more") from None

    def keep_up(self, name: str, change: Callable[[str], str | None]) -> bool:
        """Put in place of a report what `change` makes of it, whole or not at all; None, or the same, leaves it.

        What somebody writes into it meanwhile is read again, never written over. OSError, or UnkeptError; one that
        was taken away is not made again.
        """
        path = (self.folder / name).resolve()
        for _ in range(ATTEMPTS):
            before = self.report(name)
            after = change(before)
            if after is None or after == before:
                return False
            if _exchanged(path, before.encode(), after.encode()):
                return True
        raise UnkeptError("it keeps changing")


def _exchanged(path: Path, before: bytes, after: bytes) -> bool:
    """Whether the file held `before` still, and so holds `after` now."""
    handle, beside = tempfile.mkstemp(prefix=".", suffix=".new", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(stat.S_IMODE(path.stat().st_mode))
        if path.read_bytes() != before:
            return False
        Path(beside).replace(path)
        return True
    finally:
        Path(beside).unlink(missing_ok=True)


def _written(incident: Declared) -> dict[str, object]:
    return {
        "declared": incident.id,
        "at": incident.at.isoformat(),
        "by": incident.by,
        "title": incident.title,
        "priority": incident.priority,
        "meaning": incident.meaning,
        **_paced(incident.pace),
        "lead": incident.lead,
        "comms": incident.comms,
        "service": incident.service,
        "about": str(incident.about) if incident.about is not None else "",
        "about_name": incident.about_name,
        "paged": incident.paged,
        "report": incident.report,
    }


def _paced(pace: Pace) -> dict[str, object]:
    return {"every": pace.every.total_seconds(), "working_days": pace.working_days}


def _read(line: bytes) -> Declared | Event | Change | None:
    try:
        record = json.loads(line)
        at = datetime.fromisoformat(record["at"])
        if at.tzinfo is None or at.year not in YEARS:
            return None
        if "changed" in record:
            return _change(record, at)
        if "of" in record:
            noted = Noted(at=at, by=str(record["by"]), text=str(record["text"]))
            return Event(id=str(record["of"]), noted=noted, over=bool(record["over"]))
        return _declared(record, at)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def _pace(record: dict[str, Any]) -> Pace:
    """How often people want to hear of it; nonsense is no pace, and takes nothing else with it."""
    every, days = timedelta(seconds=float(record["every"])), int(record["working_days"])
    return Pace(every, days) if timedelta() <= every <= SLOWEST and 0 <= days <= SLOWEST.days else Pace()


def _file_name(name: str) -> str:
    """A name of a file in the folder; "" for what leads elsewhere."""
    return name if name.endswith(".md") and name.isprintable() and Path(name).name == name else ""


def _change(record: dict[str, Any], at: datetime) -> Change:
    return Change(
        id=str(record["of"]),
        at=at,
        by=str(record["by"]),
        part=Part(record["changed"]),
        to=str(record["to"]),
        meaning=str(record["meaning"]),
        pace=_pace(record),
    )


def _declared(record: dict[str, Any], at: datetime) -> Declared:
    return Declared(
        id=str(record["declared"]),
        at=at,
        pace=_pace(record),
        about=ItemRef.parse(record["about"]) if record["about"] else None,
        by=str(record["by"]),
        title=str(record["title"]),
        priority=str(record["priority"]),
        meaning=str(record["meaning"]),
        lead=str(record["lead"]),
        comms=str(record["comms"]),
        service=str(record["service"]),
        about_name=str(record["about_name"]),
        paged=record.get("paged") is True,
        report=_file_name(str(record["report"])),
    )
