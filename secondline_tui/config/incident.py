"""The `[incident]` table: how an incident is declared. The defaults are the Government Digital Service's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, field_validator

from secondline_tui.config.durations import seconds
from secondline_tui.config.shift import Table
from secondline_tui.domain.declared import SLOWEST, Pace

_DAYS = re.compile(r"\s*(\d{1,3})\s+(?:working|business)\s+days?\s*", re.IGNORECASE)


def _pace(value: object) -> object:
    if isinstance(value, Pace):
        return value
    if isinstance(value, str) and (days := _DAYS.fullmatch(value)):
        return Pace(working_days=int(days[1]))
    try:
        every = timedelta(seconds=seconds(value))
    except (ValueError, OverflowError):
        every = timedelta(-1)
    if not timedelta() <= every <= SLOWEST:
        raise ValueError('write how often: "30m", "2h", "2 working days"; 0 is never')
    return Pace(every)


class Priority(Table):
    """How grave an incident is."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    name: str = Field(min_length=1, max_length=20)
    """As people, and PagerDuty, call it."""
    word: str = ""
    """What it stands for."""
    update: Annotated[Pace, BeforeValidator(_pace)] = Pace()
    """How often people want to hear of it: that is reminded of."""


class Incident(Table):
    """What is proposed when an incident is declared."""

    priorities: tuple[Priority, ...] = (
        Priority(name="P1", word="complete outage", update=Pace(timedelta(hours=1))),
        Priority(name="P2", word="substantial degradation", update=Pace(timedelta(hours=2))),
        Priority(name="P3", word="intermittent trouble", update=Pace(working_days=2)),
        Priority(name="P4", word="minor", update=Pace(working_days=5)),
    )
    """The gravest first."""
    lead: str = "primary"
    """The role whose person is proposed as incident lead: a word of its name."""
    comms: str = "secondary"
    """The same, for who leads communications."""

    @field_validator("priorities")
    @classmethod
    def _different(cls, priorities: Sequence[Priority]) -> Sequence[Priority]:
        names = [priority.name for priority in priorities]
        if not names or len(set(names)) < len(names):
            raise ValueError("needs at least one priority, each with a name of its own")
        return priorities
