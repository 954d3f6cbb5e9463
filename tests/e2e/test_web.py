"""The wallboard in a browser: the same wall, one process that polls, and nothing that could be done from there."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.e2e.chromium import Chromium, needs_chromium
from tests.e2e.served import Served
from tests.ui.wallboard.reading import figures

TOKEN = "open-sesame-1234"
TITLES = ("PAGES", "TICKETS", "ISSUES")


class Web:
    """`wallboard --web` on the demo's services."""

    def __init__(self, config: Path, host: str = "127.0.0.1", **env: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "secondline_tui", "wallboard", "--web", f"{host}:0", "--config", str(config)],
            stdout=subprocess.PIPE, env={**os.environ, **env}, start_new_session=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().decode().strip().replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        self.host = urlsplit(self.url).netloc

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    def fresh(self) -> dict[str, Any]:
        """The status as soon as every source has answered."""
        until = time.monotonic() + 20
        while time.monotonic() < until:
            told: dict[str, Any] = json.loads(self.get("/status.json")[2])
            if all(state["health"] == "fresh" for state in told["sources"].values()):
                return told
            time.sleep(0.1)
        raise AssertionError(told["sources"])

    def close(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@contextlib.contextmanager
def web(config: Path, host: str = "127.0.0.1", **env: str) -> Iterator[Web]:
    made = Web(config, host, **env)
    try:
        yield made
    finally:
        assert made.close() == 0


@pytest.fixture(scope="module")
def demo() -> Iterator[Served]:
    with Served() as services:
        yield services


@pytest.fixture(scope="module")
def quick(demo: Served, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's configuration, polled every three seconds."""
    lines = [line for line in demo.config.read_text().splitlines() if not line.startswith(("interval", "deadline"))]
    path = tmp_path_factory.mktemp("web") / "config.toml"
    path.write_text(
        "\n".join(f"{line}\ninterval = 3\ndeadline = 3" if line[:9] == "[sources." else line for line in lines)
    )
    path.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def wall(quick: Path) -> Iterator[Web]:
    with web(quick) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with Chromium() as made:
        yield made


def guarded(demo: Served, tmp_path: Path, web_table: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(f"{demo.config.read_text()}\n[wallboard]\nweb = {web_table}\n")
    path.chmod(0o600)
    return path


@needs_chromium
def test_a_browser_shows_what_the_services_hold(demo: Served, wall: Web, browser: Chromium) -> None:
    told = wall.fresh()
    tab = browser.open(f"{wall.url}?page=overview&columns=120")
    text = tab.wait_for(lambda text: "believe this screen" in text and set(figures(text, TITLES)) == set(TITLES))
    read = figures(text, TITLES)
    held = demo.call("GET", "/state")
    assert read["TICKETS"] == str(sum(t["status"] in ("new", "open") for t in told["tickets"]))
    assert read["ISSUES"] == str(len(told["cards"]))
    triggered = [i for i in held["pagerduty"]["incidents"] if i["status"] == "triggered"]
    assert read["PAGES"] == str(sum("drill" not in i["title"] for i in triggered))


@needs_chromium
def test_it_goes_blind_visibly_and_a_server_that_is_gone_is_told(demo: Served, quick: Path, tmp_path: Path) -> None:
    with web(quick) as made, Chromium() as browser:
        made.fresh()
        tab = browser.open(f"{made.url}?page=overview&columns=120")
        tab.wait_for("believe this screen")
        for name in demo.services:
            demo.break_service(name, "refuse")
        try:
            tab.wait_for(lambda text: "believe nothing" in text and set(figures(text, TITLES).values()) == {"?"})
            assert tab.value("getComputedStyle(document.querySelector('.doubt')).backgroundColor") != "rgba(0, 0, 0, 0)"
        finally:
            demo.mend()
        tab.picture(tmp_path / "wall.png")
        made.process.send_signal(signal.SIGSTOP)
        until = time.monotonic() + 20
        while tab.value("document.getElementById('lost').hidden") and time.monotonic() < until:
            time.sleep(0.2)
        assert not tab.value("document.getElementById('lost').hidden")
        made.process.send_signal(signal.SIGCONT)


@needs_chromium
def test_ten_tabs_ask_the_services_no_more_than_one_and_nothing_asks_elsewhere(
    demo: Served, wall: Web, browser: Chromium
) -> None:
    wall.fresh()

    def asked(seconds: float) -> int:
        demo.call("DELETE", "/requests")
        time.sleep(seconds)
        return len(demo.call("GET", "/requests"))

    tabs = [browser.open(wall.url)]
    tabs[0].wait_for("believe")
    alone = asked(9)
    tabs += [browser.open(wall.url, size) for size in ((640, 480), (1920, 1080), (480, 800)) for _ in range(3)]
    for tab in tabs:
        tab.wait_for("believe")
    assert len(tabs) == 10
    together = asked(9)
    assert together <= alone * 1.5, "whichever polls happen to fall into those seconds"
    hosts = {urlsplit(url).netloc for url in browser.urls if url.startswith("http")}
    assert hosts == {wall.host}


@needs_chromium
def test_a_thousand_keys_and_clicks_write_nothing(demo: Served, wall: Web, browser: Chromium) -> None:
    wall.fresh()
    tab = browser.open(wall.url)
    tab.wait_for("believe")
    chance = random.Random(7)
    for n in range(1_000):
        if n % 3:
            key = chance.choice("abcdefghijklmnopqrstuvwxyz0123456789 /?")
            tab.call("Input.dispatchKeyEvent", type="keyDown", text=key, key=key)
        else:
            kind = chance.choice(["mousePressed", "mouseReleased", "mouseMoved"])
            tab.call("Input.dispatchMouseEvent", type=kind, x=chance.randint(0, 1279), y=chance.randint(0, 719),
                     button="left", clickCount=1)  # fmt: skip
    tab.wait_for("believe this screen")
    for request in demo.call("GET", "/requests"):
        queries = request["method"] == "POST" and request["path"].startswith("/v1/objects/")
        assert request["method"] == "GET" or queries, f"{request['method']} {request['path']}"


def test_only_reading_is_understood(wall: Web) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert wall.get("/", method)[0] == 405
    status, headers, body = wall.get("/", "HEAD")
    assert (status, body) == (200, "")
    assert "default-src 'none'" in headers["content-security-policy"]
    assert wall.get("/nothing")[0] == 404
    assert wall.get("/picture?columns=many")[0] == 400
    assert wall.get("/picture?page=weather")[0] == 404
    assert wall.get("/healthz")[2] == "ok\n"


def test_a_page_elsewhere_cannot_read_it_by_calling_itself_by_our_address(wall: Web) -> None:
    assert wall.get("/status.json", Host="evil.example:80")[0] == 421
    assert wall.get("/status.json", Host="localhost:1")[0] == 200


def test_who_asks_in_a_ticket_and_what_about_is_withheld(wall: Web) -> None:
    told = wall.fresh()
    assert told["tickets"]
    assert {(ticket["subject"], ticket["requester"]) for ticket in told["tickets"]} == {("", None)}
    assert told["version"] == 1


def test_metrics(demo: Served, wall: Web) -> None:
    wall.fresh()
    text = wall.get("/metrics")[2]
    assert 'secondline_source_up{source="icinga",type="icinga2",environment="production"} 1' in text
    assert 'severity="critical"' in text
    demo.break_service("icinga", "refuse")
    try:
        until = time.monotonic() + 30
        while 'secondline_source_up{source="icinga",type="icinga2",environment="production"} 1' in text:
            assert time.monotonic() < until
            time.sleep(0.2)
            text = wall.get("/metrics")[2]
        assert 'secondline_items{source="icinga"' not in text, "what a blind source last told is not so now"
        assert 'secondline_source_errors_total{source="icinga",type="icinga2",environment="production"} 0' not in text
    finally:
        demo.mend()


def test_the_token_is_asked_of_everybody(demo: Served, tmp_path: Path) -> None:
    config = guarded(demo, tmp_path, '{ token = { env = "WALL_TOKEN" } }')
    with web(config, "0.0.0.0", WALL_TOKEN=TOKEN) as made:  # noqa: S104  (that is what is tested)
        for path in ("/", "/wall.js", "/picture", "/status.json", "/metrics"):
            assert made.get(path)[0] == 401, path
        assert made.get("/healthz")[0] == 200
        assert made.get("/status.json", Authorization="Bearer wrong")[0] == 401
        assert made.get("/status.json", Authorization=f"Bearer {TOKEN}")[0] == 200
        assert made.get("/?token=wrong")[0] == 401
        status, headers, _ = made.get(f"/?token={TOKEN}")
        assert (status, headers["location"]) == (303, "/")
        cookie = headers["set-cookie"].partition(";")[0]
        assert TOKEN not in cookie
        assert made.get("/status.json", Cookie=cookie)[0] == 200
        assert made.get("/status.json", Cookie=f"{cookie}x")[0] == 401


def test_a_proxy_s_header_is_believed_from_the_proxy_only(demo: Served, tmp_path: Path) -> None:
    with web(guarded(demo, tmp_path, '{ header = "X-User" }')) as made:
        assert made.get("/status.json")[0] == 401
        assert made.get("/status.json", **{"X-User": "ana"})[0] == 200
    with web(guarded(demo, tmp_path, '{ header = "X-User", proxies = ["10.9.8.7"] }')) as made:
        assert made.get("/status.json", **{"X-User": "ana"})[0] == 401


@pytest.mark.parametrize(
    ("where", "told"),
    [("0.0.0.0:0", "set a token, or the header"), ("localhost", "write HOST:PORT"), ("127.0.0.1:x", "write HOST:PORT")],
)
def test_nobody_is_let_in_by_mistake(demo: Served, where: str, told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "secondline_tui", "wallboard", "--web", where, "--config", str(demo.config)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 78
    assert told in done.stderr


def test_it_ends_at_once_with_viewers_and_leaves_no_process(demo: Served) -> None:
    made = Web(demo.config)
    connection = http.client.HTTPConnection(made.host, timeout=60)
    connection.request("GET", "/picture")
    assert connection.getresponse().status == 200
    group = os.getpgid(made.process.pid)
    before = time.monotonic()
    assert made.close() == 0
    assert time.monotonic() - before < 20, "a generous bound for a noisy machine"
    connection.close()
    with pytest.raises(ProcessLookupError):
        os.killpg(group, 0)


def test_a_viewer_that_says_nothing_or_nonsense_holds_up_nobody(wall: Web) -> None:
    host, port = wall.host.split(":")
    silent = [socket.create_connection((host, int(port))) for _ in range(20)]
    for text, status in ((b"nonsense\r\n\r\n", b"400"), (b"GET / HTTP/1.1\r\nX: " + b"x" * 20_000, b"431")):
        with socket.create_connection((host, int(port)), timeout=60) as loud:
            loud.sendall(text)
            assert status in loud.recv(100)
    assert wall.get("/healthz")[0] == 200
    for one in silent:
        one.close()
