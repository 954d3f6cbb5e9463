"""Who takes over at the next handover, as the rota plans it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from secondline_tui.domain.board import Board
from secondline_tui.shift.agenda import Event, Recurring, events_on
from secondline_tui.shift.calendar import Calendar
from secondline_tui.shift.pairing import next_pairing, pairing_at
from secondline_tui.shift.people import is_standby
from secondline_tui.shift.period import FURTHEST, HANDOVER


@dataclass(frozen=True, slots=True)
class TakeOver:
    """Those who come after the pair that is on."""

    at: datetime
    """When, in UTC."""
    people: tuple[tuple[str, str], ...]
    """(role, name), in the order of roles; empty where nobody is known."""


def taking_over(board: Board, calendar: Calendar, agenda: tuple[Recurring, ...], now: datetime) -> TakeOver | None:
    """Who takes over at the next handover, or at the one that is on; without handovers, who has the next shift.

    The rota's word counts: schedules often know no end of who is on now, and have roles that nobody takes over. None
    where there is no next one.
    """
    event = _next(calendar, agenda, now)
    if event is None:
        following = next_pairing(board, calendar, now)
        shift = calendar.current_or_next(now)
        after = calendar.current_or_next(shift.end) if shift is not None else None
        at = after.start if after is not None else now
    else:
        at = event.start.astimezone(UTC)
        following = pairing_at(board, calendar, now, max(now, event.start))
    if following is None:
        return None
    named = [pair for pair in following.roles if not is_standby(pair.role)]  # they come only if they are needed
    planned = [pair for pair in named if pair.planned]
    shift_only = [(pair.role, pair.planned) for pair in planned if pair.planned and not pair.out_of_hours]
    others = [(pair.role, name) for pair in planned or named if (name := pair.planned or pair.actual)]
    return TakeOver(at, tuple(shift_only or others))


def _next(calendar: Calendar, agenda: tuple[Recurring, ...], now: datetime) -> Event | None:
    today = now.astimezone(calendar.zone).date()
    coming = (
        event
        for ahead in range(FURTHEST)
        for event in events_on(calendar, agenda, today + timedelta(days=ahead))
        if event.name == HANDOVER and event.end > now
    )
    return next(coming, None)
