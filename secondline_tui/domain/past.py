"""What was seen before: occurrences of an item, and what they come to. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import EMPTY, SafeText

DAYS = 7
"""Days that a week of the past is told of, today among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Somebody acknowledged it."""

    by: SafeText
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StateMove:
    """It went from one state to another: a page answered, a ticket set pending, a card in another list."""

    at: datetime
    was: SafeText
    became: SafeText


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One time that an item was there, from when it began until it was no longer in a good answer."""

    ref: ItemRef
    name: SafeText
    """What its like share: an alert's name; the item's own name line for everything else."""
    title: SafeText
    environment: SafeText = EMPTY
    first: datetime
    last: datetime
    """When it was last seen."""
    over: bool = False
    """Whether it has ended, as far as is known."""
    state: SafeText = EMPTY
    """As last seen: a page's or ticket's status, a card's list, an alert's severity and state."""
    held: tuple[Held, ...] = ()
    moves: tuple[StateMove, ...] = ()

    @property
    def lasted(self) -> timedelta:
        """How long it is known to have been there."""
        return self.last - self.first


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the record says of one item, or of everything with one name."""

    count: int = 0
    """Occurrences in the whole record."""
    count_today: int = 0
    by_day: tuple[int, ...] = (0,) * DAYS
    """Occurrences that began on each day of the week that ends today; today is the last."""
    first: datetime | None = None
    """When the first of them began."""
    last: datetime | None = None
    """When the last of them was last seen."""
    ended: datetime | None = None
    """When the last that is over was last seen."""
    longest: timedelta | None = None
    acknowledged_by: tuple[SafeText, ...] = ()
    """Who, the latest first, each once."""
    items: int = 0
    """How many different items they were of: an alert's name may be on many machines."""

    @property
    def count_week(self) -> int:
        """Occurrences that began in the week that ends today."""
        return sum(self.by_day)


NOTHING = Past()


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """An alert's name, and how much there was of it."""

    name: SafeText
    environment: SafeText
    count: int
    total: timedelta
    """How long all of them lasted together."""
    last: datetime
    """When the last of them was seen, or ended."""
    is_over: bool
    """Whether none of them goes on, as far as was seen."""
    acknowledged: int
    """How many of them somebody acknowledged."""
    items: int
    latest: ItemRef
    """The item of the last one."""


def begins(now: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    """When each of the days began that a week is told of, by the calendar of the zone; the last is today."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    # Subtracting days from a local time keeps its hour, whatever the clocks did in between.
    return tuple(midnight - timedelta(days=DAYS - 1 - day) for day in range(DAYS))


def by_day(moments: Iterable[float], starts: Iterable[float]) -> tuple[int, ...]:
    """How many of the moments lie in each of the days with these beginnings, the last of which goes on."""
    edges = tuple(starts)
    counts = [0] * len(edges)
    for moment in moments:
        day = sum(moment >= edge for edge in edges) - 1
        if day >= 0:
            counts[day] += 1
    return tuple(counts)


def ordinal(number: int) -> str:
    """ "1st", "2nd", "3rd", "4th", "11th", "21st"."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_BARS = "▁▂▃▄▅▆▇█"


def sparkline(counts: Iterable[int]) -> str:
    """A small graph, one sign for each number; a dot for none."""
    numbers = tuple(counts)
    most = max(numbers, default=0)
    return "".join("·" if not n else _BARS[max(0, -(-n * len(_BARS) // most) - 1)] for n in numbers)
