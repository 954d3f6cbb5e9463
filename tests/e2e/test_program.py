"""The program as a person meets it, on a pseudo-terminal and simulated services."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from secondline_tui.demo.faults import Fault
from secondline_tui.demo.serve import Demo
from tests.e2e.terminal import Terminal, terminal


@pytest.fixture(scope="module")
def running() -> Iterator[Demo]:
    with Demo() as made:
        yield made


@pytest.fixture
def demo(running: Demo) -> Iterator[Demo]:
    yield running
    running.world.mend()


def test_the_demo_in_one_command() -> None:
    with terminal("demo") as screen:
        screen.wait_for("believe")
        screen.wait_for("scheduled publications")
        screen.press("q")
        assert screen.wait() == 0


def test_the_first_screen_without_a_configuration_offers_the_demo() -> None:
    with terminal() as screen:
        screen.wait_for("There is no configuration yet")
        screen.wait_for(lambda text: "config.toml" in re.sub(r"[│\s]", "", text))  # also where it is told in two lines
        screen.press("d")
        screen.wait_for("scheduled publications")
        screen.press("q")
        assert screen.wait() == 0
    with terminal() as screen:
        screen.wait_for("There is no configuration yet")
        screen.press("q")
        assert screen.wait() == 0


def test_a_source_that_goes_away_is_seen_and_comes_back_by_itself(demo: Demo) -> None:
    with terminal(config=demo.config) as screen:
        screen.wait_for("✔ believe this screen")
        demo.world.break_service("ci", Fault.parse("refuse", None))
        screen.press("r")
        screen.wait_for(lambda text: "believe all but ci" in text and "low available disk space" in text)  # it stays
        demo.world.mend()
        screen.wait_for("✔ believe this screen")


def test_quitting_is_quick_and_keys_answer_with_every_source_hanging(demo: Demo) -> None:
    for name in demo.world.urls:
        demo.world.break_service(name, Fault.parse("hang", None))
    with terminal(config=demo.config) as screen:
        screen.wait_for("sources have answered")
        screen.press("?")
        screen.wait_for("Move down a page")
        screen.press("escape")
        screen.wait_for(lambda text: "Move down a page" not in text)  # or escape and q would be one key
        before = time.monotonic()
        screen.press("q")
        assert screen.wait() == 0
        assert time.monotonic() - before < 10, "a generous bound for a noisy machine; tests/bench measures it"


def test_sizes_and_resizing(demo: Demo) -> None:
    with terminal(config=demo.config, size=(80, 24)) as screen:
        screen.wait_for("scheduled publications")
        for size in ((200, 60), (120, 40), (100, 30), (80, 24)):
            screen.resize(*size)
            screen.wait_for(lambda text: "London" in text.splitlines()[0] and text.rstrip().endswith("? help"))
            screen.settle()
            screen.wait_for("scheduled publications")
            assert len(screen.text.splitlines()) == size[1], "the last line is where it belongs"
        screen.press("q")
        assert screen.wait() == 0


@pytest.mark.parametrize("variable", ["NO_COLOR", "COLORFGBG"])
def test_without_colours_and_on_light_terminals(demo: Demo, variable: str) -> None:
    screen = Terminal("--config", str(demo.config), env={variable: "0;15"})
    try:
        screen.wait_for(lambda text: "scheduled publications" in text and "✖ CRITICAL" in text)
        coloured = b"\x1b[38;2;" in screen.raw or b";38;2;" in screen.raw
        assert coloured is (variable != "NO_COLOR")
    finally:
        screen.close()


def test_a_killed_dashboard_takes_the_demos_services_with_it() -> None:
    with terminal("demo") as screen:
        screen.wait_for("scheduled publications")
        children = _children(screen.process.pid)
        assert children
        screen.process.kill()
        screen.process.wait()
        until = time.monotonic() + 5
        while any(_alive(pid) for pid in children) and time.monotonic() < until:
            time.sleep(0.05)
        assert not any(_alive(pid) for pid in children)


def test_a_terminal_that_goes_away_ends_the_program(demo: Demo) -> None:
    with terminal(config=demo.config) as screen:
        screen.wait_for("✔ believe this screen")
        screen.hang_up()
        assert screen.process.wait(60) != 0


def test_control_breaks_mends_and_tells() -> None:
    with Demo() as demo:
        _control(demo)


def _control(demo: Demo) -> None:
    def call(method: str, path: str, body: object = None) -> object:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(demo.control.url + path, data=data, method=method)  # noqa: S310  (loopback)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=60) as answer:
            return json.load(answer)

    assert call("POST", "/fault", {"service": "ci", "kind": "status:503", "times": None}) == {"ok": True}
    assert call("DELETE", "/fault") == {"ok": True}
    assert call("GET", "/requests") == []
    state = call("GET", "/state")
    assert isinstance(state, dict)
    assert set(state) == set(demo.world.urls)
    with pytest.raises(urllib.error.HTTPError, match="400"):
        call("POST", "/fault", {"service": "nobody", "kind": "refuse"})
    with pytest.raises(urllib.error.HTTPError, match="400"):
        call("POST", "/fault", {"service": "ci", "kind": "nonsense"})


def _children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    if not path.exists():
        pytest.skip("needs /proc to find the services' process")
    return [int(word) for word in path.read_text().split()]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def test_a_key_right_behind_escape_is_not_taken_for_what_escape_was_to_close(demo: Demo) -> None:
    """It would have been typed into the note, and would have sent the comment."""
    with terminal(config=demo.config) as screen:
        screen.wait_for("✔ believe this screen")
        screen.press("w")
        screen.wait_for("note for the handover")
        screen.press("x")
        screen.send("\x1bH")
        screen.wait_for("answered in")
        screen.press("escape")
        screen.press("3", "c")
        screen.wait_for("keep the draft")
        screen.press("x")
        screen.send("\x1b\x13")
        screen.wait_for(lambda text: "keep the draft" not in text)
        screen.settle()
    assert not [
        request
        for request in demo.world.requests()
        if request["method"] in ("PUT", "POST") and request["service"] == "zendesk"
    ]
