"""Can I believe this screen, and since when? Pure: a board and a moment in, a judgement out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Health
from secondline_tui.domain.ordering import DEFAULT_ENVIRONMENTS, environment_rank
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
class Partial:
    """A source that answers well, and says itself that it does not see everything."""

    source: str
    unseen: tuple[SafeText, ...]

    @property
    def told(self) -> str:
        """That in words."""
        return f"{self.source} {does_not_see(self.unseen)}"


NAMED = 3
"""How many of the things that a source does not see are named."""


def does_not_see(unseen: Sequence[SafeText]) -> str:
    """What a source does not see, in words; "" when it sees everything."""
    more = f" and {len(unseen) - NAMED} more" if len(unseen) > NAMED else ""
    return f"does not see: {', '.join(unseen[:NAMED])}{more}" if unseen else ""


@dataclass(frozen=True, slots=True)
class Trust:
    """The judgement of the whole screen."""

    total: int
    believed: tuple[str, ...]
    """The names of the fresh sources."""
    oldest: float | None
    """Seconds since the oldest answer among the fresh sources."""
    doubts: tuple[Doubt, ...]
    """The worst first."""
    rejected: int
    partial: tuple[Partial, ...] = ()
    """The fresh sources that do not see everything."""

    @property
    def fresh(self) -> int:
        """How many sources are fresh."""
        return len(self.believed)

    @property
    def waiting(self) -> bool:
        """Whether the only doubts are first answers still on their way."""
        return bool(self.doubts) and all(doubt.health is Health.WAITING for doubt in self.doubts)

    @property
    def whole(self) -> bool:
        """Whether all of the screen may be believed: every source fresh and seeing, every row understood."""
        return self.total > 0 and self.fresh == self.total and not self.rejected and not self.partial


_WORST_FIRST = (Health.REFUSED, Health.FAILING, Health.STALE, Health.PAUSED, Health.WAITING)
_EXPECTED = (Health.PAUSED, Health.WAITING)
"""No trouble: a person wished it, or it has only just been asked."""
_PAGERS = frozenset({"pagerduty"})
_MONITORS = frozenset({"icinga2", "grafana", "alertmanager"})


def _badness(state: SourceState, health: Health, environments: Sequence[str]) -> tuple[object, ...]:
    """Where a doubt stands, the worst first: nobody may be left waiting on a page, then production counts."""
    monitored = environment_rank(state.environment, environments) if state.environment else 0  # none told: any
    weight = 0 if state.type in _PAGERS else 1 + monitored if state.type in _MONITORS else 2 + len(environments)
    return (health in _EXPECTED, weight, _WORST_FIRST.index(health), state.name)


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


def judge(board: Board, now: float, environments: Sequence[str] = DEFAULT_ENVIRONMENTS) -> Trust:
    """The judgement at monotonic time `now`. Pages come first among doubts, then monitors in order of environment."""
    healths = [(state, state.health(now)) for state in board.sources.values()]
    fresh = [state for state, health in healths if health is Health.FRESH]
    doubtful = [(state, health) for state, health in healths if health is not Health.FRESH]
    doubtful.sort(key=lambda doubt: _badness(doubt[0], doubt[1], environments))
    return Trust(
        total=len(healths),
        believed=tuple(state.name for state in fresh),
        oldest=max((state.age(now) or 0.0 for state in fresh), default=None),
        doubts=tuple(_doubt(state, health) for state, health in doubtful),
        rejected=sum(len(state.rejected) for state, _ in healths),
        partial=tuple(Partial(state.name, state.unseen) for state in fresh if state.unseen),
    )
