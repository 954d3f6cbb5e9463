"""What recording costs a key: one dashboard whose record of what is seen is switched on and off in turn."""

from __future__ import annotations

import signal
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.bench.process import percentile
from tests.bench.worlds import PLENTY, own
from tests.e2e.served import Served
from tests.e2e.terminal import Terminal

INTERVAL = 10
"""Seconds between two polls: each brings a hundredth of the alerts anew, twice."""
TURNS = 8
"""How often it is on, and how often off: what else the machine does meanwhile is shared out evenly."""
PRESSES = 100
"""Keys of one turn: about one poll."""


def side_by_side(turns: int = TURNS) -> Iterator[str]:
    """Key to paint with the record on and off while 10,000 alerts refresh."""
    with Served("tests.bench.worlds") as demo, tempfile.TemporaryDirectory() as made:
        folder = Path(made, "state")
        config = own(demo.config, folder, INTERVAL)
        screen = Terminal("--config", str(config), size=(160, 50), command=("-m", "tests.bench.switched"))
        try:
            screen.wait_for_bytes(b"CRITICAL", 60)
            screen.drain(5)
            screen.press("2")
            took: dict[str, list[list[float]]] = {"on": [], "off": []}
            kept: dict[str, int] = {"on": 0, "off": 0}
            for turn in range(2 * turns):
                name, before = "off" if turn % 2 else "on", _recorded(folder)
                took[name].append(_pressed(screen))
                kept[name] += _recorded(folder) - before
                screen.process.send_signal(signal.SIGUSR1)
                screen.drain(1)
        finally:
            screen.close()
    pooled = {name: [ms for turn in parts for ms in turn] for name, parts in took.items()}
    for name, times in pooled.items():
        medians = [statistics.median(turn) for turn in took[name]]
        yield (
            f"record {name}: key to paint p50 {statistics.median(times):.1f} ms (of a turn {min(medians):.1f} to "
            f"{max(medians):.1f}), p99 {percentile(times, 0.99):.1f} ms of {len(times)} keys; {kept[name]} rows added"
        )
    p50, p99 = (percentile(pooled["on"], share) / percentile(pooled["off"], share) for share in (0.5, 0.99))
    yield f"on / off: p50 {p50:.2f} x, p99 {p99:.2f} x while {PLENTY:,} alerts refresh every {INTERVAL} s"


def _pressed(screen: Terminal) -> list[float]:
    """Milliseconds that each key took."""
    took = []
    for n in range(PRESSES):
        screen.drain(0.08)
        before = time.monotonic()
        screen.send("\x1b[B" if n % 10 < 5 else "\x1b[A")
        screen.wait_for_output(2)
        took.append(1_000 * (time.monotonic() - before))
    return took


def _recorded(folder: Path) -> int:
    """Rows of the record."""
    with closing(sqlite3.connect(folder / "history.db")) as db:
        [kept] = db.execute("SELECT count(*) FROM occurrences").fetchone()
        return int(kept)
