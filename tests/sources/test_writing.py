"""The guards under everything that writes: each answer, and the want of one, is told as what it is, and costs one
request. Both guards go through the same tests: httpx's, and the one under the vendors' libraries."""

from __future__ import annotations

import asyncio
import gzip
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from secondline_tui.domain.actions import HeldBack, NotDone, NotSent, Refused, Unanswered
from secondline_tui.domain.health import PollFailed
from secondline_tui.sources.http import Http, Writer
from secondline_tui.sources.session import Gate, guard
from secondline_tui.sources.writing import HOLD, Answer, judged, unread
from tests.sources.certificates import self_signed
from tests.sources.raw_server import Answering, at_once, drip, http, serving

SECRET = "s3cr3t-t0k3n"
DEADLINE = 0.4
BODY = b'{"things": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]}'
CHUNKED = b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n50\r\n" + BODY

Write = Callable[..., Awaitable[object]]


async def by_httpx(url: str, *, deadline: float = DEADLINE, path: str = "/things", **options: Any) -> object:
    """What one write by httpx gives."""
    writer = Writer(url, headers={"Authorization": SECRET}, deadline=deadline, **options)
    try:
        return (await writer.write("POST", path, params={"s": SECRET}, json={"text": "x" * 99})).data()
    finally:
        await writer.close()


async def by_requests(url: str, *, deadline: float = DEADLINE, path: str = "/things", **options: Any) -> object:
    """What one write on the session under the libraries gives."""
    with requests.Session() as session:
        gate = Gate(url=url, library_url=url, headers={"Authorization": SECRET}, writes=True, **options)
        adapter = guard(session, gate)

        def work() -> object:
            with adapter.deadline(deadline):
                response = session.post(f"{url}{path}?s={SECRET}", json={"text": "x" * 99})
                return response.json() if response.content else None

        return await asyncio.to_thread(work)


@pytest.fixture(params=[by_httpx, by_requests], ids=["httpx", "requests"])
def write(request: pytest.FixtureRequest) -> Write:
    made: Write = request.param
    return made


async def outcome(write: Write, url: str, **options: Any) -> NotDone:
    with pytest.raises(NotDone) as caught:
        await write(url, **options)
    assert SECRET not in str(caught.value)
    assert "?" not in caught.value.reason.replace("valid?", "").replace("down?", "")
    return caught.value


async def met(write: Write, answer: Answering, *, requests_seen: int = 1, **options: Any) -> NotDone:
    """How a write ends that meets this answer, having been sent once."""
    with serving(answer) as server:
        no = await outcome(write, server.url, **options)
        assert len(server.requests) == requests_seen
        return no


# -- statuses ---------------------------------------------------------------------------------------------------------

STATUSES: dict[int, type[NotDone]] = {
    **dict.fromkeys((300, 301, 302, 303, 304, 307, 308), Unanswered),
    **dict.fromkeys((400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 412, 413, 415, 418, 422, 423, 451), Refused),
    **dict.fromkeys((408, 425), Unanswered),
    429: HeldBack,
    **dict.fromkeys((500, 501, 502, 503, 504, 507, 520, 599), Unanswered),
}


@pytest.mark.matrix
@pytest.mark.parametrize("status", STATUSES)
async def test_each_status_is_told_as_what_it_is(write: Write, status: int) -> None:
    no = await met(write, at_once(http(b'{"message": "so it is"}', status, extra="Location: https://x.example/\r\n")))
    assert type(no) is STATUSES[status]
    if isinstance(no, Refused):
        assert "so it is" in no.reason
        assert no.forbidden is (status in (401, 402, 403))
    if status >= 500:
        assert "so it is" in no.reason


@pytest.mark.parametrize("body", [b"<html><h1>Access denied by policy</h1></html>", b"", b"{}", b"no"])
async def test_a_403_without_a_word_of_the_services_own_says_nothing_of_the_account(write: Write, body: bytes) -> None:
    kind = "text/html" if body.startswith(b"<") else "application/json"
    no = await met(write, at_once(http(body, 403, kind)))
    assert isinstance(no, Refused)
    assert (no.forbidden, "proxy" in no.reason) == (False, True)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_a_2xx_is_a_yes(write: Write, status: int) -> None:
    with serving(at_once(http(b"" if status == 204 else b'{"id": 7}', status))) as server:
        assert await write(server.url) == (None if status == 204 else {"id": 7})
        assert len(server.requests) == 1


@pytest.mark.parametrize(("header", "seconds"), [("Retry-After: 7\r\n", 7.0), ("", HOLD), ("Retry-After: x\r\n", HOLD)])
async def test_too_many_requests_tell_how_long_to_stay_away(write: Write, header: str, seconds: float) -> None:
    no = await met(write, at_once(http(b"{}", 429, extra=header)))
    assert isinstance(no, HeldBack)
    assert no.seconds == seconds


@pytest.mark.matrix
@pytest.mark.parametrize("location", ["/login?to=x", "https://sso.example.org/saml/start", "/users/sign_in"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_login_page_means_that_nothing_was_done(write: Write, status: int, location: str) -> None:
    no = await met(write, at_once(http(b"", status, extra=f"Location: {location}\r\n")))
    assert isinstance(no, Refused)
    assert no.forbidden


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_even_to_the_same_host(write: Write, status: int) -> None:
    no = await met(write, at_once(http(b"", status, extra="Location: /things/\r\n")))
    assert type(no) is Unanswered


def test_every_status_has_a_meaning() -> None:
    for status in (*range(100, 200), *range(300, 600)):
        assert judged(status, "").reason
    assert isinstance(judged(100, ""), Unanswered)


# -- what a 2xx says --------------------------------------------------------------------------------------------------


@pytest.mark.matrix
@pytest.mark.parametrize(
    "answer",
    [
        http(b"<html>Sign in</html>", content_type="text/html"),
        http(b"<html>Sign in</html>", 201),
        http(BODY[:-9]),
        http(b"OK", content_type="text/plain"),
        http(b"{}", extra="Content-Encoding: gzip\r\n"),
        http(gzip.compress(BODY, mtime=0)[:-20], extra="Content-Encoding: gzip\r\n"),
    ],
    ids=["a page", "a page, created", "cut off", "text", "not packed", "packed and cut off"],
)
async def test_a_yes_that_cannot_be_understood_is_none(write: Write, answer: bytes) -> None:
    assert type(await met(write, at_once(answer))) is Unanswered


async def test_an_empty_yes_is_for_whoever_asked() -> None:
    with serving(at_once(http(b""))) as server:
        assert await by_httpx(server.url) is None, "some of the services answer so"
    assert type(await met(by_requests, at_once(http(b"")))) is Unanswered
    assert type(await met(by_requests, at_once(http(b"null")))) is Unanswered


async def test_an_answer_without_end_is_left(write: Write) -> None:
    def flood(stream: socket.socket) -> None:
        stream.sendall(b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n[")
        while True:
            stream.sendall(b" " * 65_536)

    began = time.monotonic()
    assert type(await met(write, flood, deadline=20)) is Unanswered
    assert time.monotonic() - began < 15


@pytest.mark.matrix
@pytest.mark.parametrize(
    "answer",
    [
        at_once(http(BODY, 403)[:-20]),
        drip(http(BODY, 403), 0.05, last=40),
        at_once(http(b"{}", 403, extra="Content-Encoding: gzip\r\n")),
        at_once(http(b"\xff\xfe", 403)),
        at_once(http(b"[" * 200_000, 403)),
    ],
    ids=["cut off", "slow", "not packed", "no text", "too much"],
)
async def test_a_no_is_a_no_however_badly_its_reason_comes(write: Write, answer: Answering) -> None:
    no = await met(write, answer, deadline=1.5)
    assert isinstance(no, Refused)


# -- connections ------------------------------------------------------------------------------------------------------


def reset(stream: socket.socket) -> None:
    stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


CUT: dict[str, Answering] = {
    "closed": at_once(b""),
    "reset": reset,
    "cut in the head": at_once(b"HTTP/1.1 200 X\r\nContent-Le"),
    "cut in the body": at_once(http(BODY)[:-20]),
    "cut in a chunk": at_once(CHUNKED[:-20]),
    "no http": at_once(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "no status": at_once(b"HTTP/1.1 \r\n\r\n"),
    "silence": drip(b" ", 3),
    "slow head": drip(http(BODY), 0.02),
    "slow body": drip(http(BODY), 0.05, last=30),
    "slow chunk": drip(CHUNKED, 0.05, last=30),
}


@pytest.mark.matrix
@pytest.mark.parametrize("fault", CUT)
async def test_what_breaks_after_sending_leaves_it_open_and_costs_one_request(write: Write, fault: str) -> None:
    began = time.monotonic()
    assert type(await met(write, CUT[fault])) is Unanswered
    assert time.monotonic() - began < DEADLINE + 5


async def test_nobody_listens(write: Write) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert type(await outcome(write, f"http://127.0.0.1:{port}")) is NotSent


async def test_a_name_that_nobody_knows(write: Write) -> None:
    assert type(await outcome(write, "http://nothing.invalid", deadline=5)) is NotSent


async def test_another_host_is_not_written_to() -> None:
    with serving(at_once(http(b"{}"))) as home, serving(at_once(http(b"{}"))) as away:
        writer = Writer(home.url)
        with pytest.raises(NotSent, match="another host"):
            await writer.write("POST", f"{away.url}/things")
        await writer.close()
        with requests.Session() as session:
            guard(session, Gate(url=home.url, library_url="https://api.example.org", writes=True))
            with pytest.raises(NotSent, match="another host"):
                session.post(f"{away.url}/things")
        assert home.requests == away.requests == []


async def test_a_deadline_that_is_over_sends_nothing() -> None:
    with serving(at_once(http(b"{}"))) as server:
        no = await outcome(by_requests, server.url, deadline=0)
        assert type(no) is NotSent
        assert server.requests == []


# -- certificates and proxies -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return self_signed(tmp_path_factory.mktemp("tls"))


def server_side(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


async def test_a_certificate_that_is_not_trusted_gets_nothing(write: Write, certificate: tuple[Path, Path]) -> None:
    with serving(at_once(http(b"{}")), server_side(certificate)) as server:
        assert type(await outcome(write, server.url, deadline=5)) is NotSent
        assert server.requests == []


@contextmanager
def shaking(answer: Answering) -> Iterator[str]:
    """The address of a server that does this instead of a TLS handshake."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            while True:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(1)
                    answer(connection)
        except OSError:
            return

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


@pytest.mark.parametrize("answer", [at_once(b""), reset, at_once(http(b"{}")), drip(b" ", 2)])
async def test_a_handshake_that_comes_to_nothing_sends_nothing(write: Write, answer: Answering) -> None:
    with shaking(answer) as url:
        assert type(await outcome(write, url)) is NotSent


@pytest.mark.parametrize("status", [403, 407, 502])
async def test_a_proxy_that_makes_no_tunnel_gets_nothing(write: Write, status: int) -> None:
    with serving(at_once(http(b"", status))) as proxy:
        no = await outcome(write, "https://pager.test", proxy=proxy.url)
        assert type(no) is NotSent
        assert [request.split()[0] for request in proxy.requests] == [b"CONNECT"]
        assert SECRET.encode() not in b"".join(proxy.requests)


async def test_no_proxy_listens(write: Write) -> None:
    assert type(await outcome(write, "https://pager.test", proxy="http://127.0.0.1:1")) is NotSent
    assert type(await outcome(write, "http://pager.test", proxy="http://127.0.0.1:1")) is NotSent


@pytest.mark.matrix
@pytest.mark.parametrize("fault", CUT)
async def test_a_proxy_that_breaks_after_it_was_sent_leaves_it_open(write: Write, fault: str) -> None:
    """It may have passed it on."""
    with serving(CUT[fault]) as proxy:
        assert type(await outcome(write, "http://pager.test", proxy=proxy.url)) is Unanswered
        assert len(proxy.requests) == 1


@pytest.mark.parametrize("fault", ["closed", "reset", "cut in the body", "silence"])
async def test_a_tunnel_that_breaks_after_it_was_sent_leaves_it_open(
    write: Write, certificate: tuple[Path, Path], fault: str
) -> None:
    sent: list[bytes] = []

    def tunnel(stream: socket.socket) -> None:
        stream.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with server_side(certificate).wrap_socket(stream, server_side=True) as inner:
            sent.append(inner.recv(65_536))
            CUT[fault](inner)

    ours = ssl.create_default_context(cafile=str(certificate[0]))
    with serving(tunnel) as proxy:
        no = await outcome(write, "https://pager.test", proxy=proxy.url, tls=ours, deadline=1)
        assert type(no) is Unanswered
        assert len(proxy.requests) == len(sent) == 1


# -- connections that were kept ---------------------------------------------------------------------------------------


class Forgetful:
    """A server that keeps connections open, and cuts each when a second request comes on it: what a client sees of a
    server whose patience is over at that very moment."""

    def __init__(self) -> None:
        self.answered: list[bytes] = []
        self.cut: list[bytes] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        try:
            while True:
                threading.Thread(target=self._one, args=(self.listener.accept()[0],), daemon=True).start()
        except OSError:
            return

    def _one(self, stream: socket.socket) -> None:
        with stream:
            self.answered.append(_request(stream))
            stream.sendall(b'HTTP/1.1 200 X\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"fine": 1}')
            again = _request(stream)
            if again:
                self.cut.append(again)


def _request(stream: socket.socket) -> bytes:
    """One request with its small body, which may come behind its head."""
    request = b""
    while not request.endswith(b"}" if b"content-type" in request.lower() else b"\r\n\r\n"):
        part = stream.recv(65_536)
        if not part:
            return b""
        request += part
    return request


async def test_writes_never_go_out_on_a_connection_that_was_kept() -> None:
    server = Forgetful()
    writer = Writer(server.url)
    for _ in range(5):
        assert await writer.get("/x", "things") == {"fine": 1}
        assert (await writer.write("POST", "/x", json={"a": 1})).data() == {"fine": 1}
    await asyncio.gather(
        *(writer.get("/x", "things") for _ in range(8)), *(writer.write("PUT", "/x") for _ in range(8))
    )
    assert not [request for request in server.cut if not request.startswith(b"GET")]
    assert sum(not request.startswith(b"GET") for request in server.answered) == 13
    await writer.close()
    server.listener.close()


async def test_the_librarys_writes_never_go_out_on_a_connection_that_was_kept() -> None:
    server = Forgetful()
    with requests.Session() as session:
        guard(session, Gate(url=server.url, library_url=server.url, writes=True))
        session.get(f"{server.url}/x")
        for _ in range(5):
            assert session.post(f"{server.url}/x", json={"a": 1}).json() == {"fine": 1}
    assert server.cut == []
    assert sum(request.startswith(b"POST") for request in server.answered) == 5
    server.listener.close()


async def test_not_even_when_reads_of_another_thread_end_at_the_same_time() -> None:
    server = Forgetful()
    over = threading.Event()
    with requests.Session() as session:
        guard(session, Gate(url=server.url, library_url=server.url, writes=True))

        def read() -> None:
            while not over.is_set():
                try:
                    session.get(f"{server.url}/x")
                except PollFailed:  # it met a connection that was cut
                    continue

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        try:
            for _ in range(100):
                await asyncio.to_thread(session.post, f"{server.url}/x", json={"a": 1})
        finally:
            over.set()
            for reader in readers:
                reader.join()
    assert not [request for request in server.cut if request.startswith(b"POST")]
    assert sum(request.startswith(b"POST") for request in server.answered) == 100
    server.listener.close()


async def test_a_read_before_a_write_is_still_tried_twice_and_a_write_never() -> None:
    with serving(at_once(b"")) as server:
        writer = Writer(server.url)
        with pytest.raises(PollFailed):
            await writer.get("/x", "things")
        assert len(server.requests) == 2
        with pytest.raises(Unanswered):
            await writer.write("DELETE", "/x")
        assert len(server.requests) == 3
        await writer.close()


# -- who may write ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_only_an_actors_guard_lets_writes_through(method: str) -> None:
    with serving(at_once(http(b"{}"))) as server:
        http_reader = Http(server.url)
        with pytest.raises(PollFailed, match="read-only"):
            await http_reader.body(method, "/x")
        await http_reader.close()
        with requests.Session() as session:
            guard(session, Gate(url=server.url, library_url=server.url))
            with pytest.raises(PollFailed, match="read-only"):
                session.request(method, f"{server.url}/x")
        assert server.requests == []
        writer = Writer(server.url)
        assert (await writer.write(method, "/x")).data() == {}
        await writer.close()
        assert len(server.requests) == 1


def test_an_answer_and_what_it_says() -> None:
    assert Answer(200, json.dumps({"a": [1]}).encode()).data() == {"a": [1]}
    assert Answer(204, b"").data() is None
    with pytest.raises(Unanswered):
        Answer(200, b"<html>").data()


async def test_a_read_that_fails_before_a_write_means_that_nothing_was_sent() -> None:
    with serving(at_once(http(b"{}", 500))) as server:
        reader = Http(server.url)
        with pytest.raises(PollFailed) as caught:
            await reader.get("/x", "who we are")
        await reader.close()
    told = unread(caught.value)
    assert isinstance(told, NotSent)
    assert "could not be asked first" in told.reason


async def test_a_read_before_a_write_that_is_to_wait_holds_the_write_back() -> None:
    with serving(at_once(http(b"{}", 429, extra="Retry-After: 17\r\n"))) as server:
        reader = Http(server.url)
        with pytest.raises(PollFailed) as caught:
            await reader.get("/x", "who we are")
        await reader.close()
    told = unread(caught.value)
    assert isinstance(told, HeldBack)
    assert told.seconds == 17
