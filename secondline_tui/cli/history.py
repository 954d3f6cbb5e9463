"""From a configuration to the record of what was seen."""

from __future__ import annotations

from datetime import timedelta

from secondline_tui.config.models import Config
from secondline_tui.domain.ports import Clock
from secondline_tui.engine.history import History
from secondline_tui.shift.calendar import Calendar


def history(config: Config, calendar: Calendar, clock: Clock) -> History:
    """The record of the state folder; nothing is opened yet. It can be asked at once, and records as a companion."""
    keep = timedelta(seconds=config.history.keep)
    return History(config.state_folder, clock, calendar.zone, keep, calendar.began)
