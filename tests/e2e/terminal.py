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

import pyte
from rich.cells import cell_len

KEYS = {
    "enter": "\r", "escape": "\x1b", "tab": "\t", "down": "\x1b[B", "up": "\x1b[A",
    "ctrl+f": "\x06", "ctrl+p": "\x10", "ctrl+q": "\x11",
}  # fmt: skip


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
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.raw = b""
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
        return "\n".join("".join(cells).rstrip() for cells in self.cells)

    @property
    def cells(self) -> list[list[str]]:
        """The screen cell by cell: the second cell of a wide character is "", and half of one is blank."""
        columns, lines = range(self.screen.columns), range(self.screen.lines)
        grid = [[self.screen.buffer[y][x].data for x in columns] for y in lines]
        for cells in grid:
            for x, sign in enumerate(cells):
                wide = sign != "" and cell_len(sign[0]) == 2
                if (wide and cells[x + 1 : x + 2] != [""]) or (sign == "" and cell_len(cells[x - 1][:1]) != 2):
                    cells[x] = " "
        return grid

    def read(self, seconds: float) -> None:
        """Take in what the program writes for so long."""
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
            self.raw += data
            self._feed(data)

    def _feed(self, data: bytes) -> None:
        # pyte gives up the rest of a text at some marks that take no cell of their own.
        text = "".join(sign for sign in self._decoder.decode(data) if sign < "\x7f" or cell_len(sign))
        # It does not know some private sequences that Textual sends; none of them draws anything.
        with contextlib.suppress(Exception):
            self._stream.feed(text)

    def wait_for(self, seen: Callable[[str], bool] | str, seconds: float = 15.0) -> str:
        """The screen as soon as it shows that; AssertionError with the screen when it does not in time."""
        check = (lambda text: seen in text) if isinstance(seen, str) else seen
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.read(0.05)
            if check(self.text):
                return self.text
            if self.process.poll() is not None:
                break
        raise AssertionError(f"not seen: {seen!r}\n{self.text}")

    def send(self, text: str) -> None:
        """Type without waiting."""
        os.write(self._master, text.encode())

    def wait_for_output(self, seconds: float) -> None:
        """Return with the next output."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        if ready:
            self.raw += os.read(self._master, 65_536)

    def wait_for_bytes(self, seen: bytes, seconds: float) -> None:
        """Return when the output holds these bytes; no terminal is drawn, so it costs nothing."""
        until = time.monotonic() + seconds
        while seen not in self.raw:
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
        self.screen.resize(lines, columns)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def wait(self, seconds: float = 10.0) -> int:
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
