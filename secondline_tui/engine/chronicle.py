"""The file of what was seen: opened, pruned, put aside when it is damaged. Blocks; for one thread."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from secondline_tui.engine.owners import Turn
from secondline_tui.engine.seen import Seen, SourceRecord

VERSION = 1
EVERYTHING = ""
"""Stands in `looks` for all items."""

_SCHEMA = """
CREATE TABLE sources (name TEXT PRIMARY KEY, seen_at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE things (
    id INTEGER PRIMARY KEY,
    ref TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    environment TEXT NOT NULL
);
CREATE INDEX things_by_name ON things (kind, name);
CREATE TABLE occurrences (
    id INTEGER PRIMARY KEY,
    thing INTEGER NOT NULL,
    first REAL NOT NULL,
    came REAL,
    since REAL,
    last REAL,
    state TEXT NOT NULL
);
CREATE INDEX occurrences_by_thing ON occurrences (thing, first);
CREATE INDEX occurrences_over ON occurrences (last);
CREATE INDEX occurrences_begun ON occurrences (first);
CREATE INDEX occurrences_come ON occurrences (came) WHERE last IS NULL;
CREATE TABLE held (
    occurrence INTEGER NOT NULL, who TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (occurrence, who)
) WITHOUT ROWID;
CREATE TABLE moves (occurrence INTEGER NOT NULL, at REAL NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL);
CREATE INDEX moves_by_occurrence ON moves (occurrence);
CREATE TABLE looks (ref TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
"""
_PRUNED = (
    "DELETE FROM occurrences WHERE last < :limit",
    "DELETE FROM occurrences WHERE last IS NULL AND thing IN (SELECT things.id FROM things JOIN sources "
    "ON sources.name = things.source WHERE sources.seen_at < :limit)",
    "DELETE FROM sources WHERE seen_at < :limit",
    "DELETE FROM held WHERE occurrence NOT IN (SELECT id FROM occurrences)",
    "DELETE FROM moves WHERE occurrence NOT IN (SELECT id FROM occurrences)",
    "DELETE FROM things WHERE id NOT IN (SELECT thing FROM occurrences)",
    "DELETE FROM looks WHERE ref != '' AND at < :limit",
)


class Chronicle:
    """One file, which several processes may have open; each source is written by one of them."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "history.db"
        self._folder = folder
        self.set_aside: Path | None = None
        """Where a file that could not be read was put."""
        self._db: sqlite3.Connection | None = None
        self._sources: dict[str, SourceRecord] = {}
        self._turns: dict[str, Turn] = {}

    def open(self) -> None:
        """Open or make the file. OSError or sqlite3.Error when that is not possible."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._db = self._opened()
        except sqlite3.DatabaseError as error:
            if not is_damage(error):
                raise
            self.begin_anew()

    def begin_anew(self) -> None:
        """Put a damaged file out of the way, for whoever wants to look into it, and begin another one."""
        if self._db is not None:
            self._db.close()
        self._sources.clear()
        self.set_aside = self._put_aside()
        self._db = self._opened()

    def close(self) -> None:
        """Let go of it, and let others record."""
        if self._db is not None:
            self._db.close()
            self._db = None
        self._sources.clear()
        for turn in self._turns.values():
            turn.give_back()
        self._turns.clear()

    def record(self, seen: Sequence[Seen]) -> None:
        """Keep what was seen, in one stroke; sources that another process records are left to it."""
        mine = [reading for reading in seen if self._is_ours(reading.source)]
        if not mine:
            return
        try:
            with self._change() as db:
                for reading in mine:
                    if reading.source not in self._sources:
                        self._sources[reading.source] = SourceRecord(db, reading.source)
                    self._sources[reading.source].take(reading)
        except BaseException:
            self._sources.clear()  # they know of what was not kept
            raise

    def prune(self, limit: float) -> None:
        """Forget what was last seen before then. After recording: what went on all the while is not forgotten."""
        self._sources = {name: of for name, of in self._sources.items() if of.seen_at >= limit}
        with self._change() as db:
            for statement in _PRUNED:
                db.execute(statement, {"limit": limit})

    def look(self, at: float, ref: str = EVERYTHING) -> None:
        """Remember that the person has seen an item, or all there is."""
        with self._change() as db:
            if ref == EVERYTHING:
                db.execute("DELETE FROM looks")
            db.execute("INSERT OR REPLACE INTO looks VALUES (?, ?)", (ref, at))

    def looked(self) -> float | None:
        """When the person last said that everything is seen."""
        rows = self._execute("SELECT at FROM looks WHERE ref = ''")
        return float(rows[0]["at"]) if rows else None

    def came_since(self, limit: float) -> list[str]:
        """The items there are that came after then, and that nobody looked at since they came."""
        rows = self._execute(
            "SELECT things.ref FROM occurrences JOIN things ON things.id = occurrences.thing "
            "LEFT JOIN looks ON looks.ref = things.ref "
            "WHERE occurrences.last IS NULL AND occurrences.came > ? AND (looks.at IS NULL OR looks.at < came)",
            (limit,),
        )
        return [row["ref"] for row in rows]

    # -- within ----------------------------------------------------------------------------------------------

    def _is_ours(self, source: str) -> bool:
        """Whether this process records a source; the first that asks does, until it ends."""
        if source not in self._turns:
            turn = Turn(self._folder / f"history-{source}.turn")
            if not turn.take():
                return False
            self._turns[source] = turn
        return True

    def _opened(self) -> sqlite3.Connection:
        self.path.touch(mode=0o600)  # before SQLite makes it for everybody to read
        db = sqlite3.connect(self.path, timeout=5.0, isolation_level=None, check_same_thread=False)
        try:
            db.row_factory = sqlite3.Row
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")  # a power cut may cost the last moments, never the file
            db.execute("BEGIN IMMEDIATE")
            if db.execute("PRAGMA user_version").fetchone()[0] == 0:
                for statement in _SCHEMA.split(";"):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {VERSION}")
            db.execute("COMMIT")
            for table in ("sources", "things", "occurrences", "held", "moves", "looks"):
                db.execute(f"SELECT * FROM {table} LIMIT 1").fetchone()  # noqa: S608  (names of ours)
        except BaseException:
            db.close()
            raise
        return db

    def _put_aside(self) -> Path:
        number = 1
        while (aside := self.path.with_name(f"history.damaged-{number}.db")).exists():
            number += 1
        for ending in ("-wal", "-shm"):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{self.path}{ending}").replace(f"{aside}{ending}")
        self.path.replace(aside)
        return aside

    def _execute(self, statement: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        assert self._db is not None, "open() comes first"  # noqa: S101
        return self._db.execute(statement, tuple(values)).fetchall()

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing."""
        assert self._db is not None, "open() comes first"  # noqa: S101
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield self._db
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error says that the file is broken; busy, full and read-only are others, of classes below it."""
    return type(error) is sqlite3.DatabaseError
