"""What went wrong in the world, when, and who had it: the world's own record, whoever was looking."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field


@dataclass(slots=True)
class Firing:
    """One time that something was wrong, as its service tells of it. Times are seconds since 1970."""

    kind: str
    """ "alert" or "incident"."""
    key: str
    """What the service calls it."""
    name: str
    began: float
    environment: str = ""
    host: str = ""
    severity: str = ""
    state: str = ""
    number: int = 0
    ended: float | None = None
    held: list[tuple[str, float]] = field(default_factory=list)
    """Who acknowledged it, and when."""


class Firings:
    """Those of one service, in the order they began to be known."""

    def __init__(self) -> None:
        self._all: list[Firing] = []
        self._open: dict[str, Firing] = {}

    def begin(self, firing: Firing) -> None:
        """It goes wrong; what is wrong already only changes its look."""
        known = self._open.get(firing.key)
        if known is not None:
            known.severity, known.state = firing.severity, firing.state
            return
        self._all.append(firing)
        self._open[firing.key] = firing

    def hold(self, key: str, who: str, at: float) -> None:
        """Somebody has it."""
        if key in self._open:
            self._open[key].held.append((who, at))

    def end(self, key: str, at: float) -> None:
        """It is well again."""
        firing = self._open.pop(key, None)
        if firing is not None:
            firing.ended = max(at, firing.began)

    def __iter__(self) -> Iterator[Firing]:
        return iter(self._all)

    def told(self) -> list[dict[str, object]]:
        """All of them, for a file."""
        return [asdict(firing) for firing in self._all]
