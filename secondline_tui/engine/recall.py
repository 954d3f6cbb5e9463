"""Questions to the record of what was seen, on a connection of their own, which waits for no writing. Blocks."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from secondline_tui.domain.past import DAYS, Held, Noise, Occurrence, Past, StateMove, begins, by_day
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText

NAMES = 5
"""How many of those who acknowledged it are named."""

_LAST = "coalesce(o.last, max(o.first, s.seen_at))"
_JOINED = "occurrences o JOIN things t ON t.id = o.thing JOIN sources s ON s.name = t.source"


def past(path: Path, of: ItemRef | str, now: datetime, zone: tzinfo) -> Past:
    """What the record says of one item, or of the alerts with one name."""
    where, value = ("t.ref = ?", str(of)) if isinstance(of, ItemRef) else ("t.kind = 'alert' AND t.name = ?", of)
    starts = [day.timestamp() for day in begins(now, zone)]
    with _reading(path) as db:
        told = db.execute(
            f"SELECT count(*) AS count, min(o.first) AS first, max({_LAST}) AS last, "  # noqa: S608  (texts of ours)
            f"max(o.last) AS ended, max({_LAST} - o.first) AS longest, count(DISTINCT o.thing) AS items "
            f"FROM {_JOINED} WHERE {where}",
            (value,),
        ).fetchone()
        recent = db.execute(
            f"SELECT o.first FROM {_JOINED} WHERE {where} AND o.first >= ?",  # noqa: S608
            (value, starts[0]),
        ).fetchall()
        who = db.execute(
            f"SELECT h.who FROM held h JOIN occurrences o ON o.id = h.occurrence JOIN things t ON t.id = o.thing "  # noqa: S608
            f"WHERE {where} GROUP BY h.who ORDER BY max(h.at) DESC LIMIT {NAMES}",
            (value,),
        ).fetchall()
    if not told["count"]:
        return Past()
    week = by_day((row["first"] for row in recent), starts)
    return Past(
        count=told["count"],
        count_today=week[DAYS - 1],
        by_day=week,
        first=_moment(told["first"]),
        last=_moment(told["last"]),
        ended=None if told["ended"] is None else _moment(told["ended"]),
        longest=timedelta(seconds=told["longest"]),
        acknowledged_by=tuple(SafeText(row["who"]) for row in who),
        items=told["items"],
    )


def seen_between(path: Path, kind: Kind, begin: datetime, end: datetime) -> list[Occurrence]:
    """What was there at some time from `begin` up to but without `end`, in the order it began."""
    with _reading(path) as db:
        rows = db.execute(
            f"SELECT o.id, t.ref, t.name, t.title, t.environment, o.first, o.state, o.last IS NOT NULL AS over, "  # noqa: S608
            f"{_LAST} AS last FROM {_JOINED} WHERE t.kind = ? AND o.first < ? AND (o.last >= ? OR "
            f"(o.last IS NULL AND max(o.first, s.seen_at) >= ?)) ORDER BY o.first, o.id",
            (kind.value, end.timestamp(), begin.timestamp(), begin.timestamp()),
        ).fetchall()
        return [_occurrence(db, row) for row in rows]


def noisiest(path: Path, begin: datetime, end: datetime, most: int) -> list[Noise]:
    """The alerts that began most often from `begin` up to but without `end`, each name in each environment once."""
    with _reading(path) as db:
        rows = db.execute(
            f"SELECT t.name, t.environment, count(*) AS count, sum({_LAST} - o.first) AS total, "  # noqa: S608
            f"max({_LAST}) AS last, sum(o.last IS NULL) AS going_on, count(DISTINCT o.thing) AS items, "
            "max(o.first) AS latest, t.ref, "
            "sum(EXISTS (SELECT 1 FROM held h WHERE h.occurrence = o.id)) AS acknowledged "
            f"FROM {_JOINED} WHERE t.kind = 'alert' AND o.first >= ? AND o.first < ? "
            "GROUP BY t.name, t.environment ORDER BY count DESC, total DESC, t.name LIMIT ?",
            (begin.timestamp(), end.timestamp(), most),
        ).fetchall()
    return [
        Noise(
            name=SafeText(row["name"]),
            environment=SafeText(row["environment"]),
            count=row["count"],
            total=timedelta(seconds=row["total"]),
            last=_moment(row["last"]),
            is_over=not row["going_on"],
            acknowledged=row["acknowledged"],
            items=row["items"],
            latest=ItemRef.parse(row["ref"]),
        )
        for row in rows
    ]


def looks(path: Path) -> dict[str, datetime]:
    """When the person last looked at each item; under "", when all there was was said to be seen."""
    with _reading(path) as db:
        return {row["ref"]: _moment(row["at"]) for row in db.execute("SELECT ref, at FROM looks")}


def _occurrence(db: sqlite3.Connection, row: sqlite3.Row) -> Occurrence:
    held = db.execute("SELECT who, at FROM held WHERE occurrence = ? ORDER BY at", (row["id"],))
    moves = db.execute("SELECT at, was, became FROM moves WHERE occurrence = ? ORDER BY at", (row["id"],))
    return Occurrence(
        ref=ItemRef.parse(row["ref"]),
        name=SafeText(row["name"]),
        title=SafeText(row["title"]),
        environment=SafeText(row["environment"]),
        first=_moment(row["first"]),
        last=_moment(row["last"]),
        over=bool(row["over"]),
        state=SafeText(row["state"]),
        held=tuple(Held(by=SafeText(who), at=_moment(at)) for who, at in held),
        moves=tuple(StateMove(at=_moment(at), was=SafeText(was), became=SafeText(now)) for at, was, now in moves),
    )


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@contextmanager
def _reading(path: Path) -> Iterator[sqlite3.Connection]:
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=5.0)
    try:
        db.row_factory = sqlite3.Row
        db.execute("BEGIN")  # all answers of one question from one moment
        yield db
    finally:
        db.close()
