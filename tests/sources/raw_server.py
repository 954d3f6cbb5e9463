"""A server that sends exactly the bytes it is told to, at the pace it is told to."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Answering = Callable[[socket.socket], None]


class RawServer:
    def __init__(self, answer: Answering, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self._answer = answer
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(connection):
            stream = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
            with contextlib.closing(stream):
                request = b""
                while b"\r\n\r\n" not in request:
                    part = stream.recv(65_536)
                    if not part:
                        return
                    request += part
                head, _, body = request.partition(b"\r\n\r\n")
                size = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
                while size and len(body) < int(size[1]):
                    part = stream.recv(65_536)
                    if not part:
                        return
                    body += part
                    request += part
                self.requests.append(request)
                self._answer(stream)


@contextmanager
def serving(answer: Answering, tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    server = RawServer(answer, tls)
    try:
        yield server
    finally:
        server.close()


def http(body: bytes, status: int = 200, content_type: str = "application/json", extra: str = "") -> bytes:
    head = (
        f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
        f"Connection: close\r\n{extra}\r\n"
    )
    return head.encode() + body


def at_once(data: bytes) -> Answering:
    return lambda stream: stream.sendall(data)


def drip(data: bytes, pause: float, *, last: int | None = None) -> Answering:
    """A byte, a pause, a byte, a pause, for the `last` bytes or all: no single read of the socket takes long."""
    quick = len(data) - last if last is not None else 0

    def answer(stream: socket.socket) -> None:
        clock = threading.Event()
        stream.sendall(data[:quick])
        for index in range(quick, len(data)):
            stream.sendall(data[index : index + 1])
            clock.wait(pause)

    return answer
