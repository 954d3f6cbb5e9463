"""What lets a request through, or not: below the client and everything that follows a redirect."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import httpx

from secondline_tui.domain.health import FaultKind
from secondline_tui.sources.errors import failed


class Guard(httpx.AsyncBaseTransport):
    """Lets through what may be sent: to the configured host (or `anywhere`), and what writes from an actor only."""

    def __init__(
        self,
        make: Callable[[], httpx.AsyncBaseTransport],
        origin: str,
        *,
        anywhere: bool = False,
        writes: bool = False,
    ) -> None:
        self._make = make
        self._inner = make()
        self._origin = urlsplit(origin)
        self._anywhere = anywhere
        self._writes = writes
        self._closing: set[asyncio.Task[None]] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass the request on, or raise PollFailed."""
        url = urlsplit(str(request.url))
        at_home = (url.scheme, url.netloc) == (self._origin.scheme, self._origin.netloc)
        if not at_home and not self._anywhere:
            raise failed(FaultKind.REDIRECTED, "points to another host, where our credentials must not go")
        if not self._writes and not reads_only(request.method, url.path, request.headers):
            raise failed(FaultKind.FORBIDDEN, f"read-only: {request.method} {url.path} was not sent")
        return await self._inner.handle_async_request(request)

    def renew(self) -> None:
        """Go on with new connections."""
        self._let_go()
        self._inner = self._make()

    async def aclose(self) -> None:
        """Close the connections."""
        self._let_go()
        await asyncio.wait(self._closing)

    def _let_go(self) -> None:
        """Close the connections, also when whoever wished it is given up: those left over would never be closed."""
        closing = asyncio.create_task(self._inner.aclose())
        self._closing.add(closing)
        closing.add_done_callback(self._closed)

    def _closed(self, closing: asyncio.Task[None]) -> None:
        self._closing.discard(closing)
        if not closing.cancelled():
            closing.exception()  # a connection that cannot be closed in good order is gone all the same


def reads_only(method: str, path: str, headers: Mapping[str, str]) -> bool:
    """Whether a request cannot write. Icinga 2 reads objects by a POST that says it is a GET: the one exception."""
    if method in ("GET", "HEAD"):
        return True
    override = headers.get("X-HTTP-Method-Override", "")
    return method == "POST" and override == "GET" and "/v1/objects/" in path
