"""What came of a request that writes: the one place that decides between done, refused, not sent and unknown.

By allow-list, as for reads: only a 2xx whose body can be understood is a yes. What may have been done is never called
undone: that is for reading back to find out.
"""

from __future__ import annotations

from dataclasses import dataclass

from secondline_tui.domain.actions import HeldBack, NotDone, NotSent, Refused, Unanswered
from secondline_tui.domain.health import FaultKind, PollFailed
from secondline_tui.sources.errors import quoted, redirect_failure
from secondline_tui.sources.wire import parse_json

HOLD = 30.0
"""Seconds to stay away after a 429 that does not tell how long."""
TOO_LATE = frozenset({408, 425})
"""What is said when the time was over: it may have been done nevertheless."""
WORDS = {
    400: "it does not accept this",
    401: "credentials are not accepted",
    402: "the account does not include this",
    403: "this account may not do that",
    404: "it has no such thing any more",
    405: "this cannot be done to it",
    409: "something has changed meanwhile",
    410: "what was here is gone",
    413: "too long for it",
    415: "it does not accept this",
    422: "it does not accept this",
}

NOES = frozenset({(500, "silence not found")})
"""Errors of their own that are a plain no. Alertmanager before 0.28 says so of a silence that it does not know."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered to a request that writes: some 2xx."""

    status: int
    body: bytes

    def data(self) -> object:
        """The JSON in it, None where there is no body; Unanswered when it is none."""
        if not self.body:
            return None
        try:
            return parse_json(self.body, "the answer")
        except PollFailed:
            raise unanswered("answered with something that is not its API's") from None


def refused(reason: str, *, forbidden: bool = False, outdated: bool = False) -> Refused:
    """The service's no; the reason is cleaned here."""
    return Refused(quoted(reason, 300), forbidden=forbidden, outdated=outdated)


def not_sent(reason: str) -> NotSent:
    """Nothing reached the service."""
    return NotSent(quoted(reason, 300))


def unanswered(reason: str) -> Unanswered:
    """It may have been done."""
    return Unanswered(quoted(reason, 300))


def unread(failed: PollFailed) -> NotSent | HeldBack:
    """A read that had to come before the write has failed: nothing was sent, be it that it only has to wait."""
    fault = failed.fault
    if fault.kind is FaultKind.RATE_LIMITED:
        return held_back(fault.retry_after)
    return not_sent(f"not sent, since the service could not be asked first: {fault.message}")


def held_back(wait: float | None) -> HeldBack:
    """It wants no requests for `wait` seconds, for as long as it did not tell."""
    seconds = HOLD if wait is None else wait
    return HeldBack(quoted(f"too many requests: it asks us to wait {seconds:.0f} s", 300), seconds)


def judged(status: int, hint: str, *, wait: float | None = None, location: str = "") -> NotDone:
    """What any status but a 2xx means for a write. `hint` is the service's own reason, `wait` what it asked for.

    A 403 without a word of the service's own may be a proxy's, while the VPN is down: it says nothing of the account.
    """
    words = WORDS.get(status, f"HTTP {status}")
    reason = f"{words}: {hint}" if hint else f"{words} (HTTP {status})" if status in WORDS else words
    match status:
        case 429:
            return held_back(wait)
        case 403 if not hint:
            return refused("refused without a reason (HTTP 403), maybe by a proxy on the way: VPN down?")
        case 401 | 402 | 403:
            return refused(reason, forbidden=True)
        case _ if (status, hint) in NOES:
            return refused(hint)
        case _ if 300 <= status < 400:
            to_login = redirect_failure(status, location).fault.kind is FaultKind.UNAUTHORISED
            if to_login:
                return refused("sends us to a login page: are the credentials still valid?", forbidden=True)
            return unanswered(f"answered with a redirect (HTTP {status})")
        case _ if 400 <= status < 500 and status not in TOO_LATE:
            return refused(reason, outdated=status == 409)
        case _:
            return unanswered(f"an error of its own (HTTP {status})" + (f": {hint}" if hint else ""))
