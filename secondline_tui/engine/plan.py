"""What the engine is told about a source, and how it gets the source's reader."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from secondline_tui.domain.board import SourceState
from secondline_tui.domain.filters import Filter
from secondline_tui.domain.ports import Actor, Reader
from secondline_tui.domain.text import SafeText


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePlan:
    """One source as the configuration names it."""

    name: str
    type: str
    environment: SafeText
    interval: float
    deadline: float
    open: Callable[[], Awaitable[Reader]]
    """Makes the reader. Called on the first poll, off the screen's way; may raise PollFailed."""
    home: str = ""
    """A mark of where it leads to, no address. An action that was confirmed when the name led elsewhere is not
    sent, a draft of then not offered."""
    act: Callable[[], Awaitable[Actor]] | None = None
    """Makes the source's actor, with the first action; None where nothing may be written."""
    ignore: tuple[Filter, ...] = ()
    phase: float = 0.0
    """The part of half an interval, from 0 to 1, by which the poll after one that all sources made at once comes
    sooner: or their answers would be worked on at the same moment for ever, and keys would have to wait for all.
    """

    def blank(self) -> SourceState:
        """The state before the first answer."""
        return SourceState(
            name=self.name,
            type=self.type,
            environment=self.environment,
            interval=self.interval,
            deadline=self.deadline,
            read_only=self.act is None,
            home=self.home,
        )
