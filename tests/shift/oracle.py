"""A slow and obvious account of shift hours: a table of what the clocks on the wall show, minute by minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from secondline_tui.shift.calendar import Calendar, Span

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MARGIN = 6


@dataclass(frozen=True)
class Wall:
    """The clocks of one zone over some weeks."""

    zone: str
    first: date
    days: int
    moments: tuple[datetime, ...]
    """Every minute."""
    shown: dict[datetime, datetime]
    """Local time without a zone -> the first minute at which clocks show it."""
    jumps: tuple[tuple[datetime, datetime], ...]
    """What clocks leave out: (first time left out, first time shown after it)."""
    changes: tuple[datetime, ...]
    """The minutes at which clocks are moved, either way."""

    def at(self, day: date, clock: time) -> datetime:
        """When clocks show `clock` on `day`; as much later as they jump where they never do."""
        local = datetime.combine(day, clock)
        for begin, end in self.jumps:
            if begin <= local < end:
                local += end - begin
        return self.shown[local]


@cache
def wall(zone: str, first: date, days: int) -> Wall:
    """The clocks of a zone from some days before `first` to some after the last."""
    start = datetime.combine(first - MARGIN * DAY, time(), tzinfo=UTC)
    moments = tuple(start + n * MINUTE for n in range((days + 2 * MARGIN) * 1_440))
    shown: dict[datetime, datetime] = {}
    jumps, changes = [], []
    before: datetime | None = None
    for moment in moments:
        local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        shown.setdefault(local, moment)
        if before is not None and local != before + MINUTE:
            changes.append(moment)
            if local > before:
                jumps.append((before + MINUTE, local))
        before = local
    return Wall(zone, first, days, moments, shown, tuple(jumps), tuple(changes))


@dataclass(frozen=True)
class Obvious:
    """Answers a calendar's questions by looking at every day of the table."""

    wall: Wall
    days: frozenset[int]
    start: time
    end: time
    holidays: frozenset[date]

    def calendar(self) -> Calendar:
        """The calendar that should say the same."""
        return Calendar(ZoneInfo(self.wall.zone), self.days, self.start, self.end, self.holidays)

    def dates(self) -> Iterator[date]:
        for n in range(1 - MARGIN, self.wall.days + MARGIN - 2):
            yield self.wall.first + n * DAY

    def shifts(self) -> list[Span]:
        return [span for day in self.dates() if (span := self._shift(day)) is not None]

    def on_calls(self) -> list[Span]:
        """What of each day, from start to start, is no shift."""
        spans = []
        for day in self.dates():
            shift = self._shift(day)
            begin = shift.end if shift is not None else self.wall.at(day, self.start)
            end = self.wall.at(day + DAY, self.start)
            if begin < end:
                spans.append(Span(day, begin, end))
        return spans

    def _shift(self, day: date) -> Span | None:
        if day.weekday() not in self.days or day in self.holidays:
            return None
        last = day if self.end > self.start else day + DAY
        start, end = self.wall.at(day, self.start), self.wall.at(last, self.end)
        return Span(day, start, end) if start < end else None


def current(spans: list[Span], now: datetime) -> Span | None:
    return next((span for span in spans if span.start <= now < span.end), None)


def current_or_next(spans: list[Span], now: datetime) -> Span | None:
    return next((span for span in spans if now < span.end), None)
