"""The one place that knows httpx: a client a source, guarded below everything else.

Credentials go to the configured host only; nothing that carries one is redirected; proxies and certificates come from
the configuration, never from the environment; an answer has a size limit; and a request that could write is refused.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import cast
from urllib.parse import urlsplit

import httpx

from secondline_tui import __version__
from secondline_tui.domain.actions import NotDone, NotSent, Unanswered
from secondline_tui.domain.ages import short
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources.errors import bad_reply, failed, redirect_failure, retry_after, status_failure
from secondline_tui.sources.reasons import reason_in
from secondline_tui.sources.slices import parsed
from secondline_tui.sources.unpacking import unpacked
from secondline_tui.sources.writing import Answer, judged, unanswered

Query = Mapping[str, str | int | bool | Sequence[str] | None]
Judge = Callable[[int, bytes], NotDone | None]
"""What a service's own error means, by its status and its JSON; None where the status alone is to tell."""

BODY_LIMIT = 32 * 1024 * 1024
WRITE_LIMIT = 4 * 1024 * 1024
KEPT_SECONDS = 300
"""How long ago a cache on the way may have got an answer that is to tell how things are now."""
CONNECT_SECONDS = 5.0
HINT_SECONDS = 1.0
"""How long to wait for the reason behind a no."""
IDLE_SECONDS = 9.0  # Icinga 2 closes an idle connection after 10 s; never meet a dead one


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
            except _RedirectedError as away:
                request = self._client.build_request("GET", _destination(request, away), headers=headers)
        try:
            return await self._retried(request, limit)
        except _RedirectedError as away:
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
        try:
            async with self._taking_note(), self._answer(request) as response:
                body = await _read(response, limit or BODY_LIMIT)
                require_young(response.headers, self.kept)
                return body
        except httpx.HTTPError as error:
            if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError) and not last:
                raise _DeadConnectionError from None
            raise _transport_failure(error) from None

    @asynccontextmanager
    async def _answer(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
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

        request.extensions = {**request.extensions, "trace": follow}
        try:
            async with limit, self._taking_note(), self._answer(request) as response:
                return await _written(response, judge)
        except TimeoutError:  # each byte came in time, but not the last one
            raise unanswered("connected, but the answer did not come in time") from None
        except httpx.HTTPError as error:
            reason = _transport_failure(error).fault.message
            before = httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout | httpx.ProxyError
            raise (NotSent if isinstance(error, before) else Unanswered)(reason) from None
        except PollFailed as failure:  # the guard said no
            raise NotSent(failure.fault.message) from None


class _DeadConnectionError(Exception):
    pass


class _RedirectedError(Exception):
    def __init__(self, status: int, location: str) -> None:
        super().__init__(status)
        self.status = status
        self.location = location


def _destination(request: httpx.Request, away: _RedirectedError) -> httpx.URL:
    """Where a redirect leads, when it may be followed."""
    failure = redirect_failure(away.status, away.location)
    if failure.fault.kind is FaultKind.UNAUTHORISED:
        raise failure
    try:
        url = request.url.join(away.location)
    except httpx.InvalidURL:
        raise failure from None
    if url.scheme not in ("https", request.url.scheme):
        raise failed(FaultKind.REDIRECTED, "answered with a redirect from https to plain http")
    return url


def _parts(response: httpx.Response) -> AsyncIterator[bytes]:
    """The body; not as httpx unpacks it, which would be all at once that has come at once."""
    stream = cast(httpx.AsyncByteStream, response.stream)  # what an asynchronous client was given
    return unpacked(response.headers.get("content-encoding", "identity"), stream)


async def _read(response: httpx.Response, limit: int) -> bytes:
    path = response.request.url.path
    if response.has_redirect_location:
        raise _RedirectedError(response.status_code, response.headers["location"])
    if response.status_code != 200:
        wait = retry_after(response.headers)
        raise status_failure(response.status_code, path, hint=reason_in(await _said(response)), wait=wait)
    parts, size = [], 0
    async for part in _parts(response):
        size += len(part)
        if size > limit:
            raise bad_reply(f"more than {limit // 2**20} MB for {path}")
        parts.append(part)
    return b"".join(parts)


async def _written(response: httpx.Response, judge: Judge | None) -> Answer:
    """The answer to a write, when it is a yes."""
    status = response.status_code
    if not 200 <= status < 300:
        said, wait = await _said(response), retry_after(response.headers)
        known = judge(status, said) if judge and said else None
        raise known or judged(status, reason_in(said), wait=wait, location=response.headers.get("location", ""))
    body = b""
    try:
        async for part in _parts(response):
            body += part
            if len(body) > WRITE_LIMIT:
                raise unanswered("answered without end")
    except PollFailed as failure:
        raise Unanswered(failure.fault.message) from None
    return Answer(status, body)


async def _said(response: httpx.Response) -> bytes:
    """The JSON of an error; web pages say nothing useful."""
    if "json" not in response.headers.get("content-type", ""):
        return b""
    body = b""
    try:
        async with asyncio.timeout(HINT_SECONDS):
            async for part in _parts(response):
                body += part
                if len(body) > 65_536:
                    return b""
    except (PollFailed, httpx.HTTPError, TimeoutError):  # the status has said it all
        return b""
    return body


def require_young(headers: Mapping[str, str], kept: float | None = KEPT_SECONDS) -> None:
    """Raise a bad reply when a cache says that it got the answer more than `kept` seconds ago (RFC 9111, Age)."""
    age = headers.get("age", "")
    if kept is not None and age.isdecimal() and int(age[:12]) > kept:
        raise bad_reply(f"an answer that a cache on the way has kept for {short(int(age[:12]))}")


def _transport_failure(error: httpx.HTTPError) -> PollFailed:
    """What a failed connection means; nothing of the error's own text is told but the certificate's fault."""
    broken = _broken_tls(error)
    if broken is not None:
        return broken
    if isinstance(error, httpx.ConnectTimeout):
        return failed(FaultKind.UNREACHABLE, "no connection in time; network or VPN down?")
    if isinstance(error, httpx.TimeoutException):
        return failed(FaultKind.TIMED_OUT, "connected, but the answer did not come in time")
    if isinstance(error, httpx.ConnectError):
        return failed(FaultKind.UNREACHABLE, "cannot be reached: refused, or its name is not known")
    if isinstance(error, httpx.ProxyError):
        return failed(FaultKind.UNREACHABLE, "the proxy does not let us through")
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        return failed(FaultKind.UNREACHABLE, "the connection was cut in the middle of an answer")
    return failed(FaultKind.UNREACHABLE, f"network fault: {type(error).__name__}")


def _broken_tls(error: BaseException) -> PollFailed | None:
    """What is wrong with the TLS connection, None when nothing is."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLEOFError):  # it is about to end, or speaks no TLS: no setting of ours would help
            return failed(FaultKind.UNREACHABLE, "the TLS connection was cut off")
        if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLWantReadError):  # which is no error
            reason = getattr(cause, "verify_message", "") or getattr(cause, "reason", "") or "handshake failed"
            return failed(FaultKind.TLS, f"TLS: {reason}; see ca_file and server_name")
        cause = cause.__cause__ or cause.__context__
    return None
