"""The real program beside known secrets: visits in which everything goes wrong, and where each leaves its traces.

A crash of ours and Python's development mode are among them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from secondline_tui.demo.faults import Fault
from tests.e2e.planted import Places, Planted
from tests.e2e.terminal import Terminal
from tests.e2e.tour import ASKING, HELP, PALETTE, SOURCES

PATIENCE = 40.0
TALKATIVE = {"PYTHONASYNCIODEBUG": "1", "PYTHONFAULTHANDLER": "1", "DEBUG_LOG": "1", "HTTPX_LOG_LEVEL": "trace"}
"""What makes Python and the libraries talk."""
SLOW = ("sh", "-c", 'cat "$0"; sleep 0.1')
"""A command that is to be seen in the list of processes."""

BREAKING = """
import os, sys
from secondline_tui.cli import run
from secondline_tui.sources.grafana.reader import GrafanaReader
from secondline_tui.ui.dashboard.screen import DashboardScreen

async def fetch(self):
    token = os.environ["PLANTED_GRAFANA_TOKEN"]
    raise RuntimeError(f"no answer from https://grafana.example.org/?token={token}")

def help_(self):
    token = os.environ["PLANTED_GRAFANA_TOKEN"]
    raise ValueError(token)

GrafanaReader.fetch, DashboardScreen.help = fetch, help_
sys.exit(run(sys.argv[1:]))
"""


Visit = Callable[["Home", Planted], int]
"""One run of the program in such a world; its exit code."""


class Home:
    """Where one program runs. Everything in it is searched, but for what is kept in `kept`."""

    def __init__(self, folder: Path, planted: Planted, turn: int, command: tuple[str, ...] = ("cat",)) -> None:
        self.folder, self.kept = folder / "home", folder / "kept"
        self.folder.mkdir(parents=True)
        self.kept.mkdir()
        places = Places(self.kept, turn, command=command)
        self.config = self.kept / "config.toml"
        self.config.write_text(planted.configuration(places, deadline=15))
        self.config.chmod(0o600)
        homes = ("HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME")
        self.env = {**places.env(), **{name: str(self.folder) for name in homes}}
        self.env |= {"DISPLAY": "", "WAYLAND_DISPLAY": ""}

    @property
    def log(self) -> str:
        """What the program logged."""
        return (self.folder / "secondline-tui" / "secondline-tui.log").read_text()

    def note(self, name: str, written: bytes) -> None:
        """Keep what was seen elsewhere."""
        (self.folder / name).write_bytes(written)


class Watch:
    """Notes the command lines of a process and of all that it starts."""

    def __init__(self, pid: int) -> None:
        self.seen: set[bytes] = set()
        self._pid = pid
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def end(self) -> bytes:
        self._done.set()
        self._thread.join()
        return b"\n".join(sorted(self.seen))

    def _look(self) -> None:
        while not self._done.wait(0.02):
            self._note(Path("/proc") / str(self._pid))

    def _note(self, process: Path) -> None:
        try:
            self.seen.add((process / "cmdline").read_bytes())
            children = [path.read_text().split() for path in process.glob("task/*/children")]
        except OSError:  # it is gone, or there is no /proc
            return
        for pid in {pid for of_one in children for pid in of_one}:
            self._note(Path("/proc") / pid)


def _on_terminal(home: Home, drive: Callable[[Terminal], None], *, command: tuple[str, ...]) -> int:
    screen = Terminal("--config", str(home.config), env=home.env, command=command, size=(120, 40))
    watch = Watch(screen.process.pid)
    try:
        drive(screen)
        return screen.wait(PATIENCE)
    finally:
        home.note("terminal", screen.raw)
        home.note("processes", watch.end())
        screen.close()


def _textual_log(home: Home) -> dict[str, str]:
    """What makes Textual write down every message and what it is handed with it."""
    return {"TEXTUAL_LOG": str(home.folder / "textual.log")}


def toured(home: Home, planted: Planted) -> int:
    """A visit while every service quotes what it is asked: all the places where an error is told."""

    def drive(screen: Terminal) -> None:
        def press(key: str, *, seen: str = "", gone: str = "") -> None:
            screen.press(key)
            screen.wait_for(lambda text: seen in text and not (gone and gone in text), PATIENCE)

        screen.wait_for("failing", PATIENCE)
        press("H", seen=SOURCES)
        screen.wait_for("not accepted", PATIENCE)
        for _ in range(3):
            screen.press("j")
            press("enter", seen="not accepted: •••", gone=SOURCES)
            press("y", seen="copied")
            press("escape", seen=SOURCES)
        press("escape", gone=SOURCES)
        press("?", seen=HELP)
        press("escape", gone=HELP)
        press("ctrl+p", seen=PALETTE)
        press("escape", gone=PALETTE)
        planted.quote("")
        press("r", seen="scheduled publications")
        screen.press("2")
        press("enter", gone=" Today ")
        screen.wait_for(lambda text: ASKING not in text, PATIENCE)
        press("escape", seen=" Today ")
        screen.press("q")

    planted.quote("json:500")
    home.env |= _textual_log(home)
    return _on_terminal(home, drive, command=("-m", "secondline_tui"))


def ended(home: Home, planted: Planted) -> int:
    """Told to end while it is asking, in development mode."""

    def drive(screen: Terminal) -> None:
        screen.wait_for_bytes(b"asking", PATIENCE)
        screen.process.terminate()

    for name in planted.world.urls:
        planted.world.break_service(name, Fault.parse("slow:3", None))
    home.env |= TALKATIVE | _textual_log(home)
    return _on_terminal(home, drive, command=("-X", "dev", "-m", "secondline_tui"))


def crashed(home: Home, _: Planted) -> int:
    """Broken by errors whose text is a secret: in a reader first, then in the screen."""

    def drive(screen: Terminal) -> None:
        screen.wait_for_bytes(b"failing", PATIENCE)
        screen.send("?")

    return _on_terminal(home, drive, command=("-c", BREAKING))


def printed(home: Home, planted: Planted) -> int:
    """A check in development mode, while every connection is cut."""
    for name in planted.world.urls:
        planted.world.break_service(name, Fault.parse("reset", None))
    command = [sys.executable, "-X", "dev", "-m", "secondline_tui", "check", "--config", str(home.config)]
    env = {**os.environ, **home.env, **TALKATIVE}
    with (home.folder / "printed").open("wb") as file:
        process = subprocess.Popen(
            command, env=env, cwd=home.folder, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
        watch = Watch(process.pid)
        code = process.wait(PATIENCE)
        home.note("processes", watch.end())
    return code


VISITS: Mapping[Visit, int] = {toured: 0, ended: -15, crashed: 1, printed: 69}
"""What each ends with."""


def visit(folder: Path, turn: int, run: Visit) -> Home:
    """Where a program was, after its end."""
    with Planted() as planted:
        home = Home(folder / run.__name__, planted, turn, SLOW)
        code = run(home, planted)
    assert code == VISITS[run], (run.__name__, code, home.log)
    return home
