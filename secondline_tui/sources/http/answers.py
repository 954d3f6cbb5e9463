"""What an answer, or none, means: its body within limits, or the failure that it is."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from typing import cast

import httpx

from secondline_tui.domain.actions import NotDone, Unanswered
from secondline_tui.domain.ages import short
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources.errors import bad_reply, failed, redirect_failure, retry_after, status_failure
from secondline_tui.sources.reasons import reason_in
from secondline_tui.sources.unpacking import unpacked
from secondline_tui.sources.writing import Answer, judged, unanswered

Judge = Callable[[int, bytes], NotDone | None]
"""What a service's own error means, by its status and its JSON; None where the status alone is to tell."""

WRITE_LIMIT = 4 * 1024 * 1024
KEPT_SECONDS = 300
"""How long ago a cache on the way may have got an answer that is to tell how things are now."""
HINT_SECONDS = 1.0
"""How long to wait for the reason behind a no."""


class RedirectedError(Exception):
    """The answer leads elsewhere."""

    def __init__(self, status: int, location: str) -> None:
        super().__init__(status)
        self.status = status
        self.location = location


def destination(request: httpx.Request, away: RedirectedError) -> httpx.URL:
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


async def read(response: httpx.Response, limit: int) -> bytes:
    """The body of a 200. Raises PollFailed, or RedirectedError."""
    path = response.request.url.path
    if response.has_redirect_location:
        raise RedirectedError(response.status_code, response.headers["location"])
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


async def written(response: httpx.Response, judge: Judge | None) -> Answer:
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


def transport_failure(error: httpx.HTTPError) -> PollFailed:
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
