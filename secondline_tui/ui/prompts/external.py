"""The person's own editor, in the terminal that the dashboard lends it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shlex
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from secondline_tui.domain.text import clean


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of it."""

    text: str | None
    """The new text; None where the old one counts."""
    told: str = ""
    """What went wrong."""


def editor_command() -> list[str] | None:
    """The command in $VISUAL or $EDITOR, as an argument vector; None where there is none."""
    words = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        return shlex.split(words) or None
    except ValueError:
        return None


async def edited(text: str, command: list[str], lent: Callable[[], AbstractContextManager[object]]) -> Edited:
    """Let the command edit a text, while the terminal is `lent` to it. A command that fails loses nothing."""
    handle, name = tempfile.mkstemp(prefix="secondline-", suffix=".md")  # readable by its owner only
    path = Path(name)
    before = text.encode("utf-8", "surrogatepass")
    with os.fdopen(handle, "wb") as file:
        file.write(before)
    code, trouble = -1, ""
    try:
        with lent():
            process = await asyncio.create_subprocess_exec(*command, name)
            code = await process.wait()
    except OSError as error:
        trouble = f"{clean(command[0])}: {error.strerror}"
    return _result(path, before, text, code, trouble or f"{clean(command[0])} ended with {code}")


def _result(path: Path, before: bytes, text: str, code: int, trouble: str) -> Edited:
    try:
        after = path.read_bytes()
    except OSError as error:
        return Edited(None, f"{trouble}; its file cannot be read: {error.strerror}")
    if code == 0:
        with contextlib.suppress(UnicodeDecodeError):
            new = after.decode("utf-8", "surrogatepass")
            path.unlink(missing_ok=True)
            # Most editors end the last line, whether it was ended or not.
            return Edited(new[:-1] if new.endswith("\n") and not text.endswith("\n") else new)
        trouble = "what it wrote is not UTF-8"
    if after == before:
        path.unlink(missing_ok=True)
        return Edited(None, f"{trouble}; the text is as it was")
    return Edited(None, f"{trouble}; the text here is as it was, what the editor wrote is in {path}")
