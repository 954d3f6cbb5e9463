"""Shift hours on a calendar: always by dates in the shift's zone, never by adding 24 hours.

The hours of a working day belong to the shift; everything else to on call. On call is counted from the day it
begins: a weeknight from the shift's end to the next day's start, a day off from start to start.
"""

from __future__ import annotations

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
    holidays: frozenset[date] = frozenset()

    def at(self, day: date, clock: time) -> datetime:
        """The moment, in UTC, when clocks in the zone show `clock` on `day`; the first of two, after a gap if none."""
        local = datetime.combine(day, clock, tzinfo=self.zone)
        return local.astimezone(UTC)

    def works(self, day: date) -> bool:
        """Whether a shift begins on `day`."""
        return day.weekday() in self.days and day not in self.holidays

    def shift_on(self, day: date) -> Span | None:
        """The shift that begins on `day`."""
        return Span(day, self.at(day, self.start), self._end_of(day)) if self.works(day) else None

    def on_call_from(self, day: date) -> Span:
        """On call that begins on `day`."""
        begin = self._end_of(day) if self.works(day) else self.at(day, self.start)
        return Span(day, begin, self.at(day + timedelta(days=1), self.start))

    def current(self, now: datetime) -> Span | None:
        """The shift that is on now."""
        return next((span for span in self._shifts_around(now) if span.covers(now)), None)

    def current_or_next(self, now: datetime) -> Span | None:
        """The shift that is on now, else the next one."""
        return next((span for span in self._shifts_around(now) if span.end > now), None)

    def on_call_now_or_next(self, now: datetime) -> Span:
        """On call that is on now, else the one that begins when the shift ends."""
        today = self._local(now)
        for offset in range(-1, LOOK_AHEAD):
            span = self.on_call_from(today + timedelta(days=offset))
            if span.end > now and span.end > span.start:
                return span
        raise AssertionError("a day without on call follows every shift")

    def _end_of(self, day: date) -> datetime:
        return self.at(day + timedelta(days=self.end <= self.start), self.end)

    def _local(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def _shifts_around(self, now: datetime) -> list[Span]:
        today = self._local(now)
        spans = (self.shift_on(today + timedelta(days=offset)) for offset in range(-1, LOOK_AHEAD))
        return [span for span in spans if span is not None]
