"""As much of HTTP/1.1 as a page needs that is only looked at: small requests, GET and HEAD, one answer a connection."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds that a viewer may take to ask, or to take in what was sent."""
HEAD_LIMIT = 16_384
CONNECTIONS = 256
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    "Connection": "close",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a viewer asks."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in small letters."""
    peer: str
    """The address it comes from."""

    def cookie(self, name: str) -> str:
        """A cookie's value, "" without one. What others have set on this host may be odd: it is passed over."""
        cookies = (part.strip().partition("=") for part in self.headers.get("cookie", "").split(";"))
        return next((value for found, _, value in cookies if found == name), "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What it is answered."""

    status: int = 200
    body: bytes = b""
    type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


Answering = Callable[[Request], Answer]


class Refused(Exception):  # noqa: N818  (no error of ours)
    """A request that is none."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class Server:
    """Listens until closed, and lets go of every viewer then."""

    def __init__(self, answer: Answering) -> None:
        self._answer = answer
        self._server: asyncio.Server | None = None
        self._viewers: set[asyncio.Task[None]] = set()

    async def listen(self, host: str, port: int) -> tuple[str, int]:
        """Begin to; the address and the port that it got."""
        self._server = await asyncio.start_server(self._connected, host, port, limit=HEAD_LIMIT)
        name = self._server.sockets[0].getsockname()
        return str(name[0]), int(name[1])

    async def close(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
        viewers = tuple(self._viewers)
        for task in viewers:
            task.cancel()
        await asyncio.gather(*viewers, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._viewers) >= CONNECTIONS:
            writer.close()
            return
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._viewers.add(task)
        task.add_done_callback(lambda _: self._let_go(task, writer))

    def _let_go(self, task: asyncio.Task[None], writer: asyncio.StreamWriter) -> None:
        """Also of one who was sent away before it was his turn."""
        self._viewers.discard(task)
        writer.transport.abort()  # to close it would wait until the viewer has read everything

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request; whatever a viewer does with its connection is its own affair."""
        with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
            await self._answered(reader, writer)
            writer.close()
            async with asyncio.timeout(PATIENCE):
                await writer.wait_closed()

    async def _answered(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE):  # not wait_for: it may miss that the server is closed
                request = await self._asked(reader, writer)
            answer = self._answer(request)
        except Refused as refused:
            request, answer = None, Answer(refused.status, HTTPStatus(refused.status).phrase.encode())
        await self._send(writer, answer, bare=request is not None and request.method == "HEAD")

    async def _asked(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        except asyncio.LimitOverrunError:
            raise Refused(431) from None
        first, *lines = head.split("\r\n")
        words = first.split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1.") or not words[1].startswith("/"):
            raise Refused(400)
        if words[0] not in ("GET", "HEAD"):
            raise Refused(405)
        try:
            parts = urlsplit(words[1])
        except ValueError:  # such as //[
            raise Refused(400) from None
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        peer = str((writer.get_extra_info("peername") or ("",))[0])
        return Request(words[0], parts.path, dict(parse_qsl(parts.query)), headers, peer)

    async def _send(self, writer: asyncio.StreamWriter, answer: Answer, *, bare: bool) -> None:
        headers = {**HEADERS, "Content-Type": answer.type, "Content-Length": str(len(answer.body)), **answer.headers}
        lines = [f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + (b"" if bare else answer.body))
        async with asyncio.timeout(PATIENCE):
            await writer.drain()
