"""One source's occurrences as its good answers come in: what began, changed and ended goes into the file."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from secondline_tui.domain.items import Alert, Item
from secondline_tui.domain.refs import ItemRef
from secondline_tui.engine.faces import Face, Known, began_at, face_of, is_back, series_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One good answer of a source."""

    source: str
    at: float
    items: tuple[Item, ...]
    rejected: int = 0
    """Rows that were not understood: what is missing may be among them."""
    blind: bool = False
    """Whether the source said that it does not see all: what is missing may be there."""


class SourceRecord:
    """What of one source has not ended, in memory as in the file. Made and used within a transaction."""

    def __init__(self, db: sqlite3.Connection, source: str) -> None:
        self._db = db
        self._source = source
        row = db.execute("SELECT seen_at FROM sources WHERE name = ?", (source,)).fetchone()
        self._seen_at: float | None = row["seen_at"] if row else None
        self._known = self._read()
        self._rejected = 0
        self._doubtful: set[ItemRef] = set()
        """What went missing as rows became odd: it may be among them."""

    @property
    def seen_at(self) -> float:
        """When its last good answer was; long ago before the first."""
        return 0.0 if self._seen_at is None else self._seen_at

    def take(self, seen: Seen) -> None:
        """Keep what is different; what only goes on costs nothing but the source's own row."""
        there: set[ItemRef] = set()
        for item in seen.items:
            face = face_of(item)
            if face is None:
                continue
            there.add(item.ref)
            known = self._known.get(item.ref)
            if known is None:
                self._begin(item, face, seen.at)
            elif known.face != face:
                self._change(item, known, face, seen.at)
        self._end(self._gone(there, seen))
        self._seen_at = seen.at
        self._db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?)", (self._source, seen.at))

    def _gone(self, there: set[ItemRef], seen: Seen) -> set[ItemRef]:
        """What has ended, as far as this answer can tell."""
        missing = self._known.keys() - there
        if seen.blind:
            return set()
        self._doubtful &= missing
        if not seen.rejected:
            self._doubtful.clear()
        elif seen.rejected > self._rejected:
            self._doubtful |= missing
        self._rejected = seen.rejected
        return missing - self._doubtful

    def _begin(self, item: Item, face: Face, at: float) -> None:
        thing = self._thing(item)
        if thing is None:
            return
        since = began_at(item)
        row = self._db.execute(
            "SELECT id, since, state FROM occurrences WHERE thing = ? ORDER BY id DESC LIMIT 1", (thing,)
        ).fetchone()
        if row is not None and face.since is not None and row["since"] == face.since:
            # Its service says that it was never away.
            self._db.execute("UPDATE occurrences SET last = NULL WHERE id = ?", (row["id"],))
            known = self._known[item.ref] = Known(row["id"], Face(row["state"], row["since"]))
            self._change(item, known, face, at)
            return
        came = since if self._seen_at is None else at
        first = at if face.since is None else min(face.since, at)
        made = self._db.execute(
            "INSERT INTO occurrences (thing, first, came, since, state) VALUES (?, ?, ?, ?, ?)",
            (thing, first, came, face.since, face.state),
        )
        assert made.lastrowid is not None  # noqa: S101
        self._known[item.ref] = Known(made.lastrowid, face)
        self._hold(made.lastrowid, face, at)

    def _change(self, item: Item, known: Known, face: Face, at: float) -> None:
        before = known.face
        if isinstance(item, Alert) and self._seen_at is not None and is_back(face, before, self._seen_at):
            self._end({item.ref})
            self._begin(item, face, at)
            return
        if face.state != before.state and not isinstance(item, Alert):
            self._db.execute("INSERT INTO moves VALUES (?, ?, ?, ?)", (known.number, at, before.state, face.state))
        if face[:2] != before[:2]:
            self._db.execute(
                "UPDATE occurrences SET state = ?, since = ? WHERE id = ?", (face.state, face.since, known.number)
            )
        if face.held != before.held:
            self._hold(known.number, face, at)
        known.face = face

    def _hold(self, number: int, face: Face, at: float) -> None:
        self._db.executemany(
            "INSERT OR IGNORE INTO held VALUES (?, ?, ?)",
            [(number, who, at if when is None else when) for who, when in face.held],
        )

    def _end(self, refs: set[ItemRef]) -> None:
        """They were last seen in the answer before this one."""
        numbers = [(self._seen_at, self._known.pop(ref).number) for ref in refs]
        self._db.executemany("UPDATE occurrences SET last = max(first, ?) WHERE id = ?", numbers)

    def _thing(self, item: Item) -> int | None:
        """The row of an item; None for one that the file cannot name."""
        if not item.ref.key:
            return None
        name, environment = series_of(item)
        try:
            row = self._db.execute(
                "INSERT INTO things (ref, source, kind, name, title, environment) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (ref) DO UPDATE SET name = excluded.name, title = excluded.title, "
                "environment = excluded.environment RETURNING id",
                (str(item.ref), self._source, item.ref.kind.value, name, item.name_line, environment),
            ).fetchone()
        except UnicodeEncodeError:  # half of a surrogate pair, which UTF-8 has no form for
            return None
        return int(row["id"])

    def _read(self) -> dict[ItemRef, Known]:
        rows = self._db.execute(
            "SELECT occurrences.id, ref, state, since FROM occurrences JOIN things ON things.id = thing "
            "WHERE last IS NULL AND source = ?",
            (self._source,),
        )
        return {ItemRef.parse(row["ref"]): Known(row["id"], Face(row["state"], row["since"])) for row in rows}
