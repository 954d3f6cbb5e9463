"""A file of SQLite in the state folder, which several processes may have open. Blocks; for one thread."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

Durability = Literal["FULL", "NORMAL"]
"""FULL: what was changed is on the disk itself. NORMAL: a power cut may cost the last moments, never the file."""


class Database:
    """One file, made where there is none, and put aside when it is damaged."""

    def __init__(self, path: Path, schema: str, tables: Sequence[str], durability: Durability) -> None:
        self.path = path
        self._schema = schema
        self._tables = tables
        self._durability = durability
        self._db: sqlite3.Connection | None = None
        self.set_aside: Path | None = None
        """Where a file that could not be read was put."""

    def open(self) -> None:
        """Open or make the file. OSError or sqlite3.Error when that is not possible."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._db = self._opened()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            self.begin_anew()

    def begin_anew(self) -> None:
        """Put a damaged file out of the way, for whoever wants to look into it, and begin another one."""
        self.close()
        self.set_aside = self._put_aside()
        self._db = self._opened()

    def close(self) -> None:
        """Let go of it."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def execute(self, statement: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """The rows of one statement."""
        return self._open.execute(statement, tuple(values)).fetchall()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing."""
        db = self._open
        db.execute("BEGIN IMMEDIATE")
        try:
            yield db
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:  # a full disk may have ended it already, and may not
                with contextlib.suppress(sqlite3.Error):  # what went wrong is told, not what came of that
                    db.execute("ROLLBACK")
            raise

    @property
    def _open(self) -> sqlite3.Connection:
        assert self._db is not None, "open() comes first"  # noqa: S101
        return self._db

    def _opened(self) -> sqlite3.Connection:
        self.path.touch(mode=0o600)  # before SQLite makes it for everybody to read
        db = sqlite3.connect(self.path, timeout=5.0, isolation_level=None, check_same_thread=False)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA journal_mode = WAL")
            db.execute(f"PRAGMA synchronous = {self._durability}")
            db.execute("BEGIN IMMEDIATE")
            if db.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in self._schema.split(";"):
                    db.execute(statement)
                db.execute("PRAGMA user_version = 1")
            db.execute("COMMIT")
            for table in self._tables:
                db.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()  # noqa: S608  (names of ours)
        except BaseException:
            db.close()
            raise
        return db

    def _put_aside(self) -> Path:
        number = 1
        while (aside := self.path.with_name(f"{self.path.stem}.damaged-{number}.db")).exists():
            number += 1
        for ending in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{self.path}{ending}").replace(f"{aside}{ending}")
        self.path.replace(aside)
        return aside


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the file is broken; busy, full and read-only are others, of classes below it."""
    return type(error) is sqlite3.DatabaseError
