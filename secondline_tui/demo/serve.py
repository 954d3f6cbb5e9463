"""Starts the demo's services and writes the configuration that uses them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType

from secondline_tui.demo.control import Control
from secondline_tui.demo.memory import memory
from secondline_tui.demo.settings import configuration
from secondline_tui.demo.story import furnish
from secondline_tui.demo.world import World


class Demo:
    """A running demo: services, control address and a configuration, all gone with `close`."""

    def __init__(self, world: World | None = None, *, outage: bool = False, at_end: bool = False) -> None:
        self.world = world or World(at_end=at_end)
        if world is None:
            furnish(self.world, outage=outage)
        self.world.listen()
        self.control = Control(self.world)
        self._directory = Path(tempfile.mkdtemp(prefix="secondline-demo-"))
        self.config = self._directory / "config.toml"
        self._write(self.config, configuration(self.world, self._directory / "state"))
        self.past = self._directory / "past.json"
        """What whoever had been watching would remember."""
        self._write(self.past, json.dumps(memory(self.world)))

    def _write(self, path: Path, text: str) -> None:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(text)

    def told(self) -> str:
        """The JSON line that `demo --serve` prints."""
        places = {"config": str(self.config), "past": str(self.past)}
        return json.dumps({**places, "services": self.world.urls, "control": self.control.url})

    def close(self) -> None:
        """Stop everything and remove what was written."""
        self.control.close()
        self.world.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def __enter__(self) -> Demo:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def serve(*, for_dashboard: bool = False, at_end: bool = False) -> int:
    """Serve until interrupted. For a dashboard: until it is gone and its pipe with it, and with an outage to see.

    The shift has just begun, or is about to end.
    """
    done = threading.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(wanted, lambda *_: done.set())
    with Demo(outage=for_dashboard, at_end=at_end) as demo:
        sys.stdout.write(demo.told() + "\n")
        sys.stdout.flush()
        if for_dashboard:
            threading.Thread(target=_when_stdin_ends, args=(done,), daemon=True).start()
        done.wait()
    return 0


def _when_stdin_ends(done: threading.Event) -> None:
    sys.stdin.buffer.read()
    done.set()
