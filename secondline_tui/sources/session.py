"""The guard below pdpyras, zenpy and py-trello: an adapter under their `requests.Session`.

Whatever the library above does, here every request goes to the configured host only, carries the credential in a
header, has a deadline and is sent once; what could write goes through from an actor's session only. Failures leave as
PollFailed or, of a write, as NotDone, which none of the libraries catches or retries.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.util.retry import Retry
from urllib3.util.timeout import Timeout

from secondline_tui import __version__
from secondline_tui.domain.actions import NotSent, Unanswered
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources import tls
from secondline_tui.sources.clocks import ahead, utc_now
from secondline_tui.sources.errors import bad_reply, failed, redirect_failure, retry_after, status_failure
from secondline_tui.sources.http import BODY_LIMIT, CONNECT_SECONDS
from secondline_tui.sources.http.answers import require_young
from secondline_tui.sources.http.guard import reads_only
from secondline_tui.sources.reasons import reason_in
from secondline_tui.sources.timed import POOLS, PROGRESS
from secondline_tui.sources.wire import parse_json
from secondline_tui.sources.writing import Answer, judged, not_sent, unanswered

CHUNK = 65_536
UNASKED_DEADLINE = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """What a session may do."""

    url: str
    """The configured address: the only host that is ever asked."""
    library_url: str
    """The address the library believes in; requests to it go to `url` instead."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Credentials, set here so that the library need not know them."""
    drop_query: frozenset[str] = frozenset()
    """Query parameters that never leave: Trello's key and token."""
    wait_headers: tuple[str, ...] = ("retry-after",)
    """Headers that tell how long to stay away after a 429."""
    wait: float | None = None
    """Seconds to stay away after a 429 that does not tell."""
    plain_reasons: frozenset[str] = frozenset()
    """Error bodies of plain text that may be told as they are; any other might quote what we sent."""
    tls: ssl.SSLContext | None = None
    """What to trust; without it, the system's certificates and Mozilla's."""
    server_name: str = ""
    proxy: str | None = None
    read_statuses: frozenset[int] = frozenset({requests.codes.ok})
    """Statuses of an answer to a question: only these are one."""
    writes: bool = False
    """Whether requests that write go through: an actor's session only."""
    now: Callable[[], datetime] = utc_now
    """Our own clock, which the service's is held against."""


class GuardedAdapter(HTTPAdapter):
    """Sends what may be sent, once, and hands back only a complete 200."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._limits = threading.local()
        super().__init__(max_retries=Retry(0, read=False))

    @contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """Every request of this thread within the block shares one deadline."""
        self._limits.until = time.monotonic() + seconds
        try:
            yield
        finally:
            self._limits.until = None

    @property
    def ahead(self) -> timedelta | None:
        """How far the service's clock is ahead of ours, as the last answer to this thread told; None: it did not."""
        told: timedelta | None = getattr(self._limits, "ahead", None)
        return told

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool: Any) -> None:
        """Give the pool our certificates and the name expected in the server's."""
        super().init_poolmanager(connections, maxsize, block, **pool, **self._tls())
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **pool: Any) -> Any:
        """The same behind a proxy."""
        manager = super().proxy_manager_for(proxy, **pool, **self._tls())
        manager.pool_classes_by_scheme = POOLS
        return manager

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Add nothing: requests would load its own bundle into our certificates, and so trust more than we do."""

    def _tls(self) -> dict[str, Any]:
        # The context itself checks the name. Told to assert one, urllib3 would switch that off, in a context which
        # other sources share.
        gate = self._gate
        names = {"server_hostname": gate.server_name} if gate.server_name else {}
        return {"ssl_context": gate.tls or tls.context(), **names}

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        """The answer with its body read, or PollFailed. What the library says of time-outs and proxies is not heard."""
        method = request.method or ""
        writes = not reads_only(method, "", {})
        try:
            self._direct(request)
        except PollFailed as failure:
            raise (NotSent(failure.fault.message) if writes and self._gate.writes else failure) from None
        path = urlsplit(request.url or "").path
        if writes and not self._gate.writes:
            raise failed(FaultKind.FORBIDDEN, f"read-only: {method} {path} was not sent")
        left = self._left()
        if left <= 0:
            late = "no complete answer in time"
            raise not_sent(late) if writes else failed(FaultKind.TIMED_OUT, late)
        return self._write(request, path, left) if writes else self._ask(request, path, left)

    def _ask(self, request: requests.PreparedRequest, path: str, left: float) -> requests.Response:
        """The 200 to a request that reads, or PollFailed."""
        before = self._gate.now()
        try:
            response = self._begin(request, left)
            self._limits.ahead = ahead(response.headers, before, self._gate.now())
            body = self._read(response, path)
        except (requests.RequestException, HTTPError, ValueError) as error:
            raise _failure(error) from None
        self._check(response, body, path)
        return response

    def _write(self, request: requests.PreparedRequest, path: str, left: float) -> requests.Response:
        """The 2xx to a request that writes, or Refused, HeldBack, NotSent or Unanswered."""
        # On a connection of its own: of one that was kept nobody could tell whether it died before the write or after.
        alone = GuardedAdapter(self._gate)
        PROGRESS.connected = False
        try:
            response = alone._begin(request, left)
            status = response.status_code
            if not 200 <= status < 300:
                hint = self._hint(response.headers.get("content-type", ""), _excerpt(response))
                raise judged(status, hint, wait=self._wait(response), location=response.headers.get("location", ""))
            body = self._read(response, path)
        except (requests.RequestException, HTTPError, ValueError) as error:
            if not PROGRESS.connected:
                raise NotSent(_failure(error).fault.message) from None
            raise Unanswered(_failure(error, connected=True).fault.message) from None
        except PollFailed as failure:
            raise Unanswered(failure.fault.message) from None
        finally:
            alone.close()
        if status != requests.codes.no_content and Answer(status, body).data() is None:
            raise unanswered("answered with nothing")
        return response

    def _begin(self, request: requests.PreparedRequest, left: float) -> requests.Response:
        """One request and the head of its answer."""
        proxies = {"http": self._gate.proxy, "https": self._gate.proxy} if self._gate.proxy else {}
        timeout: Any = Timeout(total=left, connect=min(CONNECT_SECONDS, left), read=left)
        return super().send(request, stream=True, timeout=timeout, verify=True, cert=None, proxies=proxies)

    def _direct(self, request: requests.PreparedRequest) -> None:
        """Point the request at the configured host, with the credential in a header and not in the query."""
        gate = self._gate
        url = request.url or ""
        rest = url.removeprefix(gate.library_url)
        if rest != url and rest[:1] in ("", "/", "?"):
            url = gate.url + rest
        parts, home = urlsplit(url), urlsplit(gate.url)
        if (parts.scheme, parts.netloc) != (home.scheme, home.netloc):
            raise failed(FaultKind.REDIRECTED, "points to another host, where our credentials must not go")
        query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in gate.drop_query]
        request.url = urlunsplit(parts._replace(query=urlencode(query)))
        ours = {"User-Agent": f"secondline-tui/{__version__}", "Cache-Control": "no-cache"}
        request.headers.update({**ours, **gate.headers})
        request.headers.pop("Cookie", None)

    def _left(self) -> float:
        """Seconds until this thread's deadline."""
        until: float | None = getattr(self._limits, "until", None)
        return UNASKED_DEADLINE if until is None else until - time.monotonic()

    def _read(self, response: requests.Response, path: str) -> bytes:
        """The whole body, within the limit; the connection keeps the deadline."""
        parts, size = [], 0
        try:
            for part in response.iter_content(CHUNK):
                size += len(part)
                if size > BODY_LIMIT:
                    raise bad_reply(f"more than {BODY_LIMIT // 2**20} MB for {path}")
                parts.append(part)
        finally:
            response.close()
        body = response._content = b"".join(parts)
        return body

    def _check(self, response: requests.Response, body: bytes, path: str) -> None:
        status = response.status_code
        if 300 <= status < 400:
            raise redirect_failure(status, response.headers.get("location", ""))
        if status not in self._gate.read_statuses:
            hint = self._hint(response.headers.get("content-type", ""), body)
            raise status_failure(status, path, hint=hint, wait=self._wait(response))
        require_young(response.headers)
        parse_json(body, f"the answer for {path}")  # before the library sees it: each fails on it in its own way

    def _wait(self, response: requests.Response) -> float | None:
        """Seconds that it asks us to stay away."""
        if response.status_code != requests.codes.too_many_requests:
            return retry_after(response.headers, ("retry-after",))
        wait = retry_after(response.headers, self._gate.wait_headers)
        return self._gate.wait if wait is None else wait

    def _hint(self, content_type: str, body: bytes) -> str:
        """The reason that an error body gives, "" when it gives none that may be told."""
        if "json" in content_type:
            return reason_in(body)
        text = body[:200].decode("utf-8", "replace").strip()
        return text if text in self._gate.plain_reasons else ""


def guard(session: requests.Session, gate: Gate) -> GuardedAdapter:
    """Put the guard under a session, whoever made it; nothing of the environment is trusted."""
    adapter = GuardedAdapter(gate)
    session.trust_env = False
    session.max_redirects = 0
    session.adapters.clear()
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return adapter


def _excerpt(response: requests.Response) -> bytes:
    """The beginning of an error's body, nothing where none comes: the status has said it all."""
    try:
        return next(iter(response.iter_content(CHUNK)), b"")
    except (requests.RequestException, HTTPError, ValueError):
        return b""
    finally:
        response.close()


def _failure(error: Exception, *, connected: bool = False) -> PollFailed:
    """What a failed request means. The error's own text is never told: it holds the address with its query."""
    if isinstance(error, requests.exceptions.SSLError):
        return failed(FaultKind.TLS, f"TLS: {_tls_reason(error)}; see ca_file and server_name")
    if isinstance(error, requests.ConnectTimeout):
        return failed(FaultKind.UNREACHABLE, "no connection in time; network or VPN down?")
    if isinstance(error, requests.Timeout) or _timed_out(error):
        return failed(FaultKind.TIMED_OUT, "connected, but the answer did not come in time")
    if isinstance(error, requests.exceptions.ProxyError) and not connected:  # urllib3 blames a proxy for all
        return failed(FaultKind.UNREACHABLE, "the proxy does not let us through")
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return bad_reply("an answer that cannot be decompressed")
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return failed(FaultKind.UNREACHABLE, "the connection was cut in the middle of an answer")
    if isinstance(error, requests.ConnectionError):
        return failed(FaultKind.UNREACHABLE, "cannot be reached: refused, cut off, or its name is not known")
    return failed(FaultKind.UNREACHABLE, f"the request could not be made: {type(error).__name__}")


def _timed_out(error: Exception) -> bool:
    """Whether the body stopped coming, which requests tells as if the connection had failed."""
    return bool(error.args) and isinstance(error.args[0], ReadTimeoutError)


def _tls_reason(error: BaseException) -> str:
    """Why a certificate or a handshake was refused: requests, urllib3 and ssl each wrap it once more."""
    seen: BaseException | None = error
    reason = "handshake failed"
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen.verify_message
        if isinstance(seen, ssl.SSLError):
            reason = seen.reason or reason
        seen = _within(seen)
    return reason


def _within(error: BaseException) -> BaseException | None:
    """The exception that another one carries as its reason."""
    carried = (getattr(error, "reason", None), *error.args)
    return next((inner for inner in carried if isinstance(inner, BaseException)), None)
