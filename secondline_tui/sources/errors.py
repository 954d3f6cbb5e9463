"""From an answer, or the want of one, to the one way the program talks about failure.

Decided by allow-list: only status 200 with a body of the known shape is an answer. Nothing is decided from the words
of an error text, and no text of ours holds a query, a body or a credential.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from secondline_tui.config.withheld import withheld
from secondline_tui.domain.health import Fault, FaultKind, PollFailed
from secondline_tui.domain.text import SafeText, clean

_STATUS_WORDS = {
    401: "credentials are not accepted",
    402: "the account does not include this",
    403: "these credentials may not read this",
    404: "there is nothing at this address",
    407: "the proxy wants credentials",
    410: "what was here is gone",
    429: "too many requests",
}


def quoted(text: str, limit: int) -> SafeText:
    """A service's own words for an error of ours: cleaned, without any secret, since it may quote what we sent."""
    return clean(withheld(text), limit)


def failed(kind: FaultKind, message: str, *, retry_after: float | None = None, stop: bool = False) -> PollFailed:
    """The exception to raise for a failed poll; `message` is cleaned here."""
    return PollFailed(Fault(kind=kind, message=quoted(message, 300), retry_after=retry_after, stop=stop))


def bad_reply(message: str) -> PollFailed:
    """The service answered, but not what it is documented to answer."""
    return failed(FaultKind.BAD_REPLY, message)


def blind(message: str) -> PollFailed:
    """The monitor answers, but does not see."""
    return failed(FaultKind.BLIND, message)


def retry_after(headers: Mapping[str, str], names: tuple[str, ...] = ("retry-after",)) -> float | None:
    """Seconds that a header asks us to wait, given as a number or as a date; None when none does."""
    lower = {name.lower(): value for name, value in headers.items()}
    for name in names:
        value = lower.get(name, "").strip()
        if not value:
            continue
        try:
            return max(0.0, float(value))
        except ValueError:
            pass
        try:
            moment = parsedate_to_datetime(value)
        except ValueError:
            continue
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    return None


def status_failure(status: int, path: str, *, hint: str = "", wait: float | None = None) -> PollFailed:
    """The failure for any status but 200. `path` is told without its query; `hint` is the service's own reason."""
    text = f"{_STATUS_WORDS.get(status, 'an error')} (HTTP {status} for {path.partition('?')[0]})"
    if hint:
        text = f"{text}: {quoted(hint, 160)}"
    match status:
        case 401:
            return failed(FaultKind.UNAUTHORISED, text, stop=True)
        case 402 | 403:
            # Not a stop: a proxy says the same while the VPN is down, and asking again locks nothing.
            return failed(FaultKind.FORBIDDEN, text)
        case 404 | 410:
            return failed(FaultKind.NOT_FOUND, text)
        case 429:
            return failed(FaultKind.RATE_LIMITED, text, retry_after=wait)
        case _ if 300 <= status < 400:
            return failed(FaultKind.REDIRECTED, f"answered with a redirect (HTTP {status}); is the url right?")
        case _ if status >= 500:
            return failed(FaultKind.SERVER_ERROR, text, retry_after=wait)
        case _:
            return failed(FaultKind.BAD_REPLY, text)


LONGEST_NAME = 24
"""Letters of a part of a path that may be a word; published sheets have names of 26 random ones and more."""


def redirect_failure(status: int, location: str) -> PollFailed:
    """The failure for a redirect: to a login page it means that we are not logged in."""
    if any(_login(segment) for segment in location.partition("?")[0].casefold().split("/")):
        return failed(FaultKind.UNAUTHORISED, f"sends us to a login page (HTTP {status}): is the token still valid?")
    return status_failure(status, "")


def _login(segment: str) -> bool:
    """Whether a part of a path names a login page. A short word must be all of it, and a long part is no name at all:
    some paths hold random letters.
    """
    if len(segment) > LONGEST_NAME:
        return False
    words = ("login", "signin", "sign_in", "sign-in", "oauth", "saml")
    return segment == "sso" or segment.startswith("auth") or any(word in segment for word in words)
