"""The record of what was seen: 30 days of 20,000 events, asked and written."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from secondline_tui.domain.items import Handling, Item
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from secondline_tui.engine.chronicle import Chronicle
from secondline_tui.engine.history import History
from secondline_tui.engine.seen import Seen
from tests.bench.process import percentile
from tests.fakes.clock import BEGIN, FakeClock
from tests.fakes.items import alert

DAYS, EVENTS, ALERTS = 30, 20_000, 400


def fill(folder: Path, events: int = EVENTS) -> None:
    """So many occurrences over the days, through the record's own writing."""
    chance = random.Random(1)
    chronicle = Chronicle(folder)
    chronicle.open()
    step = DAYS * 86_400 / events
    there: list[Item] = []
    readings = []
    for event in range(events):
        at = BEGIN - timedelta(seconds=(events - event) * step)
        which = min(chance.randrange(ALERTS), chance.randrange(ALERTS))  # some are much noisier than others
        held = Handling(by=clean(f"Person {which % 7}"), at=at) if event % 5 == 0 else None
        there = [item for item in there if item.ref.key != f"a{which}"][-20:]
        readings.append(Seen(source="icinga", at=at.timestamp(), items=tuple(there)))
        there.append(alert(f"a{which}", name=clean(f"check {which // 4}"), since=at, acknowledged=held))
        readings.append(Seen(source="icinga", at=at.timestamp() + 1, items=tuple(there)))
    for start in range(0, len(readings), 500):
        chronicle.record(readings[start : start + 500])
    chronicle.close()


def measure() -> list[str]:
    """What it costs, in lines to print."""
    lines = []
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        fill(folder)
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1_000_000
        db = sqlite3.connect(folder / "history.db")
        [kept] = db.execute("SELECT count(*) FROM occurrences").fetchone()
        db.close()
        lines.append(f"{kept:,} occurrences of {DAYS} days in {size:.1f} MB")
        took = asyncio.run(_asked(folder))
        lines.append(
            f"an opened alert's past p50 {statistics.median(took):.1f} ms, p99 {percentile(took, 0.99):.1f} ms, "
            f"worst {max(took):.1f} ms of {len(took)}"
        )
        before = time.perf_counter()
        _prune_half(folder)
        lines.append(f"half of it pruned in {time.perf_counter() - before:.2f} s")
    return lines


def _prune_half(folder: Path) -> None:
    chronicle = Chronicle(folder)
    chronicle.open()
    chronicle.prune((BEGIN - timedelta(days=DAYS / 2)).timestamp())
    chronicle.close()


async def _asked(folder: Path) -> list[float]:
    """Milliseconds that the two questions of an opened alert take, for every alert."""
    history = History(folder, FakeClock(), ZoneInfo("Europe/London"), timedelta(days=90), lambda now: now)
    took = []
    for which in range(ALERTS):
        before = time.perf_counter()
        await history.past(ItemRef("icinga", Kind.ALERT, f"a{which}"))
        await history.past(f"check {which // 4}")
        took.append(1_000 * (time.perf_counter() - before))
    return took
