"""The journal: every action and every draft, on disk before anything else happens to it. Blocks; for one thread.

SQLite, with each change on the disk itself when a method returns, so that `kill -9` and a power cut lose nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from secondline_tui.domain.actions import UNDER_WAY, Action, Intent, Repeated, State
from secondline_tui.domain.new_card import so_far
from secondline_tui.domain.text import SafeText
from secondline_tui.engine.database import Database
from secondline_tui.engine.owners import Owner
from secondline_tui.engine.records import Draft, Entry, Held, columns_of, entry_in, marks_of

KEPT = timedelta(days=30)
"""How long what is over is kept."""
DRAFTS = 500
"""How many drafts are kept: counted, since a clock that is wrong once must not cost what was typed."""
ELSEWHERE = timedelta(days=1)
"""How long what belongs to another configuration is left to that."""

_SCHEMA = """
CREATE TABLE actions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    home TEXT NOT NULL,
    intent TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    remote TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    sent_at TEXT,
    changed_at TEXT NOT NULL,
    doubtful INTEGER NOT NULL,
    forbidden INTEGER NOT NULL,
    dealt_with INTEGER NOT NULL
);
CREATE TABLE drafts (key TEXT PRIMARY KEY, text TEXT NOT NULL, saved_at TEXT NOT NULL);
"""


class Journal:
    """One file, which several processes may have open."""

    def __init__(self, folder: Path) -> None:
        self._file = Database(folder / "outbox.db", _SCHEMA, ("actions", "drafts"), "FULL")
        self.owner = Owner(folder / "owners")

    def open(self) -> None:
        """Open or make the file. OSError or sqlite3.Error when that is not possible."""
        self._file.open()
        self.owner.begin()

    @property
    def set_aside(self) -> Path | None:
        """Where a file that could not be read was put."""
        return self._file.set_aside

    def close(self) -> None:
        """Let go of it."""
        self._file.close()
        self.owner.end()

    # -- actions ---------------------------------------------------------------------------------------------

    def add(self, intents: Sequence[tuple[Intent, str]], now: datetime, draft: Held | None = None) -> list[Action]:
        """Keep new actions, each with its home, as ours; the draft they came from is over with the same stroke, as far
        as it is the one that is there.

        Repeated when one of them says again what is to be said once: then none is kept.
        """
        actions = [Action(intent=intent, changed_at=now) for intent, _ in intents]
        with self._file.change() as db:
            for action, (_, home) in zip(actions, intents, strict=True):
                _refuse_repetition(db, action.intent)
                row = {"id": action.intent.id, "owner": self.owner.name, "home": home, **columns_of(action)}
                names = ", ".join(row)
                marks = ", ".join(f":{name}" for name in row)
                db.execute(f"INSERT INTO actions ({names}) VALUES ({marks})", row)  # noqa: S608  (names of ours)
            if draft is not None:
                db.execute("DELETE FROM drafts WHERE key = ? AND text = ?", (draft.place, json.dumps(draft.text)))
        return actions

    def put(self, action: Action) -> None:
        """Keep how far an action has come."""
        with self._file.change() as db:
            self._put(db, action)

    def renew(self, action: Action) -> bool:
        """Keep that an action is to be sent again; False, and nothing, where another one has taken its place."""
        with self._file.change() as db:
            others = (entry.action for entry in _alike(db, action.intent))
            if any(other.intent.id != action.intent.id and not other.given_up for other in others):
                return False
            self._put(db, action)
        return True

    def entries(self, since: datetime) -> list[Entry]:
        """What was confirmed since then, and whatever is not over, in the order it was confirmed."""
        over = tuple(state for state in State if state not in UNDER_WAY)
        marks = ", ".join("?" * len(over))
        rows = self._file.execute(
            f"SELECT * FROM actions WHERE changed_at >= ? OR state NOT IN ({marks}) "  # noqa: S608
            "OR (state IN ('refused', 'failed') AND NOT dealt_with) ORDER BY seq",
            (since.isoformat(), *over),
        )
        return [entry for row in rows if (entry := entry_in(row)) is not None]

    def adopt(self, now: datetime, stale: timedelta, sources: Collection[str]) -> list[Entry]:
        """Make what processes that have ended left behind ours: what is not over, or wants a person.

        What they were sending may have been done. What waited for longer than `stale` is not sent any more: the person
        who confirmed it may have done otherwise meanwhile. What belongs to none of these `sources` is left to a
        configuration that has its source, unless none has come for a day.
        """
        adopted = []
        marks = ", ".join("?" * len(UNDER_WAY))
        with self._file.change() as db:
            rows = db.execute(
                f"SELECT * FROM actions WHERE owner != ? AND (state IN ({marks}) "  # noqa: S608
                "OR (state IN ('refused', 'failed') AND NOT dealt_with)) ORDER BY seq",
                (self.owner.name, *UNDER_WAY),
            ).fetchall()
            ended = {name for name in {row["owner"] for row in rows} if self.owner.has_ended(name)}
            for row in rows:
                entry = entry_in(row) if row["owner"] in ended else None
                if entry is None or not _for_us(entry.action, now, sources):
                    continue
                action = _orphan(entry.action, now, stale)
                columns = {**columns_of(action), "owner": self.owner.name, "id": action.intent.id}
                settings = ", ".join(f"{name} = :{name}" for name in columns if name != "id")
                db.execute(f"UPDATE actions SET {settings} WHERE id = :id", columns)  # noqa: S608
                adopted.append(Entry(action, self.owner.name, entry.home))
        self.owner.bury(ended)
        return adopted

    def prune(self, now: datetime) -> None:
        """Forget what has long been over, and all but the newest drafts."""
        marks = ", ".join("?" * len(UNDER_WAY))
        with self._file.change() as db:
            db.execute(
                f"DELETE FROM actions WHERE changed_at < ? AND state NOT IN ({marks}) "  # noqa: S608
                "AND (state = 'confirmed' OR dealt_with)",
                ((now - KEPT).isoformat(), *UNDER_WAY),
            )
            newest = "SELECT rowid FROM drafts ORDER BY rowid DESC LIMIT ?"
            db.execute(f"DELETE FROM drafts WHERE rowid NOT IN ({newest})", (DRAFTS,))  # noqa: S608  (words of ours)

    def version(self) -> int:
        """A number that changes when another process has changed the file."""
        return int(self._file.execute("PRAGMA data_version")[0][0])

    # -- drafts ----------------------------------------------------------------------------------------------

    def keep_draft(self, held: Held, draft: Draft) -> str | None:
        """Keep what has been typed so far in the place of what was held; an empty text is no draft.

        Where another process has changed what is there, nothing is: the text that is there now, "" for none.
        """
        with self._file.change() as db:
            row = db.execute("SELECT text FROM drafts WHERE key = ?", (held.place,)).fetchone()
            there = json.loads(row["text"]) if row is not None else ""
            if there not in (held.text, draft.text):
                return str(there)
            db.execute("DELETE FROM drafts WHERE key = ?", (held.place,))
            if draft.text:
                values = held.place, json.dumps(draft.text), draft.at.isoformat()
                db.execute("INSERT INTO drafts VALUES (?, ?, ?)", values)
        return None

    def drafts(self) -> dict[str, Draft]:
        """Every draft by its place."""
        rows = self._file.execute("SELECT key, text, saved_at FROM drafts")
        return {row["key"]: Draft(json.loads(row["text"]), datetime.fromisoformat(row["saved_at"])) for row in rows}

    # -- within ----------------------------------------------------------------------------------------------

    def _put(self, db: sqlite3.Connection, action: Action) -> None:
        columns = columns_of(action)
        settings = ", ".join(f"{name} = :{name}" for name in columns)
        db.execute(f"UPDATE actions SET {settings} WHERE id = :id", {**columns, "id": action.intent.id})  # noqa: S608


def _refuse_repetition(db: sqlite3.Connection, intent: Intent) -> None:
    """Repeated when any process has taken on the same before. Within the transaction: no other comes between."""
    for entry in _alike(db, intent):
        if not entry.action.given_up:
            raise Repeated(SafeText(f"that was said of it already, and is {entry.action.state}"))


def _alike(db: sqlite3.Connection, intent: Intent) -> list[Entry]:
    """Everything that says the same once of the same item, whenever that was."""
    if not intent.once:
        return []
    rows = db.execute(
        "SELECT * FROM actions WHERE instr(intent, ?) AND instr(intent, ?) ORDER BY seq", marks_of(intent)
    ).fetchall()
    return [entry for row in rows if (entry := entry_in(row)) is not None]


def _for_us(action: Action, now: datetime, sources: Collection[str]) -> bool:
    """Whether what a process left behind is to be taken up by a configuration with these sources."""
    left = action.changed_at or action.intent.at
    return action.intent.ref.source in sources or abs(now - left) > ELSEWHERE


def _orphan(action: Action, now: datetime, stale: timedelta) -> Action:
    """What becomes of an action whose process has ended."""
    if action.state is State.SENDING:
        reason = SafeText("the program ended while this was being sent")
        reason = so_far(action.intent, State.UNKNOWN, reason)
        return replace(action, state=State.UNKNOWN, doubtful=True, reason=reason, changed_at=now)
    # A clock that was put back makes old actions look young.
    if action.state is State.QUEUED and action.changed_at is not None and abs(now - action.changed_at) > stale:
        reason = SafeText("not sent: the program ended before it came to that")
        state = State.UNKNOWN if action.doubtful else State.FAILED
        return replace(action, state=state, reason=so_far(action.intent, state, reason), changed_at=now)
    return replace(action, forbidden=False)  # that may have been granted since
