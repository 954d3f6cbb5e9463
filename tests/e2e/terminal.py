"""The real program in a pseudo-terminal: bytes out as a terminal gets them, keys in as a person types them."""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.bench.process import cpu_seconds
from tests.e2e.screen import Cells, Screen

KEYS = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "down": "\x1b[B", "up": "\x1b[A",
    "ctrl+f": "\x06", "ctrl+p": "\x10", "ctrl+q": "\x11",
}  # fmt: skip


QUIET = 0.1
"""How long a program at rest is to be quiet until it is believed."""


PATIENCE = 60.0
"""Seconds that something is waited for: a busy machine takes its time."""


def at_rest(pid: int) -> float | None:
    """The seconds that a process has worked so far; None while it works or wants to."""
    try:
        states = [path.read_text().rpartition(")")[2].split()[0] for path in Path(f"/proc/{pid}/task").glob("*/stat")]
        return None if "R" in states else cpu_seconds(pid)
    except OSError:  # it has ended, or there is no /proc
        return 0.0


class Terminal:
    """One run of the program on a screen of its own."""

    def __init__(
        self,
        *arguments: str,
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str] | None = None,
        command: Sequence[str] = ("-m", "secondline_tui"),
    ) -> None:
        columns, lines = size
        self._screen = Screen(columns, lines)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._raw = bytearray()
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        environment = {
            **os.environ,
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            **(env or {}),
        }
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, *command, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)

    @property
    def text(self) -> str:
        """The screen as a person sees it."""
        return self._screen.text

    @property
    def cells(self) -> Cells:
        """The same cell by cell."""
        return self._screen.cells

    @property
    def raw(self) -> bytes:
        """All that was written so far."""
        return bytes(self._raw)

    @property
    def written(self) -> int:
        """How many bytes that are."""
        return len(self._raw)

    def read(self, seconds: float, *, once: bool = False) -> None:
        """Take in what the program writes for so long, or only until it writes something."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            ready, _, _ = select.select([self._master], [], [], left)
            if not ready:
                return
            try:
                data = os.read(self._master, 65_536)
            except OSError:
                return
            if not data:
                return
            self._raw += data
            self._screen.feed(self._decoder.decode(data))
            if once:
                return

    def settle(self, seconds: float = 10.0) -> None:
        """Take in what the program writes until it neither writes nor works any more.

        Silence alone proves nothing: where the machine is busy, the program may not have had its turn yet.
        """
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            before = self.written, at_rest(self.process.pid)
            self.read(QUIET, once=True)
            after = self.written, at_rest(self.process.pid)
            if before == after and after[1] is not None:
                return

    def wait_for(self, seen: Callable[[str], bool] | str, seconds: float = PATIENCE) -> str:
        """The screen as soon as it shows that; AssertionError with the screen when it does not in time."""
        check = (lambda text: seen in text) if isinstance(seen, str) else seen
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._read_burst()
            if check(self.text):
                return self.text
            if self.process.poll() is not None:
                break
        raise AssertionError(f"not seen: {seen!r}\n{self.text}")

    def _read_burst(self) -> None:
        """What is written now, and what follows at once: the most of a picture."""
        until = time.monotonic() + 0.1
        before = -1
        while self.written != before and time.monotonic() < until:
            before = self.written
            self.read(0.02, once=True)

    def send(self, text: str) -> None:
        """Type without waiting."""
        os.write(self._master, text.encode())

    def wait_for_output(self, seconds: float) -> None:
        """Return with the next output."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        if ready:
            self._raw += os.read(self._master, 65_536)

    def wait_for_bytes(self, seen: bytes, seconds: float) -> None:
        """Return when the output holds these bytes; no terminal is drawn, so it costs nothing."""
        until = time.monotonic() + seconds
        while seen not in self._raw:
            if time.monotonic() > until:
                raise AssertionError(f"not seen: {seen!r}")
            self.wait_for_output(0.05)

    def drain(self, seconds: float) -> None:
        """Take in output for so long, without drawing it."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.wait_for_output(left)

    def press(self, *keys: str) -> None:
        """Type keys, by name or character."""
        for key in keys:
            os.write(self._master, KEYS.get(key, key).encode())
            self.read(0.05)

    def resize(self, columns: int, lines: int) -> None:
        """Change the terminal's size."""
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self._screen.resize(columns, lines)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def wait(self, seconds: float = PATIENCE) -> int:
        """The exit code; TimeoutExpired when the program does not end."""
        until = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < until:
            self.read(0.02)
        return self.process.wait(0.1)

    def hang_up(self) -> None:
        """Take the terminal away without a word."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDWR)

    def close(self) -> None:
        """End the program, however it is."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self._master)


@contextlib.contextmanager
def terminal(*arguments: str, config: Path | None = None, size: tuple[int, int] = (120, 40)) -> Iterator[Terminal]:
    """A terminal that is closed afterwards."""
    options = ("--config", str(config)) if config else ()
    made = Terminal(*arguments, *options, size=size)
    try:
        yield made
    finally:
        made.close()


def run_python(code: str) -> Terminal:
    """Some other program in a terminal, to compare with."""
    return Terminal(command=("-c", code))
