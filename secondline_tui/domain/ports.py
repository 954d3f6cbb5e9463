"""The seams: what the engine asks of the sources, and of time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from secondline_tui.domain.board import Reading
from secondline_tui.domain.items import Detail
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
