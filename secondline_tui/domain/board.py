"""The board: one immutable picture of all sources, swapped whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeVar

from secondline_tui.domain.health import Fault, Health
from secondline_tui.domain.items import Item
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, SafeText

ItemT = TypeVar("ItemT", bound=Item)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one successful poll gave: everything the source has to say, never a part of it."""

    items: tuple[Item, ...]
    rejected: tuple[SafeText, ...] = ()
    """One reason for each row that was not understood."""
    unseen: tuple[SafeText, ...] = ()
    """What the source itself says it does not see now, by name: parts of it that it has lost touch with."""
    hidden: int = 0
    """Items that the source's own settings leave out, such as severities that are ignored."""
    account: SafeText = EMPTY
    """Who the service says we are."""
    permissions: frozenset[SafeText] | None = None
    """What that account may do, in the service's words; None where the service does not tell."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SourceState:
    """All that is known about one source. Ages are measured on a monotonic clock, in seconds."""

    name: str
    type: str
    environment: SafeText
    interval: float
    deadline: float
    items: tuple[Item, ...] = ()
    as_of: datetime | None = None
    """Wall time at which the last good answer was asked for, and so what it is known to be of; for people."""
    good_at: float | None = None
    """Monotonic time of it, for ages."""
    took: float | None = None
    rejected: tuple[SafeText, ...] = ()
    unseen: tuple[SafeText, ...] = ()
    """What it does not see itself, as it said with its last good answer."""
    hidden: int = 0
    """Items left out by the source's `ignore` rules and by its other settings."""
    fault: Fault | None = None
    fault_since: datetime | None = None
    paused_since: datetime | None = None
    polling: bool = False
    read_only: bool = False
    home: str = ""
    """A mark of where it leads to, no address."""
    account: SafeText = EMPTY
    permissions: frozenset[SafeText] | None = None

    def same_but_asking(self, other: SourceState) -> bool:
        """Whether they differ only in whether it is being asked just now. By identity: there may be many items."""
        return all(getattr(self, name) is getattr(other, name) for name in _TOLD)

    @property
    def came_at(self) -> datetime | None:
        """Wall time at which the last good answer was there, and could be seen."""
        return None if self.as_of is None else self.as_of + timedelta(seconds=self.took or 0.0)

    def age(self, now: float) -> float | None:
        """Seconds since the last good answer, None before the first."""
        return None if self.good_at is None else max(0.0, now - self.good_at)

    def health(self, now: float) -> Health:
        """Whether the items may be believed at monotonic time `now`."""
        if self.paused_since is not None:
            return Health.PAUSED
        if self.fault is not None:
            return Health.REFUSED if self.fault.stop else Health.FAILING
        age = self.age(now)
        if age is None:
            return Health.WAITING
        return Health.STALE if age > 2 * self.interval + self.deadline else Health.FRESH


_TOLD = tuple(told.name for told in fields(SourceState) if told.name != "polling")


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """Every source's state at one moment, in the order of the configuration."""

    sources: Mapping[str, SourceState] = field(default_factory=lambda: MappingProxyType({}))

    def items(self, kind: type[ItemT]) -> Iterator[ItemT]:
        """Every item of one sort, source by source."""
        for state in self.sources.values():
            for item in state.items:
                if isinstance(item, kind):
                    yield item

    def answered_since(self, ref: ItemRef, moment: datetime) -> bool:
        """Whether an item's source has answered since, so that what its answer does not hold is not there any more."""
        state = self.sources.get(ref.source)
        return state is not None and state.as_of is not None and state.as_of >= moment and not state.rejected

    def find(self, ref: ItemRef) -> Item | None:
        """The item with this reference, None when no source holds it now."""
        state = self.sources.get(ref.source)
        return next((item for item in state.items if item.ref == ref), None) if state else None

    def same_but_asking(self, other: Board) -> bool:
        """Whether they differ only in which sources are being asked just now: half of all news."""
        old, new = self.sources, other.sources
        return old.keys() == new.keys() and all(old[name].same_but_asking(state) for name, state in new.items())

    def with_source(self, state: SourceState) -> Board:
        """The same board with one source's state exchanged or added."""
        return Board(MappingProxyType({**self.sources, state.name: state}))
