"""The `[forgotten]` table: when work counts as forgotten. A time of 0 leaves its sort out."""

from __future__ import annotations

from pydantic import Field

from secondline_tui.config.durations import Seconds
from secondline_tui.config.shift import Table

HOUR, DAY = 3_600.0, 86_400.0


class Forgotten(Table):
    """How long each sort of thing may be left alone, or how soon it must be near."""

    acknowledged: Seconds = Field(DAY, ge=0)
    """An alert acknowledged or silenced so long ago still fires."""
    ending: Seconds = Field(HOUR, ge=0)
    """An acknowledgement, silence or downtime ends within this time."""
    waiting: Seconds = Field(DAY, ge=0)
    """A ticket waits on us without a change for so long, or its target is past."""
    pending: Seconds = Field(5 * DAY, ge=0)
    """A ticket waits on its requester for so long."""
    escalating: Seconds = Field(120.0, ge=0)
    """A page that nobody has answered escalates within this time."""
