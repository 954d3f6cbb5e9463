"""The guarded client: what it refuses to send, what it refuses to believe, and that giving up costs nothing."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources import http as http_module
from secondline_tui.sources.http import Http, reads_only, reason_in
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
        (httpx.DecodingError("s3cret"), FaultKind.BAD_REPLY),
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
        (b"[]", ""),
        (b"<html>", ""),
    ],
)
def test_the_services_own_reason(body: bytes, reason: str) -> None:
    assert reason_in(body) == reason
