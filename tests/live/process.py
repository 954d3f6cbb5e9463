"""A real server's process in a directory of its own, on a free port of the loopback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

READY_SECONDS = 20.0
# The environment of the tests names a proxy that does not exist: these requests go straight.
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def call(method: str, url: str, body: object = None, headers: dict[str, str] | None = None) -> tuple[int, bytes, str]:
    """One request: (status, body, content type). OSError when nobody answers."""
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    assert url.startswith("http://127.0.0.1:")
    told = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, data, told, method=method)  # noqa: S310  (ours, on the loopback)
    try:
        with _DIRECT.open(request, timeout=60) as answer:
            return answer.status, answer.read(), answer.headers.get("Content-Type", "")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers.get("Content-Type", "")


class Process:
    """Started on entering, ended and removed on leaving."""

    ready_path = "/"

    def __init__(self) -> None:
        self.port = free_port()
        self.directory = Path(tempfile.mkdtemp(prefix="secondline-live-"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def command(self) -> list[str]:
        """The argument vector, after writing whatever it needs into the directory."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """What is set in its environment, beyond what the tests have."""
        return {}

    def start(self) -> None:
        """Start it, and return once it is ready."""
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                cwd=self.directory,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.environment()},
            )
        end = time.monotonic() + READY_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise AssertionError((self.directory / "log").read_text("utf-8", "replace")[-2_000:])
            time.sleep(0.02)

    def stop(self) -> None:
        """End it."""
        self.thaw()
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def restart(self) -> None:
        """End it and start it again on the same port and directory."""
        self.stop()
        self.start()

    def freeze(self) -> None:
        """Let it stand still: it neither sends nor answers."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)

    def _is_ready(self) -> bool:
        try:
            return call("GET", self.url + self.ready_path)[0] == 200
        except OSError:
            return False

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            shutil.rmtree(self.directory, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)
