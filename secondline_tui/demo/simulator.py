"""What every simulated service is."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from secondline_tui.demo.faults import garbled
from secondline_tui.demo.firings import Firings
from secondline_tui.demo.wire import Answer, Request

Now = Callable[[], float]
"""Wall time, in seconds since 1970."""


class Simulator(ABC):
    """One service: its state, and how it answers. Called under the world's lock, so it need not be thread-safe."""

    kind: str
    """The source type it speaks."""
    path = ""
    """Where, under its address, a configuration's `url` points."""

    def __init__(self, name: str, now: Now, chance: random.Random) -> None:
        self.name = name
        self.now = now
        self.chance = chance
        self.lag = 0.0
        """Seconds until a write shows in reads."""
        self.firings = Firings()
        """What was ever wrong here."""

    @abstractmethod
    def settings(self) -> Mapping[str, object]:
        """The table of a configuration that reads this service, but for its url."""

    @abstractmethod
    def handle(self, request: Request) -> Answer:
        """Answer one request."""

    @abstractmethod
    def rows(self, data: object) -> list[object] | None:
        """The list of rows within an answer's data, None when it holds none: where an odd row is put."""

    @abstractmethod
    def state(self) -> dict[str, object]:
        """What the service holds, for GET /state."""

    def later_part(self, request: Request) -> bool:  # noqa: ARG002  (services with pages look at it)
        """Whether a poll's answer is whole only with this request's too: the one a missing page takes away."""
        return False

    def garbled(self, kind: str, answer: Answer) -> Answer:
        """A good answer made bad in one of the ways of faults.py."""
        body, content_type = garbled(kind, answer.body(), self.rows(answer.data), answer.data)
        return Answer(answer.status, body, {**answer.headers, "Content-Type": content_type})

    def too_many(self, seconds: float) -> Answer:
        """How it says that there were too many requests."""
        return Answer(429, {"error": "too many requests"}, {"Retry-After": str(int(seconds))})

    def login_page(self) -> str:
        """Where it would send a browser that is not logged in."""
        return "/login"


def rfc3339(seconds: float, *, millis: bool = False) -> str:
    """A time as most services write it."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return (
        moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
        if millis
        else (moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
    )
