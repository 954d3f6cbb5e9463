"""Health: whether a source's answer may be believed, and if not, why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from secondline_tui.domain.text import SafeText


class Health(StrEnum):
    """What is known about a source right now."""

    WAITING = "waiting"
    """No answer yet."""
    FRESH = "fresh"
    """A validated, complete, recent answer."""
    STALE = "stale"
    """No success for two intervals and a deadline, and no failure either."""
    FAILING = "failing"
    """The last poll failed."""
    REFUSED = "refused"
    """Credentials were turned down: polling stops until a person asks for it."""
    PAUSED = "paused"
    """A person stopped the polling."""


class FaultKind(StrEnum):
    """Why a poll failed. Part of the JSON contract."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    TLS = "tls"
    UNAUTHORISED = "unauthorised"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    BAD_REPLY = "bad_reply"
    REDIRECTED = "redirected"
    BLIND = "blind"
    """The monitor answers, but does not see: scheduler stopped, data old, heartbeat missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One failed poll, told so that a person can mend it. Holds no URL with a query and no upstream body."""

    kind: FaultKind
    message: SafeText
    retry_after: float | None = None
    """Seconds that the service asked us to stay away."""
    stop: bool = False
    """Asking again by ourselves could lock the account: wait for a person."""


class PollFailed(Exception):  # noqa: N818  (a fact of the domain, not a programming error)
    """A poll, a probe or a detail request did not give a validated, complete answer."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"{fault.kind}: {fault.message}")
        self.fault = fault
