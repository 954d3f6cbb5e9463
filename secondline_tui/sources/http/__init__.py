"""The one place that knows httpx (with the modules beside it): a client a source, guarded below everything else.

Credentials go to the configured host only; nothing that carries one is redirected; proxies and certificates come from
the configuration, never from the environment; an answer has a size limit; and a request that could write is refused.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx

from secondline_tui import __version__
from secondline_tui.domain.actions import NotSent, Unanswered
from secondline_tui.domain.health import PollFailed
from secondline_tui.sources.clocks import ahead, utc_now
from secondline_tui.sources.errors import redirect_failure
from secondline_tui.sources.http.answers import (
    KEPT_SECONDS,
    Judge,
    RedirectedError,
    destination,
    read,
    require_young,
    transport_failure,
    written,
)
from secondline_tui.sources.http.guard import Guard
from secondline_tui.sources.http.handshake import Trace, closing
from secondline_tui.sources.slices import parsed
from secondline_tui.sources.writing import Answer, unanswered

Query = Mapping[str, str | int | bool | Sequence[str] | None]

BODY_LIMIT = 32 * 1024 * 1024
CONNECT_SECONDS = 5.0
IDLE_SECONDS = 9.0  # Icinga 2 closes an idle connection after 10 s; never meet a dead one


class Http:
    """Asks one service over HTTP and gives back JSON, or raises PollFailed."""

    redirects = 0
    """How many redirects in a row are followed."""
    kept: float | None = KEPT_SECONDS
    """How long ago, in seconds, a cache may have got the answer; None where that is no matter."""
    writes = False
    """Whether requests that write go through."""
    idle = 2
    """How many connections are kept for later."""

    def __init__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        tls: ssl.SSLContext | bool = True,
        server_name: str = "",
        proxy: str | None = None,
        deadline: float = 10.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        if self.redirects and (headers or auth):
            raise ValueError("what carries credentials is not redirected")
        self._server_name = server_name
        limits = httpx.Limits(max_connections=4, max_keepalive_connections=self.idle, keepalive_expiry=IDLE_SECONDS)

        def connections() -> httpx.AsyncBaseTransport:
            return transport or httpx.AsyncHTTPTransport(verify=tls, limits=limits, proxy=proxy, trust_env=False)

        self._guard = Guard(connections, url, anywhere=self.redirects > 0, writes=self.writes)
        self._deadline = deadline
        self.ahead: timedelta | None = None
        """How far the service's clock is ahead of ours, as its last answer told; None where it did not."""
        self._under_way = 0
        self._tainted = False
        self._client = httpx.AsyncClient(
            base_url=url,
            headers={
                "User-Agent": f"secondline-tui/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "Cache-Control": "no-cache",
                **(headers or {}),
            },
            auth=httpx.BasicAuth(*auth) if auth else None,
            timeout=httpx.Timeout(deadline, connect=min(CONNECT_SECONDS, deadline)),
            follow_redirects=False,
            trust_env=False,
            transport=self._guard,
        )

    async def get(self, path: str, what: str, params: Query | None = None) -> object:
        """The JSON at `path`. `what` names it in errors."""
        return await parsed(await self.body("GET", path, params=params), what)

    async def query(self, path: str, what: str, body: Mapping[str, object]) -> object:
        """The JSON that Icinga 2 answers to a GET whose parameters stand in the body."""
        headers = {"X-HTTP-Method-Override": "GET"}
        return await parsed(await self.body("POST", path, headers=headers, json=body), what)

    async def body(
        self,
        method: str,
        path: str,
        *,
        params: Query | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
        limit: int | None = None,
    ) -> bytes:
        """The body of a 200; PollFailed for everything else. A read that met a dead connection is tried once more.

        `limit` is the most bytes it may have, 32 MB when it is not given.
        """
        request = self._request(method, path, params=params, headers=headers, json=json)
        for _ in range(self.redirects):
            try:
                return await self._retried(request, limit)
            except RedirectedError as away:
                request = self._client.build_request("GET", destination(request, away), headers=headers)
        try:
            return await self._retried(request, limit)
        except RedirectedError as away:
            raise redirect_failure(away.status, away.location) from None

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.aclose()

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: Query | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = None,
    ) -> httpx.Request:
        query = httpx.QueryParams({k: v for k, v in (params or {}).items() if v is not None})
        extensions = {"sni_hostname": self._server_name} if self._server_name else None
        return self._client.build_request(method, path, params=query, headers=headers, json=json, extensions=extensions)

    async def _retried(self, request: httpx.Request, limit: int | None) -> bytes:
        try:
            return await self._once(request, limit)
        except _DeadConnectionError:
            return await self._once(request, limit, last=True)

    async def _once(self, request: httpx.Request, limit: int | None, *, last: bool = False) -> bytes:
        before = utc_now()
        try:
            async with self._taking_note(), self._answer(request) as response:
                self.ahead = ahead(response.headers, before, utc_now())
                body = await read(response, limit or BODY_LIMIT)
                require_young(response.headers, self.kept)
                return body
        except httpx.HTTPError as error:
            if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError) and not last:
                raise _DeadConnectionError from None
            raise transport_failure(error) from None

    @asynccontextmanager
    async def _answer(self, request: httpx.Request, follow: Trace | None = None) -> AsyncIterator[httpx.Response]:
        request.extensions = {**request.extensions, "trace": closing(follow)}
        response = await self._client.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()

    @asynccontextmanager
    async def _taking_note(self) -> AsyncIterator[None]:
        """Go on with new connections after a request that failed or was given up.

        httpcore 1.0.9 counts a connection that was given up while it was being made as busy for ever: after four of
        them, no request would leave any more.
        """
        if self._tainted and not self._under_way:
            self._tainted = False
            self._guard.renew()
        self._under_way += 1
        try:
            yield
        except BaseException:
            self._tainted = True
            raise
        finally:
            self._under_way -= 1


class Anonymous(Http):
    """Asks for what anybody may read. Nothing secret is sent, so redirects are followed, though never to plain http
    from https. Such things are handed out by caches."""

    redirects = 3
    kept = None


class Writer(Http):
    """Writes too: an actor's. Every request has a connection of its own, since one that died while it was idle could
    not be told from one that died when the write had been applied."""

    writes = True
    idle = 0

    async def write(
        self, method: str, path: str, *, params: Query | None = None, json: object = None, judge: Judge | None = None
    ) -> Answer:
        """The 2xx that a service answers to one request that writes. It is sent once and never again from here.

        Raises Refused, HeldBack, NotSent or Unanswered; `judge` may know more than the status tells.
        """
        request = self._request(method, path, params=params, json=json)
        limit = asyncio.timeout(None)

        async def follow(event: str, _: object) -> None:
            if event.endswith("send_request_headers.started"):  # until then, connecting has a time-out of its own
                limit.reschedule(asyncio.get_running_loop().time() + self._deadline)

        try:
            async with limit, self._taking_note(), self._answer(request, follow) as response:
                return await written(response, judge)
        except TimeoutError:  # each byte came in time, but not the last one
            raise unanswered("connected, but the answer did not come in time") from None
        except httpx.HTTPError as error:
            reason = transport_failure(error).fault.message
            before = httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError
            raise (NotSent if isinstance(error, before) else Unanswered)(reason) from None
        except PollFailed as failure:  # the guard said no
            raise NotSent(failure.fault.message) from None


class _DeadConnectionError(Exception):
    pass
