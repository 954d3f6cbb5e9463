"""The paging drill: what to do while its page is there, and that it did not arrive. No clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from secondline_tui.domain.board import Board
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Incident
from secondline_tui.shift.agenda import Event, Recurring, events_on
from secondline_tui.shift.calendar import Calendar

NAME = "PagerDuty drill"
"""What it is called in the agenda."""
EARLY = timedelta(minutes=15)
"""How much before its time a drill may come and still be the one that is waited for."""
PAGER = "pagerduty"


class DrillWatch:
    """Waits for the day's drill. What it has not waited for from its beginning it says nothing of: a drill that was
    answered before is no longer there to be seen.
    """

    def __init__(self, advice: str, within: timedelta) -> None:
        self._advice = advice
        self._within = within
        self._since: datetime | None = None
        """From when on the pages have been known without a break."""
        self._arrived: date | None = None

    def look(
        self, board: Board, calendar: Calendar, agenda: Sequence[Recurring], now: datetime, monotonic: float
    ) -> str:
        """What is to be said of it now, "" for nothing."""
        pagers = [state for state in board.sources.values() if state.type == PAGER]
        sure = bool(pagers) and all(state.health(monotonic) is Health.FRESH for state in pagers)
        if not sure:
            self._since = None
        elif self._since is None:
            self._since = now
        drills = [incident for incident in board.items(Incident) if incident.drill]
        if drills:
            numbers = ", ".join(f"#{incident.number}" for incident in drills)
            told = f"DRILL {numbers}" + (f": {self._advice}" if self._advice else "")
        else:
            told = ""
        event = _today(calendar, agenda, now)
        if event is None:
            return told
        if any(drill.created is None or drill.created >= event.start - EARLY for drill in drills):
            self._arrived = event.start.date()
        return told or self._missing(event, now)

    def _missing(self, event: Event, now: datetime) -> str:
        waited = self._since is not None and self._since <= event.start
        if not waited or self._arrived == event.start.date() or now < event.start + self._within:
            return ""
        minutes = round((now - event.start).total_seconds() / 60)
        return f"the drill has not arrived: it was due {minutes} min ago"


def _today(calendar: Calendar, agenda: Sequence[Recurring], now: datetime) -> Event | None:
    """The drill of the shift that is on."""
    shift = calendar.current(now)
    if shift is None:
        return None
    items = tuple(item for item in agenda if item.name == NAME)
    return next((event for event in events_on(calendar, items, shift.day) if event.name == NAME), None)
