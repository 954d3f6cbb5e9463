"""What happens during a shift: stand-up, drill, review, handover. Moved by holidays, told in the right zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from secondline_tui.shift.calendar import LOOK_AHEAD, Calendar


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something that happens again and again."""

    name: str
    clock: time
    zone: ZoneInfo
    weekday: int | None = None
    """Monday is 0; None means every working day."""
    minutes: int = 30


@dataclass(frozen=True, slots=True)
class Event:
    """One time that it happens."""

    name: str
    start: datetime
    end: datetime


def next_event(calendar: Calendar, agenda: tuple[Recurring, ...], now: datetime) -> Event | None:
    """The event that is on now or comes next: of those, the one that begins first. Days off have none."""
    upcoming = []
    today = now.astimezone(calendar.zone).date()
    for offset in range(-1, min(LOOK_AHEAD, 15)):
        day = today + timedelta(days=offset)
        upcoming += [event for event in events_on(calendar, agenda, day) if event.end > now]
        if any(event.start > now for event in upcoming):
            break
    return min(upcoming, key=lambda event: (event.start, event.name), default=None)


def events_on(calendar: Calendar, agenda: tuple[Recurring, ...], day: date) -> list[Event]:
    """What happens on one day, and the end of its shift."""
    shift = calendar.shift_on(day)
    if shift is None:
        return []
    events = []
    for item in agenda:
        if item.weekday is None or item.weekday == day.weekday():
            start = datetime.combine(day, item.clock, tzinfo=item.zone).astimezone(shift.start.tzinfo)
            events.append(Event(item.name, start, start + timedelta(minutes=item.minutes)))
    events.append(Event("end of shift", shift.end, shift.end + timedelta(minutes=1)))
    return events
