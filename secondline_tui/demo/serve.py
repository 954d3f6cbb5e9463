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
from secondline_tui.demo.settings import configuration
from secondline_tui.demo.story import furnish
from secondline_tui.demo.world import World


class Demo:
    """A running demo: services, control address and a configuration, all gone with `close`."""

    def __init__(self, world: World | None = None, *, outage: bool = False) -> None:
        self.world = world or World()
        if world is None:
            furnish(self.world, outage=outage)
        self.world.listen()
        self.control = Control(self.world)
        self._directory = Path(tempfile.mkdtemp(prefix="secondline-demo-"))
        self.config = self._directory / "config.toml"
        with os.fdopen(
            os.open(self.config, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(configuration(self.world, self._directory / "state"))

    def told(self) -> str:
        """The JSON line that `demo --serve` prints."""
        return json.dumps({"config": str(self.config), "services": self.world.urls, "control": self.control.url})

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


def serve(*, for_dashboard: bool = False) -> int:
    """Serve until interrupted. For a dashboard: until it is gone and its pipe with it, and with an outage to see."""
    done = threading.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda *_: done.set())
    with Demo(outage=for_dashboard) as demo:
        sys.stdout.write(demo.told() + "\n")
        sys.stdout.flush()
        if for_dashboard:
            threading.Thread(target=_when_stdin_ends, args=(done,), daemon=True).start()
        done.wait()
    return 0


def _when_stdin_ends(done: threading.Event) -> None:
    sys.stdin.buffer.read()
    done.set()
