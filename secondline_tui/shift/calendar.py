"""Shift hours on a calendar: always by dates in the shift's zone, never by adding 24 hours.

The hours of a working day belong to the shift; everything else to on call. On call is counted from the day it
begins: a weeknight from the shift's end to the next day's start, a day off from start to start.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOOK_AHEAD = 60
"""Days to search for the next shift; longer holidays than that have no next shift."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, from `start` up to but without `end`, that belongs to one day of the rota."""

    day: date
    start: datetime
    end: datetime

    def covers(self, moment: datetime) -> bool:
        """Whether `moment` lies in it."""
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class Calendar:
    """When shifts are."""

    zone: ZoneInfo
    days: frozenset[int]
    """Weekdays with a shift; Monday is 0."""
    start: time
    end: time
    """A time not after `start` is on the next day."""
    holidays: Container[date] = frozenset()
    """Days off."""
    trouble: Callable[[], str] = str
    """Why days off are not all known, "" where they are."""

    def at(self, day: date, clock: time) -> datetime:
        """The moment, in UTC, when clocks in the zone show `clock` on `day`.

        The first of two when clocks go back; as much later as they jump when they go forward and leave it out.
        """
        local = datetime.combine(day, clock, tzinfo=self.zone)
        return local.astimezone(UTC)

    def works(self, day: date) -> bool:
        """Whether a shift begins on `day`."""
        return day.weekday() in self.days and day not in self.holidays

    def is_holiday(self, day: date) -> bool:
        """Whether `day` would have a shift, were it no holiday."""
        return day.weekday() in self.days and day in self.holidays

    def shift_on(self, day: date) -> Span | None:
        """The shift that begins on `day`; None on days off, and where clocks jump over all of it."""
        start, end = self.at(day, self.start), self.at(day + timedelta(days=self.end <= self.start), self.end)
        return Span(day, start, end) if self.works(day) and start < end else None

    def on_call_from(self, day: date) -> Span:
        """On call that begins on `day`."""
        shift = self.shift_on(day)
        begin = shift.end if shift is not None else self.at(day, self.start)
        return Span(day, begin, self.at(day + timedelta(days=1), self.start))

    def current(self, now: datetime) -> Span | None:
        """The shift that is on now."""
        span = self.current_or_next(now)
        return span if span is not None and span.covers(now) else None

    def began(self, now: datetime) -> datetime:
        """When the shift that is on began; outside of one, a day ago."""
        current = self.current(now)
        return current.start if current is not None else now - timedelta(days=1)

    def current_or_next(self, now: datetime) -> Span | None:
        """The shift that is on now, else the next one."""
        return next((span for span in self._shifts_around(now) if span.end > now), None)

    def on_call_now_or_next(self, now: datetime) -> Span | None:
        """On call that is on now, else the one that begins when the shift ends; None where the shift never ends."""
        today = self._local(now)
        for offset in range(-1, LOOK_AHEAD):
            span = self.on_call_from(today + timedelta(days=offset))
            if span.end > max(now, span.start):
                return span
        return None

    def _local(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def _shifts_around(self, now: datetime) -> Iterator[Span]:
        """From the one that may have begun yesterday onwards."""
        today = self._local(now)
        for offset in range(-1, LOOK_AHEAD):
            span = self.shift_on(today + timedelta(days=offset))
            if span is not None:
                yield span
