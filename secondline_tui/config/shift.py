"""The `[shift]`, `[me]` and `[ui]` tables."""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from secondline_tui.config.durations import Seconds
from secondline_tui.domain.ordering import DEFAULT_ENVIRONMENTS


class Table(BaseModel):
    """What every table of the configuration shares: unknown keys are errors, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Day(StrEnum):
    """A day of the week."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"

    @property
    def weekday(self) -> int:
        """Monday is 0, as `date.weekday()` counts."""
        return list(Day).index(self)


def _zone(value: object) -> ZoneInfo:
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f'{value!r} is no time zone; write one like "Europe/London"') from None


def _day(value: object) -> object:
    return value[:3].lower() if isinstance(value, str) else value


Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
WeekDay = Annotated[Day, BeforeValidator(_day)]

_WORKING_DAYS = (Day.MON, Day.TUE, Day.WED, Day.THU, Day.FRI)


class Appointment(Table):
    """Something that happens at a time of day: every working day, or on one day of the week."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    day: WeekDay | None = None
    """Day of the week; without it, every working day."""
    time: time
    """Local time of day."""
    timezone: Zone | None = None
    """Zone of that time; without it, the shift's."""
    minutes: int = Field(30, ge=1, le=1_440)
    """How long it lasts."""
    holiday: Literal["skip", "next"] = "next"
    """What becomes of it on a day off, where it has a day of the week: left out, or put off to the next shift."""


class Drill(Appointment):
    """The paging drill, whose incident is not a real one."""

    holiday: Literal["skip", "next"] = "skip"
    """Nobody is there to answer it."""
    title: str = "PagerDuty test drill*"
    """The incident's title; `*` stands for anything."""
    advice: str = "escalate it; SMT resolves it"
    """What to do with it, told while it is there."""
    within: int = Field(10, ge=1, le=480)
    """Minutes after which a drill that did not arrive is told."""


class Shift(Table):
    """When the shift is, and what happens during it. The defaults are GOV.UK's Technical 2nd Line."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    timezone: Zone = Field(default_factory=lambda: ZoneInfo("Europe/London"))
    """Zone of every time in this table and on the screen."""
    days: tuple[WeekDay, ...] = _WORKING_DAYS
    """Days that have a shift."""
    start: time = time(9, 30)
    """When the shift begins."""
    end: time = time(17, 30)
    """When it ends; a time before `start` is on the next day."""
    stand_up: time | Appointment | None = Field(time(9, 35), alias="stand-up")
    """The daily meeting."""
    drill: Drill | None = Drill(day=Day.WED, time=time(10, 0))
    """The paging drill."""
    review: Appointment | None = Appointment(day=Day.MON, time=time(14, 0), minutes=60)
    """The incident review."""
    handover: Appointment | None = Appointment(day=Day.MON, time=time(9, 30))
    """When one pair hands over to the next."""
    holidays: tuple[date, ...] = ()
    """Days without a shift, beside the bank holidays."""
    stale: Seconds = Field(30 * 86_400.0, ge=0)
    """An ongoing issue that nobody has touched for so long is marked as stale; 0 marks none."""
    region: str | None = Field(None, pattern=r"^([A-Z]{2}(-[A-Z0-9]{1,4})?)?$")
    """Whose bank holidays are days without a shift: a country, or a part of one. "" is none's; without it, those of
    England where the zone is London's, else none's."""

    @property
    def bank_holidays(self) -> str:
        """The region whose bank holidays are kept, "" for none."""
        if self.region is not None:
            return self.region
        return "GB-ENG" if self.timezone.key == "Europe/London" else ""


class Me(Table):
    """Who sits in front of the screen."""

    name: str = ""
    """Your name, as it is to stand in comments and as the rota spells it."""
    email: str = ""
    """Your address, as PagerDuty and Zendesk know it."""


class Ui(Table):
    """What the screen looks like."""

    theme: Literal["auto", "dark", "light", "terminal-dark", "terminal-light"] = "auto"
    """auto follows the terminal's background where it tells; terminal-* uses the terminal's own 16 colours."""
    environments: tuple[str, ...] = DEFAULT_ENVIRONMENTS
    """Environments in order of importance; others come after these."""
    show_handled: bool = True
    """Whether acknowledged items are shown at the start."""
    browser: tuple[str, ...] = ()
    """Command that opens a link, which is added as its last argument; empty means the system's own."""
