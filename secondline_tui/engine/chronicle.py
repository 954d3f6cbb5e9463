"""The file of what was seen: recorded, pruned, begun anew when it is damaged. Blocks; for one thread."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from secondline_tui.engine.database import Database
from secondline_tui.engine.owners import Turn
from secondline_tui.engine.seen import Seen, SourceRecord

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
_TABLES = ("sources", "things", "occurrences", "held", "moves", "looks")
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
        self._file = Database(self.path, _SCHEMA, _TABLES, "NORMAL")
        self._sources: dict[str, SourceRecord] = {}
        self._turns: dict[str, Turn] = {}

    def open(self) -> None:
        """Open or make the file. OSError or sqlite3.Error when that is not possible."""
        self._file.open()

    def begin_anew(self) -> None:
        """Put a damaged file out of the way, for whoever wants to look into it, and begin another one."""
        self._sources.clear()
        self._file.begin_anew()

    @property
    def set_aside(self) -> Path | None:
        """Where a file that could not be read was put."""
        return self._file.set_aside

    def close(self) -> None:
        """Let go of it, and let others record."""
        self._file.close()
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
            with self._file.change() as db:
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
        with self._file.change() as db:
            for statement in _PRUNED:
                db.execute(statement, {"limit": limit})

    def look(self, at: float, ref: str = EVERYTHING) -> None:
        """Remember that the person has seen an item, or all there is."""
        with self._file.change() as db:
            if ref == EVERYTHING:
                db.execute("DELETE FROM looks")
            db.execute("INSERT OR REPLACE INTO looks VALUES (?, ?)", (ref, at))

    def looked(self) -> float | None:
        """When the person last said that everything is seen."""
        rows = self._file.execute("SELECT at FROM looks WHERE ref = ''")
        return float(rows[0]["at"]) if rows else None

    def came_since(self, limit: float) -> list[str]:
        """The items there are that came after then, and that nobody looked at since they came."""
        rows = self._file.execute(
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
