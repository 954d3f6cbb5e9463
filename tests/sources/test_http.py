"""The guarded client: what it refuses to send, what it refuses to believe, and that giving up costs nothing."""

from __future__ import annotations

import asyncio
import gzip
import random
import socket
import ssl
import threading
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources import http as http_module
from secondline_tui.sources.http import Http
from secondline_tui.sources.http.guard import reads_only
from secondline_tui.sources.reasons import reason_in
from secondline_tui.sources.together import at_once


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        body = b'{"fine": true}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def listening(port: int) -> ThreadingHTTPServer:
    class Server(ThreadingHTTPServer):
        allow_reuse_address = True
        daemon_threads = True

    server = Server(("127.0.0.1", port), Echo)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


def answering(handler: Callable[[httpx.Request], httpx.Response], url: str = "https://icinga.example.org") -> Http:
    return Http(url, auth=("dash", "s3cret-password"), transport=httpx.MockTransport(handler))


async def failure(work: Any) -> tuple[FaultKind, str]:
    with pytest.raises(PollFailed) as caught:
        await work
    assert "s3cret" not in str(caught.value)
    return caught.value.fault.kind, caught.value.fault.message


async def six_at_once(http: Http) -> None:
    async with at_once() as asking:
        for _ in range(6):
            asking.create_task(http.get("/", "anything"))


async def test_requests_given_up_while_connecting_do_not_use_up_the_connections() -> None:
    """Six at once against a closed port: the first failure gives up the others, some just as they get a connection."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        http = Http(f"http://127.0.0.1:{port}")
        for _ in range(40):
            with pytest.raises(PollFailed):
                await six_at_once(http)
        server = listening(port)
        try:
            async with asyncio.timeout(4):
                assert await http.get("/", "anything") == {"fine": True}
        finally:
            await http.close()
            server.shutdown()
            server.server_close()


class TakesItsTime(httpx.AsyncBaseTransport):
    """Fails at first, and closes one connection after the other."""

    def __init__(self) -> None:
        self.begun = self.closed = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if not self.begun:
            raise httpx.ConnectError("refused")
        await asyncio.Event().wait()
        raise AssertionError(request)

    async def aclose(self) -> None:
        self.begun += 1
        for _ in range(4):
            await asyncio.sleep(0)
        self.closed += 1


@pytest.mark.parametrize("turns", range(8))
async def test_old_connections_are_closed_also_when_the_poll_is_given_up_meanwhile(turns: int) -> None:
    transport = TakesItsTime()
    http = Http("http://icinga.example.org", transport=transport)
    await failure(http.get("/", "anything"))
    poll = asyncio.ensure_future(http.get("/", "anything"))
    for _ in range(turns):
        await asyncio.sleep(0)
    poll.cancel()
    await asyncio.wait([poll])
    for _ in range(10):
        await asyncio.sleep(0)
    assert transport.closed == transport.begun == (turns > 0)
    await http.close()
    assert transport.closed == transport.begun


async def test_credentials_go_to_the_configured_host_only() -> None:
    http = answering(lambda _: httpx.Response(200, json={}))
    for url in ("https://evil.example.org/", "http://icinga.example.org/", "https://icinga.example.org:444/"):
        kind, message = await failure(http.get(url, "anything"))
        assert kind is FaultKind.REDIRECTED
        assert "credentials" in message


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_nothing_that_writes_leaves(method: str) -> None:
    sent: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    http = answering(handler)
    kind, message = await failure(http.body(method, "/v1/actions/acknowledge-problem", json={}))
    assert kind is FaultKind.FORBIDDEN
    assert "read-only" in message
    await failure(http.body("POST", "/v1/actions/x", headers={"X-HTTP-Method-Override": "GET"}))
    assert sent == []
    assert await http.query("/v1/objects/services", "services", {}) == {}


@pytest.mark.parametrize(
    ("method", "path", "override", "reads"),
    [
        ("GET", "/anything", "", True),
        ("HEAD", "/anything", "", True),
        ("POST", "/v1/objects/services", "GET", True),
        ("POST", "/v1/objects/services", "", False),
        ("POST", "/v1/objects/services", "DELETE", False),
        ("POST", "/v1/actions/x", "GET", False),
        ("DELETE", "/v1/objects/services", "GET", False),
        ("get", "/x", "", False),
    ],
)
def test_what_counts_as_reading(method: str, path: str, override: str, reads: bool) -> None:
    assert reads_only(method, path, {"X-HTTP-Method-Override": override}) is reads


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(200, content=b""), FaultKind.BAD_REPLY),
        (httpx.Response(200, content=b"<html>sign in</html>"), FaultKind.BAD_REPLY),
        (httpx.Response(200, content=b'{"results": ['), FaultKind.BAD_REPLY),
        (httpx.Response(204), FaultKind.BAD_REPLY),
        (httpx.Response(201, json={}), FaultKind.BAD_REPLY),
        (httpx.Response(302, headers={"Location": "/login?to=x"}), FaultKind.UNAUTHORISED),
        (httpx.Response(301, headers={"Location": "https://other.example.org/"}), FaultKind.REDIRECTED),
        (httpx.Response(304), FaultKind.REDIRECTED),
        (httpx.Response(400, json={"error": "bad"}), FaultKind.BAD_REPLY),
        (httpx.Response(401), FaultKind.UNAUTHORISED),
        (httpx.Response(403), FaultKind.FORBIDDEN),
        (httpx.Response(404), FaultKind.NOT_FOUND),
        (httpx.Response(429), FaultKind.RATE_LIMITED),
        (httpx.Response(500), FaultKind.SERVER_ERROR),
    ],
)
async def test_only_a_200_with_json_is_an_answer(answer: httpx.Response, kind: FaultKind) -> None:
    told, _ = await failure(answering(lambda _: answer).get("/x", "problems"))
    assert told is kind


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("https://dash:s3cret@x"), FaultKind.UNREACHABLE),
        (httpx.ConnectTimeout("s3cret"), FaultKind.UNREACHABLE),
        (httpx.ReadTimeout("s3cret"), FaultKind.TIMED_OUT),
        (httpx.ReadError("s3cret"), FaultKind.UNREACHABLE),
        (httpx.RemoteProtocolError("s3cret"), FaultKind.UNREACHABLE),
        (httpx.ProxyError("s3cret"), FaultKind.UNREACHABLE),
    ],
)
async def test_what_failed_connections_mean(error: httpx.HTTPError, kind: FaultKind) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        raise error

    told, _ = await failure(answering(handler).get("/x", "problems"))
    assert told is kind


async def test_a_certificate_that_is_not_trusted_says_so() -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        try:
            raise ssl.SSLCertVerificationError(1, "certificate verify failed: unable to get local issuer certificate")
        except ssl.SSLError as cause:
            raise httpx.ConnectError("s3cret") from cause

    kind, message = await failure(answering(handler).get("/x", "problems"))
    assert kind is FaultKind.TLS
    assert "ca_file" in message


@pytest.mark.parametrize(
    "reason", [ssl.SSLEOFError(8, "UNEXPECTED_EOF_WHILE_READING"), ssl.SSLWantReadError(2, "did not complete (read)")]
)
async def test_a_handshake_that_is_cut_off_is_no_fault_of_the_certificates(reason: ssl.SSLError) -> None:
    """As while a server restarts."""

    def handler(_: httpx.Request) -> httpx.Response:
        try:
            raise reason
        except ssl.SSLError as cause:
            raise httpx.ConnectError("s3cret") from cause

    kind, message = await failure(answering(handler).get("/x", "problems"))
    assert (kind, "ca_file" in message) == (FaultKind.UNREACHABLE, False)


async def test_a_read_that_met_a_dead_connection_is_tried_once_more() -> None:
    tries: list[int] = []

    def handler(_: httpx.Request) -> httpx.Response:
        tries.append(1)
        if len(tries) == 1:
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        return httpx.Response(200, json={"fine": True})

    assert await answering(handler).get("/x", "problems") == {"fine": True}
    assert len(tries) == 2


async def test_a_flood_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "BODY_LIMIT", 2**20)
    kind, message = await failure(answering(lambda _: httpx.Response(200, content=b" " * 2**21)).get("/x", "problems"))
    assert kind is FaultKind.BAD_REPLY
    assert "more than 1 MB" in message


# -- packed answers ------------------------------------------------------------------------------------------------


class Stream(httpx.AsyncByteStream):
    """A body that comes from the network in parts, and is not unpacked on its way to us."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = parts

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self.parts:
            yield part


def packed(packing: str, *parts: bytes, status: int = 200) -> Http:
    headers = {"Content-Encoding": packing, "Content-Type": "application/json"}
    return answering(lambda _: httpx.Response(status, headers=headers, stream=Stream(*parts)))


@pytest.mark.parametrize("packing", ["gzip", "GZIP", "x-gzip"])
async def test_a_packed_answer(packing: str) -> None:
    body = gzip.compress(b'{"fine": true, "long": "' + bytes(random.Random(7).choices(b"abcdef", k=300_000)) + b'"}')
    for size in (7, 1_000, len(body)):
        parts = [body[start : start + size] for start in range(0, len(body), size)]
        answer = await packed(packing, *parts).get("/x", "problems")
        assert isinstance(answer, dict)
        assert len(answer["long"]) == 300_000


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        ("gzip, gzip", gzip.compress(gzip.compress(b"{}", mtime=0), mtime=0)),
        ("deflate", zlib.compress(b"{}")),
        ("br", b"{}"),
        ("gzip", b"{}"),
        ("gzip", gzip.compress(b"{}", mtime=0)[:-1]),
        ("gzip", gzip.compress(b"{}", mtime=0) + b"{}"),
        ("gzip", b""),
    ],
    ids=["twice", "deflate", "br", "not packed", "cut off", "more behind", "nothing"],
)
async def test_an_answer_that_is_packed_oddly(packing: str, body: bytes) -> None:
    assert (await failure(packed(packing, body).get("/x", "problems")))[0] is FaultKind.BAD_REPLY
    kind, _ = await failure(packed(packing, body, status=500).get("/x", "problems"))
    assert kind is FaultKind.SERVER_ERROR, "whatever stands in it"


async def test_an_answer_that_unpacks_to_a_flood_is_cut_off_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_module, "BODY_LIMIT", 2**20)
    bomb = gzip.compress(b" " * 2**26, 9, mtime=0)
    tracemalloc.start()
    try:
        assert "more than 1 MB" in (await failure(packed("gzip", bomb).get("/x", "problems")))[1]
        assert tracemalloc.get_traced_memory()[1] < 2**23
    finally:
        tracemalloc.stop()


# -- caches on the way ---------------------------------------------------------------------------------------------


async def test_an_answer_is_asked_for_afresh_and_packed_in_one_way() -> None:
    asked: list[httpx.Headers] = []

    def handler(request: httpx.Request) -> httpx.Response:
        asked.append(request.headers)
        return httpx.Response(200, json={})

    await answering(handler).get("/x", "problems")
    assert (asked[0]["Cache-Control"], asked[0]["Accept-Encoding"]) == ("no-cache", "gzip")


@pytest.mark.parametrize(
    ("age", "good"), [("0", True), ("300", True), ("odd", True), ("301", False), ("9" * 40, False)]
)
async def test_an_answer_that_a_cache_kept_too_long(age: str, good: bool) -> None:
    def handler(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json={}, headers={"Age": age})

    if good:
        assert await answering(handler).get("/x", "problems") == {}
    else:
        kind, message = await failure(answering(handler).get("/x", "problems"))
        assert (kind, "cache" in message) == (FaultKind.BAD_REPLY, True)
    public = http_module.Anonymous("https://docs.example.org", transport=httpx.MockTransport(handler))
    assert await public.get("/x", "a rota") == {}, "what is published comes out of caches"


@pytest.mark.parametrize(("value", "seconds"), [("7", 7.0), ("0", 0.0), ("nonsense", None)])
async def test_how_long_to_stay_away(value: str, seconds: float | None) -> None:
    with pytest.raises(PollFailed) as caught:
        await answering(lambda _: httpx.Response(429, headers={"Retry-After": value})).get("/x", "problems")
    assert caught.value.fault.retry_after == seconds


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"error": 404, "status": "No objects found."}', "No objects found."),
        (
            b'{"diagnostic_information": "Error: Missing permission: x\\n\\nstack", "status": "y"}',
            "Error: Missing permission: x",
        ),
        (b'{"status": "error", "error": "bad_data"}', "bad_data"),
        (b'"silence not found"', "silence not found"),
        (b'{"error": {"title": "Forbidden", "message": "no access"}}', "no access"),
        (
            b'{"error": "RecordInvalid", "description": "Record validation errors", '
            b'"details": {"status": [{"description": "Status: closed prevents ticket update"}]}}',
            "Status: closed prevents ticket update",
        ),
        (b'{"description": "d", "details": {"base": [null]}}', "d"),
        (b'{"description": "d", "details": "x"}', "d"),
        (b"[]", ""),
        (b"<html>", ""),
    ],
)
def test_the_services_own_reason(body: bytes, reason: str) -> None:
    assert reason_in(body) == reason
