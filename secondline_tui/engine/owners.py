"""Which process an action belongs to, and whether that process still runs: a locked file for each.

The system takes the lock away from a process that ends, however it ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import uuid
from collections.abc import Iterable
from pathlib import Path


class Owner:
    """This process, to the others that use the same journal."""

    def __init__(self, folder: Path) -> None:
        self.name = uuid.uuid4().hex
        self._folder = folder
        self._held: int | None = None

    def begin(self) -> None:
        """Be seen to run from now on."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._held = os.open(self._file(self.name), os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(self._held, fcntl.LOCK_EX)

    def end(self) -> None:
        """Be seen to have ended."""
        if self._held is not None:
            with contextlib.suppress(OSError):
                self._file(self.name).unlink()
            os.close(self._held)
            self._held = None

    def has_ended(self, name: str) -> bool:
        """Whether another process runs no more."""
        try:
            found = os.open(self._file(name), os.O_RDWR)
        except FileNotFoundError:
            return True
        except OSError:
            return False
        try:
            fcntl.flock(found, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        finally:
            os.close(found)
        return True

    def bury(self, names: Iterable[str]) -> None:
        """Forget processes that have ended and left nothing behind any more."""
        for name in names:
            with contextlib.suppress(OSError):
                self._file(name).unlink()

    def turn(self, source: str) -> Turn:
        """The right to write to a source: one process at a time has it."""
        return Turn(self._folder / f"turn-{source}")

    def _file(self, name: str) -> Path:
        return self._folder / name


class Turn:
    """A turn at one source. Taken without waiting, or not at all."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._held: int | None = None

    def take(self) -> bool:
        """Whether it is ours now."""
        held = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(held)
            return False
        self._held = held
        return True

    def give_back(self) -> None:
        """Let the next one have it."""
        if self._held is not None:
            os.close(self._held)
            self._held = None
