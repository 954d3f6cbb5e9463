"""What viewers may do with their connections."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from secondline_tui.web import http
from secondline_tui.web.access import Access
from secondline_tui.web.http import Answer, Request, Server

PATIENCE = 0.05
ENDLESS = 20.0
TOKEN = "s3cret-token-of-the-wall"
LARGE = b"x" * 8_000_000
"""More than a connection holds that is not read."""


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PATIENCE", PATIENCE)


def said(request: Request) -> Answer:
    return Answer(body=LARGE if request.path == "/large" else b"ok")


@asynccontextmanager
async def serving() -> AsyncIterator[tuple[Server, str, int]]:
    server = Server(said)
    host, port = await server.listen("127.0.0.1", 0)
    yield server, host, port
    await asyncio.wait_for(server.close(), ENDLESS)
    await asyncio.sleep(0)  # in which what was let go is taken away


async def asked(host: str, port: int, text: bytes) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(text)
    answer = await asyncio.wait_for(reader.read(), ENDLESS)
    writer.close()
    return answer


async def stuck(host: str, port: int, number: int) -> list[socket.socket]:
    """Viewers that ask for something large, and do not read it."""
    made = []
    for _ in range(number):
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        one.connect((host, port))
        one.sendall(b"GET /large HTTP/1.1\r\n\r\n")
        made.append(one)
    return made


async def until(met: Callable[[], bool], wait: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(ENDLESS):
        while not met():
            await wait()


async def test_viewers_that_do_not_read_are_let_go() -> None:
    async with serving() as (server, host, port):
        viewers = await stuck(host, port, 5)
        await until(lambda: len(server._viewers) == 5, lambda: asyncio.sleep(0))
        await until(lambda: not server._viewers, lambda: asyncio.sleep(PATIENCE))
        assert await asked(host, port, b"GET / HTTP/1.1\r\n\r\n")
        for one in viewers:
            one.close()


async def test_closing_waits_for_no_viewer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "PATIENCE", 100 * ENDLESS)
    async with serving() as (server, host, port):
        viewers = await stuck(host, port, 2)
        await until(lambda: len(server._viewers) == 2, lambda: asyncio.sleep(0))
    for one in viewers:
        one.close()


async def test_closing_lets_go_of_a_viewer_who_has_only_just_come() -> None:
    viewer, ours = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours)
    async with serving() as (server, _, _):
        server._connected(reader, writer)
        await server.close()  # before the loop's next turn, in which it would have been asked
    assert writer.transport.is_closing()
    viewer.close()


@pytest.mark.parametrize("target", [b"//[", b"//[?a=b", b"//a]/"])
async def test_an_address_that_is_none_is_refused(target: bytes) -> None:
    async with serving() as (_, host, port):
        answer = await asked(host, port, b"GET " + target + b" HTTP/1.1\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("other", ["", 'prefs={"a":1}; ', "x=a b; ", "grafana_session=abc; ", "käse=1; ", "odd;; =; "])
def test_another_app_s_cookie_locks_nobody_out(other: str) -> None:
    access = Access(token=TOKEN)
    welcome = access.welcome(Request("GET", "/", {"token": TOKEN}, {}, ""))
    assert welcome is not None
    ours = welcome.headers["Set-Cookie"].partition(";")[0]
    for cookie in (other + ours, f"{ours}; {other}"):
        assert access.refusal(Request("GET", "/picture", {}, {"cookie": cookie}, "")) is None
    assert access.refusal(Request("GET", "/picture", {}, {"cookie": other}, "")) is not None
