"""A headless Chromium, driven through its debugging pipe."""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest

from tests.live.need import need

needs_chromium = pytest.mark.live
OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--remote-debugging-pipe", "--no-proxy-server",
)  # fmt: skip


class Chromium:
    """A browser until the block ends. Every request of every page is in `urls`."""

    def __init__(self) -> None:
        program = next(filter(None, map(shutil.which, ("chromium-browser", "google-chrome"))), None) or need("chromium")
        self.urls: list[str] = []
        self._home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        command = f'exec "$0" "$@" 3<&{theirs_in} 4>&{theirs_out}'
        self._process = subprocess.Popen(
            ["bash", "-c", command, program, *OPTIONS, f"--user-data-dir={self._home.name}", "about:blank"],
            pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self._number, self._rest = 0, b""

    def call(self, method: str, session: str = "", **parameters: Any) -> Any:
        """The result of a command."""
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + 30
        while time.monotonic() < until:
            told = self._next(until)
            if told.get("id") == self._number:
                assert "error" not in told, told
                return told["result"]
        raise AssertionError(f"no answer to {method}")

    def _next(self, until: float) -> dict[str, Any]:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._in], [], [], max(0, until - time.monotonic()))
            assert ready, "the browser says nothing"
            self._rest += os.read(self._in, 1_048_576)
        told, _, self._rest = self._rest.partition(b"\0")
        message: dict[str, Any] = json.loads(told)
        if message.get("method") == "Network.requestWillBeSent":
            self.urls.append(message["params"]["request"]["url"])
        return message

    def open(self, url: str, size: tuple[int, int] = (1280, 720)) -> Tab:
        """A new tab."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Network.enable", session)
        self.call("Emulation.setDeviceMetricsOverride", session, width=size[0], height=size[1],
                  deviceScaleFactor=1, mobile=False)  # fmt: skip
        self.call("Page.navigate", session, url=url)
        return Tab(self, session)

    def __enter__(self) -> Chromium:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait(60)
        os.close(self._in)
        os.close(self._out)
        self._home.cleanup()


class Tab:
    """One page."""

    def __init__(self, browser: Chromium, session: str) -> None:
        self._browser, self._session = browser, session

    def call(self, method: str, **parameters: Any) -> Any:
        """A command for this tab."""
        return self._browser.call(method, self._session, **parameters)

    def value(self, expression: str) -> Any:
        """What an expression is in the page."""
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    @property
    def text(self) -> str:
        """The wall as it is shown."""
        lines = self.value("[...document.querySelectorAll('#wall div')].map(line => line.textContent)") or []
        return "\n".join(line.rstrip() for line in lines)

    def wait_for(self, seen: Callable[[str], bool] | str, seconds: float = 20.0) -> str:
        """The wall as soon as it shows that."""
        check = (lambda text: seen in text) if isinstance(seen, str) else seen
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            text = self.text
            if check(text):
                return text
            time.sleep(0.1)
        raise AssertionError(f"not seen: {seen!r}\n{self.text}")

    def picture(self, path: Path) -> None:
        """A screenshot."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))
