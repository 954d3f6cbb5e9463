"""Who may look: everybody on this machine; from elsewhere those with the token, or whom a proxy has let through."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from secondline_tui.web.http import Answer, Request

COOKIE = "secondline"
_LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what listens there."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Access:
    """The rule of one server."""

    token: str = ""
    """Asked of everybody, when there is one."""
    header: str = ""
    """The header in which a proxy names whom it has let through."""
    proxies: Sequence[str] = ()
    """Addresses from which that header is believed."""

    @property
    def guarded(self) -> bool:
        """Whether not everybody who reaches it may look."""
        return bool(self.token or self.header)

    def refusal(self, request: Request) -> Answer | None:
        """What to answer instead; None when the viewer may look."""
        if not self.guarded:
            # A page elsewhere that gave itself our address as its name would read along: names other than ours are out.
            return None if _host(request) in _LOCAL_NAMES else Answer(421, b"this is not the host you asked for\n")
        if self.header and request.peer in self.proxies and request.headers.get(self.header.lower()):
            return None
        if self.token and self._knows_token(request):
            return None
        return Answer(
            401, b"a token is needed: open this page as /?token=...\n", headers={"WWW-Authenticate": "Bearer"}
        )

    def _knows_token(self, request: Request) -> bool:
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and self._is_token(bearer.strip()):
            return True
        return hmac.compare_digest(request.cookie(COOKIE).encode(), self._cookie().encode())

    def _cookie(self) -> str:
        """What a viewer keeps: made from the token, which cannot be made from it."""
        return hmac.new(self.token.encode(), b"secondline viewer", "sha256").hexdigest()

    def welcome(self, request: Request) -> Answer | None:
        """Swap a token in the address for a cookie, so that it stays in no history; None when there is none."""
        shown = request.query.get("token", "")
        if not self.token or not self._is_token(shown):
            return None
        cookie = f"{COOKIE}={self._cookie()}; HttpOnly; SameSite=Strict; Path=/; Max-Age=31536000"
        return Answer(303, headers={"Location": "/", "Set-Cookie": cookie})

    def _is_token(self, text: str) -> bool:
        return hmac.compare_digest(text.encode(), self.token.encode())


def _host(request: Request) -> str:
    try:
        return urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""
