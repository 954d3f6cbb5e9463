"""A status bar's line beside a running instance: it costs no request, next to no time, and never outlives the truth."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.served import Served
from tests.e2e.terminal import terminal

HEAVY = {"asyncio", "dataclasses", "pydantic", "httpx", "textual", "argparse", "secondline_tui.cli.main"}


@pytest.fixture
def demo() -> Iterator[Served]:
    with Served() as services:
        yield services


def status(*arguments: str, config: Path) -> tuple[str, int]:
    command = [sys.executable, "-m", "secondline_tui", "status", "--config", str(config), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    return done.stdout.strip(), done.returncode


@pytest.mark.parametrize("command", [(), ("wallboard",)], ids=["dashboard", "wallboard"])
def test_a_running_instance_answers_and_no_service_is_asked(demo: Served, command: tuple[str, ...]) -> None:
    assert status("--cached", config=demo.config) == ("? not running", 3)
    with terminal(*command, config=demo.config) as screen:
        screen.wait_for("✔ believe this screen")
        screen.read(1.5)
        screen.process.send_signal(signal.SIGSTOP)  # whatever is asked from here on, it was not the instance
        demo.call("DELETE", "/requests")
        lines = {status("--format", "line", config=demo.config) for _ in range(3)}
        lines.add(status("--format=line", "--symbols", "signs", config=demo.config))
        assert len(lines) == 1
        lines.add(status("--form", "line", config=demo.config))  # not answered before argparse has looked at it
        assert len(lines) == 1
        text, code = status("--cached", "--format", "line", config=demo.config)
        assert code == 2
        assert text.startswith("✖")
        assert text.split()[-1].endswith("s"), "with its age"
        text, code = status("--cached", "--format", "waybar", config=demo.config)
        assert code == 0, "waybar hides what fails"
        made = json.loads(text)
        assert made["alt"] == "critical"
        assert "critical production" in made["tooltip"]
        assert demo.call("GET", "/requests") == []
        screen.process.kill()
        screen.process.wait()
    text, code = status("--cached", "--format", "line", config=demo.config)
    assert text.startswith("? not running")
    assert code == 3


def test_it_asks_the_services_when_no_instance_runs(demo: Served) -> None:
    text, code = status("--format", "line", config=demo.config)
    assert (text[0], code) == ("✖", 2)
    assert demo.call("GET", "/requests")
    text, code = status("--format", "i3bar", config=demo.config)
    assert (json.loads(text)["urgent"], code) == (True, 0)


def test_json_and_text_are_never_kept(demo: Served) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "secondline_tui", "status", "--cached", "--format", "json"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 64
    assert "--cached keeps no JSON" in done.stderr
    assert demo.config.exists()


def test_a_kept_line_imports_next_to_nothing() -> None:
    code = (
        "import sys; sys.argv = ['x', 'status', '--cached', '--config', '/none']\n"
        "before = set(sys.modules)\n"
        "from secondline_tui.__main__ import main\nmain()\n"
        "print(*(set(sys.modules) - before), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, timeout=60, check=False,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip
    loaded = set(done.stderr.split())
    assert done.stdout == "? not running\n"
    assert "secondline_tui.cli.quick" in loaded
    assert not loaded & HEAVY
    assert len(loaded) < 60


def test_it_takes_little_more_than_an_interpreter_s_start() -> None:
    def took(*arguments: str) -> float:
        before = time.perf_counter()
        subprocess.run([sys.executable, *arguments], capture_output=True, check=False, timeout=60)
        return time.perf_counter() - before

    pairs = [(took("-m", "secondline_tui", "status", "--cached"), took("-c", "pass")) for _ in range(9)]
    ratio = statistics.median(line / bare for line, bare in pairs)
    assert ratio < 2.5, "tests/bench measures it; with what status imports otherwise it is about ten"
