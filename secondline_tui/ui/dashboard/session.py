"""What the dashboard works with, put together by the command line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secondline_tui.config.models import Config
from secondline_tui.engine.history import History
from secondline_tui.engine.outbox import Outbox
from secondline_tui.engine.supervisor import Engine
from secondline_tui.engine.telling import Telling
from secondline_tui.engine.verdicts import Verdicts
from secondline_tui.shift.agenda import Recurring
from secondline_tui.shift.calendar import Calendar


@dataclass(frozen=True, slots=True, repr=False)  # Textual's log quotes what it is handed
class Session:
    """One run of the dashboard."""

    engine: Engine
    config: Config
    calendar: Calendar
    agenda: tuple[Recurring, ...]
    keys: Mapping[str, str]
    """Every command's keys."""
    outbox: Outbox | None = None
    """None where nothing may be written."""
    warnings: tuple[str, ...] = ()
    """What to tell the person at the start."""
    telling: Telling | None = None
    """What tells a person who is not looking."""
    verdicts: Verdicts | None = None
    """What people said of items that may belong together."""
    history: History | None = None
    """The record of what was seen."""

    @property
    def read_only(self) -> bool:
        """Whether nothing may be written at all."""
        return self.outbox is None
