"""What happens during a shift: stand-up, drill, review, handover. Left out on days off, told in the right zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from secondline_tui.shift.calendar import LOOK_AHEAD, Calendar, Span

SOON = timedelta(minutes=5)
"""What begins within this time is told before what is on."""
_WEEK = 7
_FURTHEST = 2
"""Days by which a date in one zone may be off from the same moment's in another."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """Something that happens again and again."""

    name: str
    clock: time
    zone: ZoneInfo
    weekday: int | None = None
    """Monday is 0; None means every working day."""
    minutes: int = 30
    moves: bool = False
    """Whether it is put off to the next shift where its day of the week is a holiday."""


@dataclass(frozen=True, slots=True)
class Event:
    """One time that it happens."""

    name: str
    start: datetime
    end: datetime


def next_event(calendar: Calendar, agenda: tuple[Recurring, ...], now: datetime) -> Event | None:
    """What a person on shift should think of: what begins within five minutes, else what is on (the last to have
    begun, where several are), else what comes next. Days off have no events.
    """
    events = _from(calendar, agenda, now)
    on_now = [event for event in events if event.start <= now]
    coming = min((event for event in events if event.start > now), key=_place, default=None)
    if on_now and (coming is None or coming.start - now > SOON):
        return max(on_now, key=_place)
    return coming


def _place(event: Event) -> tuple[datetime, str]:
    return event.start, event.name


def _from(calendar: Calendar, agenda: tuple[Recurring, ...], now: datetime) -> list[Event]:
    """What is on now, and everything up to the first thing to come, at least."""
    today = now.astimezone(calendar.zone).date()
    events: list[Event] = []
    enough = LOOK_AHEAD
    for offset in range(-_FURTHEST, LOOK_AHEAD):
        if offset > enough:
            break
        events += [e for e in events_on(calendar, agenda, today + timedelta(days=offset)) if e.end > now]
        if enough == LOOK_AHEAD and any(event.start > now for event in events):
            enough = offset + _FURTHEST
    return events


def events_on(calendar: Calendar, agenda: tuple[Recurring, ...], day: date) -> list[Event]:
    """What happens on one day, and the end of its shift."""
    shift = calendar.shift_on(day)
    if shift is None:
        return []
    events = [_event(item, shift) for item in agenda if _is_on(calendar, item, day)]
    events.append(Event("end of shift", shift.end, shift.end + timedelta(minutes=1)))
    return events


def _is_on(calendar: Calendar, item: Recurring, day: date) -> bool:
    """Whether it happens on a day with a shift: on its own day, or the first after that one was a holiday."""
    if item.weekday in (None, day.weekday()):
        return True
    before = day - timedelta(days=1)
    while item.moves and not calendar.works(before) and (day - before).days < _WEEK:
        if before.weekday() == item.weekday:
            return calendar.is_holiday(before)
        before -= timedelta(days=1)
    return False


def _event(item: Recurring, shift: Span) -> Event:
    """It, on the shift's day; what happens daily during a night shift may do so after midnight."""
    start = _at(item, shift.day, shift)
    if item.weekday is None and start < shift.start:
        later = _at(item, shift.day + timedelta(days=1), shift)
        start = later if later < shift.end else start
    return Event(item.name, start, start + timedelta(minutes=item.minutes))


def _at(item: Recurring, day: date, shift: Span) -> datetime:
    return datetime.combine(day, item.clock, tzinfo=item.zone).astimezone(shift.start.tzinfo)
