"""`python -m tests.bench [NAME ...]`: first-frame, keys, line, refresh, idle, traffic, history. Without one, all."""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from secondline_tui.cli.wiring import engine
from secondline_tui.config.load import load
from secondline_tui.demo.faults import Fault
from secondline_tui.demo.serve import Demo
from tests.bench.history import measure
from tests.bench.process import cpu_seconds, memory_mb, percentile
from tests.bench.recording import side_by_side
from tests.bench.worlds import PLENTY, own
from tests.e2e.served import Served
from tests.e2e.terminal import Terminal, run_python

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("first frame")
Bare().run()
"""
CURSOR = "▌".encode()
RUNS = 9


def say(name: str, text: str) -> None:
    print(f"{name:<12} {text}", flush=True)


def first_frame() -> None:
    """Start to first frame, and to the dashboard, against a Textual app that shows one line.

    Every source hangs: none of it waits for an answer.
    """
    first, whole, bare = [], [], []
    with Served() as demo:
        for name in demo.services:
            demo.break_service(name, "hang")
        for _ in range(RUNS):
            bare.append(_until(run_python(BARE), b"first frame"))
            first.append(_until(Terminal("--config", str(demo.config)), b"reading"))
            whole.append(_until(Terminal("--config", str(demo.config)), b"Ongoing issues"))
    base = statistics.median(bare)
    for name, took in (("first frame", statistics.median(first)), ("dashboard", statistics.median(whole))):
        say(name, f"{took:.2f} s, a bare Textual app {base:.2f} s: {took / base:.2f} x")


def _until(screen: Terminal, seen: bytes) -> float:
    try:
        screen.wait_for_bytes(seen, 20)
        return time.monotonic() - screen.started
    finally:
        screen.close()


def keys() -> None:
    """Key to paint: idle, with every source hanging, and while 10,000 alerts refresh."""
    with Served() as demo:
        _keys("keys idle", demo.config)
        for name in demo.services:
            demo.break_service(name, "hang")
        _keys("keys, hanging", demo.config, wait=b"asking")
    with Served("tests.bench.worlds") as demo:
        folder = Path(tempfile.mkdtemp(), "state")
        _keys(f"keys, {PLENTY}", own(demo.config, folder, 15), wait=b"CRITICAL", presses=900)


def _keys(name: str, config: Path, *, wait: bytes = b"CRITICAL", presses: int = 300) -> None:
    screen = Terminal("--config", str(config), size=(160, 50))
    try:
        screen.wait_for_bytes(wait, 30)
        screen.read(3)
        screen.press("?") if wait == b"asking" else screen.press("2")
        screen.read(1)
        took = []
        for n in range(presses):
            before = time.monotonic()
            # With nothing to move among, help's own list is moved in.
            screen.send("\x1b[B" if n % 10 < 5 else "\x1b[A")
            screen.wait_for_output(2)
            took.append(1_000 * (time.monotonic() - before))
            screen.drain(0.05)
        p50, p99 = percentile(took, 0.5), percentile(took, 0.99)
        say(name, f"p50 {p50:.1f} ms, p99 {p99:.1f} ms, worst {max(took):.1f} ms over {presses} keys")
    finally:
        screen.close()


def line() -> None:
    """A status bar's line from a running instance, against an interpreter that does nothing."""
    with Served() as demo:
        screen = Terminal("--config", str(demo.config))
        try:
            screen.wait_for_bytes(b"CRITICAL", 30)
            screen.read(3)
            command = ["-m", "secondline_tui", "status", "--cached", "--config", str(demo.config)]
            pairs = [(_process(*command), _process("-c", "pass")) for _ in range(4 * RUNS)]
            took, bare = (statistics.median(times) for times in zip(*pairs, strict=True))
            say("line", f"{1_000 * took:.0f} ms, python -c pass {1_000 * bare:.0f} ms: {took / bare:.2f} x")
        finally:
            screen.close()


def _process(*arguments: str) -> float:
    before = time.monotonic()
    subprocess.run([sys.executable, *arguments], check=False, capture_output=True)
    return time.monotonic() - before


def refresh() -> None:
    """One refresh of everything against its slowest source, and what that source costs the others."""
    with Demo() as demo:
        work = engine(load(demo.config))

        async def polled() -> tuple[float, dict[str, float]]:
            before = time.monotonic()
            board = await work.poll_once()
            return time.monotonic() - before, {name: state.took or 0 for name, state in board.sources.items()}

        async def measure() -> None:
            await polled()  # opens the readers: imports, certificates
            alone = [(await polled())[1] for _ in range(RUNS)]
            demo.world.break_service("icinga", Fault.parse("slow:1", None))
            beside = [await polled() for _ in range(RUNS)]
            await work.stop()
            ratio = statistics.median(whole / max(took.values()) for whole, took in beside)
            whole = statistics.median(whole for whole, _ in beside)
            say("refresh", f"{whole:.2f} s, {ratio:.2f} x its slowest source")
            worst = max(
                statistics.median(took[name] for _, took in beside) - statistics.median(took[name] for took in alone)
                for name in alone[0]
                if name != "icinga"
            )
            longer = 1_000 * max(0.0, worst)
            say("isolation", f"beside a source that takes seconds, no other takes more than {longer:.0f} ms longer")

        asyncio.run(measure())


def idle() -> None:
    """CPU and memory of a dashboard that is only looked at, every client loaded."""
    with Demo() as demo:
        screen = Terminal("--config", str(demo.config), size=(160, 50))
        try:
            screen.wait_for_bytes(b"CRITICAL", 30)
            screen.read(8)
            pid, before, began, sent = (
                screen.process.pid,
                cpu_seconds(screen.process.pid),
                time.monotonic(),
                len(screen.raw),
            )
            screen.drain(30)
            seconds = time.monotonic() - began
            say("idle", f"{100 * (cpu_seconds(pid) - before) / seconds:.2f} % of a core, polls included; "
                f"{(len(screen.raw) - sent) / seconds:.0f} bytes/s to the terminal")  # fmt: skip
            say("memory", f"{memory_mb(pid):.0f} MB with every client loaded")
        finally:
            screen.close()


def traffic() -> None:
    """Requests and bytes a minute of each source, as the simulated services count them."""
    with Demo() as demo:
        screen = Terminal("--config", str(demo.config))
        try:
            screen.wait_for_bytes(b"CRITICAL", 30)
            screen.read(8)
            demo.world.forget_requests()
            sent = dict(demo.world.bytes_sent)
            screen.drain(60)
            for name in demo.world.urls:
                requests = sum(request["service"] == name for request in demo.world.requests())
                kilobytes = (demo.world.bytes_sent[name] - sent.get(name, 0)) / 1_000
                say("traffic", f"{name:<13} {requests:>3} requests/min  {kilobytes:>7.1f} kB/min")
        finally:
            screen.close()


def history() -> None:
    """The record of what was seen: its size, what asking it takes, and what it costs a key while it is written."""
    for line in chain(measure(), side_by_side()):
        say("history", line)


ALL: dict[str, Callable[[], None]] = {
    "first-frame": first_frame, "keys": keys, "line": line, "refresh": refresh, "idle": idle, "traffic": traffic,
    "history": history,
}  # fmt: skip

if __name__ == "__main__":
    for wanted in sys.argv[1:] or ALL:
        ALL[wanted]()
