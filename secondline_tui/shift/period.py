"""How far back a handover looks: to the one before. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from secondline_tui.shift.agenda import Recurring, events_on
from secondline_tui.shift.calendar import Calendar

HANDOVER = "handover"
FURTHEST = 15
"""Days to look back for the last handover: a week's, also when the one before it fell on a holiday."""


def begun(calendar: Calendar, agenda: tuple[Recurring, ...], now: datetime) -> datetime:
    """When the pair that is on took over, in UTC; without handovers, when the shift began.

    A handover that is on just now is that pair's own: they took over at the one before.
    """
    over = _handed_over(calendar, agenda, now)
    return over if over is not None else calendar.began(now)


def turn_began(calendar: Calendar, agenda: tuple[Recurring, ...], now: datetime) -> datetime:
    """The same, but for one thing: without handovers it is the last shift that began, also when that is over.

    What is to be done once a turn needs a beginning that stands still.
    """
    over = _handed_over(calendar, agenda, now)
    if over is not None:
        return over
    today = now.astimezone(calendar.zone).date()
    shifts = (calendar.shift_on(today - timedelta(days=ago)) for ago in range(FURTHEST))
    return next((s.start for s in shifts if s is not None and s.start <= now), calendar.at(today, time()))


def _handed_over(calendar: Calendar, agenda: tuple[Recurring, ...], now: datetime) -> datetime | None:
    """When the last handover began that is over; None where there was none."""
    today = now.astimezone(calendar.zone).date()
    for ago in range(FURTHEST):
        over = [
            event.start
            for event in events_on(calendar, agenda, today - timedelta(days=ago))
            if event.name == HANDOVER and event.end <= now
        ]
        if over:
            return max(over).astimezone(UTC)
    return None
