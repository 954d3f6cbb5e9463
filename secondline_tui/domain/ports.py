"""The seams: what the engine asks of the sources, and of time."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Protocol

from secondline_tui.domain.actions import Finding, Intent, Preview, Receipt, Verb
from secondline_tui.domain.board import Reading
from secondline_tui.domain.items import Detail
from secondline_tui.domain.matchers import Matcher
from secondline_tui.domain.refs import ItemRef


class Clock(Protocol):
    """Time, so that tests can hold it."""

    def now(self) -> datetime:
        """The wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never goes back and goes on while the machine sleeps."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after `seconds`."""
        ...


class Reader(Protocol):
    """Reads one service. Raises PollFailed for anything but a validated, complete answer."""

    async def fetch(self) -> Reading:
        """Everything the source has to say now."""
        ...

    async def detail(self, ref: ItemRef) -> Detail:
        """What one of its items holds beyond the row."""
        ...

    async def probe(self) -> tuple[str, ...]:
        """What `check` tells beyond a poll: version, account, permissions, clock. A line each."""
        ...

    async def close(self) -> None:
        """Let go of connections. Returns at once."""
        ...


class Actor(Protocol):
    """Writes to one service. One call at a time comes to `send`; the others may come beside it.

    Its connections are its own, the only ones of the program that can write.
    """

    async def prepare(
        self, ref: ItemRef, verb: Verb, *, to: str = "", matchers: tuple[Matcher, ...] | None = None
    ) -> Preview:
        """What the person is to know and choose from before confirming. Only reads; raises PollFailed, or Refused where
        the service already says that it would say no. `to`: what was chosen, to be told what that would change.
        `matchers`: instead of those it would propose.
        """
        ...

    async def send(self, intent: Intent) -> Receipt:
        """Do it: exactly one request that writes, whatever happens.

        Raises Refused, NotSent, HeldBack or Unanswered. Reads that must come before it raise NotSent or HeldBack when
        they fail.
        """
        ...

    async def settle(self, intent: Intent, sent_at: datetime, claimed: AbstractSet[str]) -> Finding:
        """Whether the service shows what was sent at `sent_at`, by author, text and time. Only reads.

        Raises PollFailed. `claimed`: what it made for other actions of ours, which is not to be taken for this one's.
        """
        ...

    def as_kept(self, verb: Verb, text: str) -> str:
        """The text as the service will keep it: the same, unless it is known to change something."""
        ...

    async def close(self) -> None:
        """Let go of connections. Returns at once."""
        ...
