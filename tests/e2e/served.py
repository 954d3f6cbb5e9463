"""`demo --serve` in a process of its own, driven through its control address.

`python -m tests.e2e.served 7` serves seven demos from one process, each a world of its own.
"""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from secondline_tui.demo.serve import Demo
from secondline_tui.demo.world import World


def serve(*worlds: World | None) -> None:
    """What a module does that is run by `Served`: serve worlds of its own, or the demo's, until stopped."""
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    with contextlib.ExitStack() as stack:
        for world in worlds:
            print(stack.enter_context(Demo(world)).told(), flush=True)
        stopped.wait()


_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Services:
    """The services of one demo, wherever they are served."""

    def __init__(self, told: str) -> None:
        where = json.loads(told)
        self.config = Path(where["config"])
        self.services: dict[str, str] = where["services"]
        self.control: str = where["control"]

    def call(self, method: str, path: str, body: object = None) -> Any:
        """What the control address answers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control + path, data=data, method=method)  # noqa: S310  (loopback)
        with _DIRECT.open(request, timeout=60) as answer:
            return json.load(answer)

    def break_service(self, name: str, kind: str, times: int | None = None) -> None:
        """Let a service answer badly."""
        self.call("POST", "/fault", {"service": name, "kind": kind, "times": times})

    def mend(self) -> None:
        """Let every service answer well."""
        self.call("DELETE", "/fault")


class Served(Services):
    """The demo's services, or whatever serves in its manner, until the block ends."""

    def __init__(self, *command: str) -> None:
        self._process = _started(command or ("secondline_tui", "demo", "--serve"))
        super().__init__(_lines(self._process, 1)[0])

    def close(self) -> None:
        """End the services."""
        _end(self._process)

    def __enter__(self) -> Served:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextlib.contextmanager
def served_together(count: int) -> Iterator[Sequence[Services]]:
    """Several demos from one process."""
    process = _started(("tests.e2e.served", str(count)))
    try:
        yield [Services(told) for told in _lines(process, count)]
    finally:
        _end(process)


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", *command], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)


def _lines(process: subprocess.Popen[bytes], count: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().decode() for _ in range(count)]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait(60)
    if process.stdout is not None:
        process.stdout.close()


if __name__ == "__main__":
    serve(*[None] * int(sys.argv[1]))
