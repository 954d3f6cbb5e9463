"""How far back a handover looks: to the one before. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from secondline_tui.shift.agenda import Recurring, events_on
from secondline_tui.shift.calendar import Calendar

HANDOVER = "handover"
FURTHEST = 15
"""Days to look back for the last handover: a week's, also when the one before it fell on a holiday."""


def begun(calendar: Calendar, agenda: tuple[Recurring, ...], now: datetime) -> datetime:
    """When the pair that is on took over, in UTC; without handovers, when the shift began.

    A handover that is on just now is that pair's own: they took over at the one before.
    """
    today = now.astimezone(calendar.zone).date()
    for ago in range(FURTHEST):
        over = [
            event.start
            for event in events_on(calendar, agenda, today - timedelta(days=ago))
            if event.name == HANDOVER and event.end <= now
        ]
        if over:
            return max(over).astimezone(UTC)
    return calendar.began(now)
