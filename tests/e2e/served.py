"""`demo --serve` in a process of its own, driven through its control address."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any

from secondline_tui.demo.serve import Demo
from secondline_tui.demo.world import World


def serve(world: World) -> None:
    """What a module does that is run by `Served`: serve a world of its own until stopped."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    with Demo(world) as demo:
        print(demo.told(), flush=True)
        stopped.wait()


_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Served:
    """The demo's services, or whatever serves in its manner, until the block ends."""

    def __init__(self, *command: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", *(command or ("secondline_tui", "demo", "--serve"))],
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
        )
        assert self._process.stdout is not None
        told = json.loads(self._process.stdout.readline())
        self.config = Path(told["config"])
        self.services: dict[str, str] = told["services"]
        self.control: str = told["control"]

    def call(self, method: str, path: str, body: object = None) -> Any:
        """What the control address answers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control + path, data=data, method=method)  # noqa: S310  (loopback)
        with _DIRECT.open(request, timeout=10) as answer:
            return json.load(answer)

    def break_service(self, name: str, kind: str, times: int | None = None) -> None:
        """Let a service answer badly."""
        self.call("POST", "/fault", {"service": name, "kind": kind, "times": times})

    def mend(self) -> None:
        """Let every service answer well."""
        self.call("DELETE", "/fault")

    def close(self) -> None:
        """End the services."""
        self._process.terminate()
        self._process.wait(10)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> Served:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
