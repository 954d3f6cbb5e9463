"""The wallboard as a program: it shows, and whatever is typed or clicked, it writes nothing."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served import Served
from tests.e2e.terminal import Terminal, terminal
from tests.ui.wallboard.reading import figures

KEYS = [chr(n) for n in range(1, 127) if chr(n) not in "q\x03\x11\x1b"] + [
    "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~", "\x1b[6~", "\x1bOP", "\r", "\t", "é", "日",
]  # fmt: skip
SEEN = ("CRITICAL", "PAGES")
ACTING = re.compile(r"outbox|journal|actor|prompts|\bact\b|dashboard|item_list|detail_text")
"""Names of modules that have a part in changing anything."""
WATCHED = """
import json, sys, threading, time
from secondline_tui.cli import run
def look():
    time.sleep(6)
    print(json.dumps(sorted(sys.modules)), file=open(sys.argv[2], "w"))
threading.Thread(target=look, daemon=True).start()
run(["wallboard", "--config", sys.argv[1]])
"""


@pytest.fixture(scope="module")
def demo() -> Iterator[Served]:
    with Served() as services:
        yield services


def test_it_goes_blind_visibly_and_recovers_by_itself(demo: Served) -> None:
    with terminal("wallboard", config=demo.config) as screen:
        screen.wait_for("✔ believe this screen")
        screen.wait_for(lambda text: set(figures(text, SEEN)) == set(SEEN) and "?" not in figures(text, SEEN).values())
        for name in demo.services:
            demo.break_service(name, "refuse")
        screen.press("r")
        screen.wait_for(lambda text: "believe nothing" in text and figures(text, SEEN) == dict.fromkeys(SEEN, "?"))
        demo.mend()
        screen.wait_for("✔ believe this screen")
        screen.press("q")
        assert screen.wait() == 0


def _mouse(chance: random.Random) -> str:
    button = chance.choice([0, 1, 2, 32, 35, 64, 65])
    return f"\x1b[<{button};{chance.randint(1, 120)};{chance.randint(1, 40)}{chance.choice('Mm')}"


def test_a_thousand_keys_and_clicks_write_nothing(demo: Served) -> None:
    chance = random.Random(20)
    with terminal("wallboard", config=demo.config) as screen:
        screen.wait_for("✔ believe this screen")
        for n in range(1_000):
            screen.send(chance.choice(KEYS) if n % 4 else _mouse(chance))
            if n % 20 == 0:
                screen.read(0.02)
        screen.read(1)
        assert screen.process.poll() is None
        screen.press("escape")
        screen.read(0.5)
        screen.press("1")
        screen.wait_for("● overview")
        screen.press("q")
        assert screen.wait() == 0
    for request in demo.call("GET", "/requests"):
        reading = request["method"] == "GET" or (
            request["method"] == "POST" and request["path"].startswith("/v1/objects/")
        )
        assert reading, f"{request['method']} {request['path']}"


def test_no_module_that_could_act_is_in_the_process(demo: Served, tmp_path: Path) -> None:
    told = tmp_path / "modules.json"
    screen = Terminal(str(demo.config), str(told), command=("-c", WATCHED))
    try:
        screen.wait_for(lambda _: told.exists() and told.stat().st_size > 0)
    finally:
        screen.close()
    ours = [name for name in json.loads(told.read_text()) if name.startswith("secondline_tui.")]
    assert "secondline_tui.ui.wallboard.frame" in ours
    assert "secondline_tui.sources.trello.reader" in ours, "every source was polled"
    assert [name for name in ours if ACTING.search(name)] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full to be a disk without room")
def test_a_full_disk_is_not_told_on_the_screen(demo: Served, tmp_path: Path) -> None:
    state = tmp_path / "state" / "secondline-tui"
    state.mkdir(parents=True)
    (state / "secondline-tui.log").symlink_to("/dev/full")
    demo.break_service("ci", "refuse")
    screen = Terminal("wallboard", "--config", str(demo.config), env={"XDG_STATE_HOME": str(tmp_path / "state")})
    try:
        text = screen.wait_for("believe all but ci")
        screen.read(2)
        assert b"Logging error" not in screen.raw
        assert b"No space" not in screen.raw
        assert text.splitlines()[0].startswith(" secondline")
    finally:
        demo.mend()
        screen.close()


def test_a_terminal_that_goes_away_ends_it(demo: Served) -> None:
    with terminal("wallboard", config=demo.config) as screen:
        screen.wait_for("✔ believe this screen")
        screen.hang_up()
        assert screen.process.wait(60) != 0


def test_without_a_configuration_it_says_so() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "secondline_tui", "wallboard"],
        env=os.environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 78
    assert "no configuration" in done.stderr
