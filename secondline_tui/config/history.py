"""The `[history]` table: the local record of what was seen."""

from __future__ import annotations

from pydantic import Field

from secondline_tui.config.durations import Seconds
from secondline_tui.config.shift import Table


class Record(Table):
    """What the program remembers of what it saw."""

    keep: Seconds = Field(90 * 86_400, ge=86_400)
    """How long; at least a day."""
