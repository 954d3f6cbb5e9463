"""How long the outbox waits for what."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """All in seconds."""

    first: float = 0.3
    """Before a service is asked for the first time whether it shows what it was sent."""
    most: float = 1.5
    """Between two such questions, while a person may be waiting for the answer."""
    slow: float = 30.0
    """The same, when it has taken long already."""
    window: float = 60.0
    """How long a service must go without showing something for that to be called not done."""
    held: float = 600.0
    """How long an action waits because its service wants no requests."""
    stale: float = 600.0
    """How long ago what is sent may have been asked for: program or machine may have been away meanwhile."""
