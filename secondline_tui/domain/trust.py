"""Can I believe this screen, and since when? Pure: a board and a moment in, a judgement out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Health
from secondline_tui.domain.text import SafeText


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason not to believe the whole screen."""

    source: str
    health: Health
    since: datetime | None
    """When the doubt began."""
    reason: SafeText
    items: int
    """How many old items are still shown."""
    as_of: datetime | None
    """From when those are."""


@dataclass(frozen=True, slots=True)
class Trust:
    """The judgement of the whole screen."""

    total: int
    fresh: int
    oldest: float | None
    """Seconds since the oldest answer among the fresh sources."""
    doubts: tuple[Doubt, ...]
    rejected: int

    @property
    def waiting(self) -> bool:
        """Whether the only doubts are first answers still on their way."""
        return bool(self.doubts) and all(doubt.health is Health.WAITING for doubt in self.doubts)

    @property
    def whole(self) -> bool:
        """Whether all of the screen may be believed: every source fresh, every row understood."""
        return self.total > 0 and self.fresh == self.total and not self.rejected


_WORST_FIRST = (Health.REFUSED, Health.FAILING, Health.STALE, Health.PAUSED, Health.WAITING)


def _doubt(state: SourceState, health: Health) -> Doubt:
    match health:
        case Health.PAUSED:
            since, reason = state.paused_since, "paused"
        case Health.STALE:
            since, reason = state.as_of, "no answer for too long"
        case Health.WAITING:
            since, reason = None, "no answer yet"
        case _:
            since = state.fault_since
            reason = state.fault.message if state.fault else ""
    return Doubt(state.name, health, since, SafeText(reason), len(state.items), state.as_of)


def judge(board: Board, now: float) -> Trust:
    """The judgement at monotonic time `now`; the worst doubt comes first."""
    doubts, ages, rejected = [], [], 0
    for state in board.sources.values():
        health = state.health(now)
        rejected += len(state.rejected)
        if health is Health.FRESH:
            ages.append(state.age(now) or 0.0)
        else:
            doubts.append(_doubt(state, health))
    doubts.sort(key=lambda doubt: (_WORST_FIRST.index(doubt.health), doubt.source))
    return Trust(len(board.sources), len(ages), max(ages, default=None), tuple(doubts), rejected)
