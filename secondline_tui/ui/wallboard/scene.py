"""What a picture of the wallboard is made from, and how far its counts can be believed. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TypeVar

from secondline_tui.domain.ages import clock, short
from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Item
from secondline_tui.shift.agenda import Recurring, next_event
from secondline_tui.shift.calendar import Calendar
from secondline_tui.shift.pairing import pairing
from secondline_tui.ui.arrange import states_for
from secondline_tui.ui.bars import Today, sure_who_is_on
from secondline_tui.ui.rows import View

ItemT = TypeVar("ItemT", bound=Item)


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that is known at one moment."""

    board: Board
    now: datetime
    monotonic: float
    calendar: Calendar
    agenda: tuple[Recurring, ...] = ()
    environments: Sequence[str] = ()

    @property
    def zone(self) -> tzinfo:
        """The shift's zone."""
        return self.calendar.zone

    def view(self, width: int) -> View:
        """What rows need to know."""
        dated = {
            state.name: clock(state.as_of, self.zone, self.now)
            for state in self.board.sources.values()
            if state.as_of is not None and not self.believed(state)
        }
        return View(self.now, self.zone, width, dated=dated)

    def believed(self, state: SourceState) -> bool:
        """Whether what a source told is true now."""
        return state.health(self.monotonic) is Health.FRESH

    def today(self) -> Today:
        """The shift, and who is on."""
        return Today(
            pairing(self.board, self.calendar, self.now),
            self.calendar.current_or_next(self.now),
            next_event(self.calendar, self.agenda, self.now),
            sure=sure_who_is_on(self.board, self.monotonic),
        )

    def told(self, kind: type[Item]) -> list[SourceState]:
        """The sources that tell of a sort of item."""
        return states_for(self.board, kind)

    def items(self, kind: type[ItemT], key: Callable[[ItemT], tuple[object, ...]]) -> list[ItemT]:
        """Every item of one sort, old ones too, in order."""
        return sorted(self.board.items(kind), key=key)

    def ago(self, moment: datetime | None) -> str:
        """How long ago it was."""
        return short((self.now - moment).total_seconds()) if moment is not None else "–"


@dataclass(frozen=True, slots=True)
class Tally:
    """A count, and how far it can be believed."""

    known: int
    """How many the sources tell that can be believed."""
    old: int = 0
    """How many the others told when they last answered."""
    doubtful: tuple[SourceState, ...] = ()
    """Sources without which the count is not complete: not fresh, with rows that were not understood, or half blind."""
    asking: bool = False
    """Whether that is only because they are being asked for the first time."""
    odd: bool = False
    """Whether it is only because of rows that were not understood, or of what fresh sources do not see."""

    @property
    def sure(self) -> bool:
        """Whether the count is the whole truth."""
        return not self.doubtful

    @property
    def forms(self) -> tuple[str, ...]:
        """The figure, the longest form first. Never a bare number for what is not known, and never 0."""
        if self.sure:
            return (thousands(self.known),)
        told = thousands(self.known)
        return (f"{told}+?", f"{told}?") if self.known else ("?",)

    def remark(self, monotonic: float) -> str:
        """Why it is not sure, and what was last known."""
        if self.sure:
            return ""
        if self.asking:
            return "asking"
        silent = [state for state in self.doubtful if state.good_at is None]
        dim = [s for s in self.doubtful if s.good_at is not None and s.health(monotonic) is not Health.FRESH]
        parts = []
        if dim:
            parts.append(f"was {self.known + self.old} {short(max(s.age(monotonic) or 0 for s in dim))} ago")
        if silent:
            parts.append("never answered" if not dim else f"{silent[0].name} never answered")
        return ", ".join(parts) or self._remark_of_the_fresh()

    def _remark_of_the_fresh(self) -> str:
        odd = sum(len(state.rejected) for state in self.doubtful)
        unseen = sum(len(state.unseen) for state in self.doubtful)
        told = (f"{odd} not understood" if odd else "", f"{unseen} not seen" if unseen else "")
        return ", ".join(part for part in told if part)


def thousands(count: int) -> str:
    """A count in at most four characters."""
    if count < 1_000:
        return str(count)
    return f"{count / 1_000:.1f}K" if count < 9_950 else f"{round(count / 1_000)}K"


def tally(scene: Scene, states: Iterable[SourceState], counts: Callable[[Item], bool]) -> Tally:
    """How many items of these sources count."""
    known = old = 0
    doubtful = []
    for state in states:
        number = sum(counts(item) for item in state.items)
        if scene.believed(state):
            known += number
        else:
            old += number
        if not scene.believed(state) or state.rejected or state.unseen:
            doubtful.append(state)
    asking = all(state.health(scene.monotonic) is Health.WAITING for state in doubtful)
    odd = all(scene.believed(state) for state in doubtful)
    return Tally(known, old, tuple(doubtful), asking, odd)
