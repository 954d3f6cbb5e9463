"""When people want to hear of a running incident again, and who is to lead it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from secondline_tui.domain.ages import short
from secondline_tui.domain.declared import Declared, Pace
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.telling import News, Why
from secondline_tui.domain.text import clean
from secondline_tui.shift.calendar import LOOK_AHEAD, Calendar
from secondline_tui.shift.pairing import Pairing
from secondline_tui.shift.people import is_standby


def due(incident: Declared, calendar: Calendar) -> datetime | None:
    """When its next update is due; None where it is over, or nobody wants to hear of it."""
    pace = incident.pace
    if not incident.running or not pace:
        return None
    if pace.working_days:
        return _working_days_after(incident.heard, pace.working_days, calendar)
    return incident.heard + pace.every


def _working_days_after(moment: datetime, days: int, calendar: Calendar) -> datetime:
    """The same time of day so many shifts later, within that shift's hours."""
    local = moment.astimezone(calendar.zone)
    day, left = local.date(), days
    for _ in range(LOOK_AHEAD + 2 * days):
        day += timedelta(days=1)
        shift = calendar.shift_on(day)
        left -= shift is not None
        if shift is not None and not left:
            return min(max(calendar.at(day, local.time()), shift.start), shift.end)
    return moment + timedelta(days=days)  # no shift for months: then every day counts


def due_in_words(moment: datetime, now: datetime) -> str:
    """ "update due in 12m", or for how long it has been."""
    left = (moment - now).total_seconds()
    if left > 0:
        return f"update due in {short(left)}"
    return f"UPDATE DUE for {short(-left)}" if left <= -60 else "UPDATE DUE"


def due_briefly(moment: datetime, now: datetime) -> str:
    """The same where there is hardly any room."""
    left = (moment - now).total_seconds()
    return f"update in {short(left)}" if left > 0 else "UPDATE DUE"


def pace_in_words(pace: Pace) -> str:
    """ "an update every 2h"."""
    if not pace:
        return "no reminders"
    if pace.working_days:
        days = pace.working_days
        return f"an update every {f'{days} working days' if days > 1 else 'working day'}"
    return f"an update every {short(pace.every.total_seconds())}"


def proposed(pairing: Pairing | None, role: str) -> str:
    """Whoever has a role now, by a word of its name, "" for nobody: on the shift, else on call; no standby."""
    word = role.casefold().strip()
    if pairing is None or not word:
        return ""
    pairs = [pair for pair in pairing.roles if word in pair.role.casefold() and pair.person]
    named = [pair for pair in pairs if is_standby(word) or not is_standby(pair.role)]
    now = [pair for pair in named if pair.out_of_hours is not pairing.on_shift]
    return next((pair.people[0] for pair in (*now, *named)), "")


def waited_for(incidents: Iterable[Declared], calendar: Calendar, now: datetime) -> tuple[News, ...]:
    """What to tell of incidents whose update is due; it is another piece of news each time."""
    moments = [(incident, due(incident, calendar)) for incident in incidents]
    return tuple(
        News(
            ref=ItemRef("declared", Kind.DECLARED, f"{incident.id}@{moment.isoformat()}"),
            why=Why.DUE,
            title=clean(f"INCIDENT {incident.name}: people wait for an update"),
        )
        for incident, moment in moments
        if moment is not None and moment <= now
    )
