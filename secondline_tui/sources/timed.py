"""Connections whose read time-out counts for the whole answer, and which tell whether there was one to send on.

A socket's time-out begins anew with every byte, so that a server which sends one each second holds a reader for ever.
Here it runs from the moment the request is out until the last byte of the body.
"""

from __future__ import annotations

import io
import socket
import threading
import time
from http.client import HTTPResponse
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class _Hurried(io.RawIOBase):
    """The bytes of a socket, until the time that it allowed for one read is over."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        allowed = sock.gettimeout()
        self._until = None if allowed is None else time.monotonic() + allowed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._until is not None:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        plain: Any = self.fp
        self.fp = io.BufferedReader(_Hurried(plain.detach(), sock))


class _Progress(threading.local):
    connected = False
    """Whether a connection was made on this thread, with its tunnel and its TLS, since this was last set."""


PROGRESS = _Progress()


class _PlainConnection(HTTPConnection):
    response_class = _Answer

    def connect(self) -> None:
        super().connect()
        PROGRESS.connected = True


class _TlsConnection(HTTPSConnection):
    response_class = _Answer

    def connect(self) -> None:
        super().connect()
        PROGRESS.connected = True


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _PlainPool, "https": _TlsPool}
"""By scheme, as a pool manager's `pool_classes_by_scheme` wants them."""
