"""From a configuration to a running engine and the shift's calendar."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from secondline_tui.cli.bank_holidays import days_off
from secondline_tui.config.errors import ConfigError
from secondline_tui.config.load import load
from secondline_tui.config.models import Config
from secondline_tui.config.place import ENVIRONMENT_VARIABLE, find, user_path
from secondline_tui.config.shift import Appointment, Drill, Shift
from secondline_tui.config.sources import AnySource
from secondline_tui.domain.filters import Filter
from secondline_tui.domain.ports import Actor
from secondline_tui.domain.text import clean
from secondline_tui.engine.clock import SystemClock
from secondline_tui.engine.companion import Companion
from secondline_tui.engine.keeper import Keeper
from secondline_tui.engine.plan import SourcePlan
from secondline_tui.engine.supervisor import Engine
from secondline_tui.glance.place import file_of
from secondline_tui.shift.agenda import Recurring
from secondline_tui.shift.calendar import Calendar
from secondline_tui.shift.drill import NAME as DRILL


@dataclass(frozen=True, slots=True)
class Shiftwork:
    """What is known of the shift itself."""

    calendar: Calendar
    agenda: tuple[Recurring, ...]


def required_config(option: Path | None) -> Config:
    """The configuration; ConfigError when there is none."""
    path = find(option)
    if path is None:
        where = f"{user_path()}: no configuration; name one with --config or ${ENVIRONMENT_VARIABLE}"
        raise ConfigError([f"{where}, or see it work: secondline-tui demo"])
    return load(path)


ActorOpener = Callable[[str, AnySource, Config], Callable[[], Awaitable[Actor]] | None]


def plans(config: Config, *, actors: ActorOpener | None = None, only: Container[str] | None = None) -> list[SourcePlan]:
    """What the engine is told about the sources, `only` some of them; nothing is fetched or imported yet.

    `actors` makes what writes to them: see `cli.acting`. Without it, nothing can be written.
    """
    from secondline_tui.sources.registry import opener  # noqa: PLC0415  (not needed for --help)

    return [
        SourcePlan(
            name=name,
            type=source.type,
            environment=clean(source.environment),
            interval=source.interval,
            deadline=source.deadline,
            open=opener(name, source, config),
            home=_home(source),
            act=actors(name, source, config) if actors is not None else None,
            ignore=tuple(Filter.parse(rule) for rule in source.ignore),
            phase=place / len(config.sources),
        )
        for place, (name, source) in enumerate(config.sources.items())
        if only is None or name in only
    ]


def engine(config: Config, companions: Sequence[Companion] = ()) -> Engine:
    """An engine that only reads."""
    return Engine(plans(config), SystemClock(), companions)


def companions(config: Config, *others: Companion | None) -> list[Companion]:
    """What runs beside the polling of an instance that stays."""
    path = str(config.path) if config.path is not None else ""
    keeper = [Keeper(file_of(path), path, config.ui.environments)] if path else []
    return [*keeper, *(other for other in others if other is not None)]


def _home(source: AnySource) -> str:
    """Where a source leads to, to be told from elsewhere; not to be read, since an address may hold a secret."""
    leads = (source.type, getattr(source, "url", None), getattr(source, "board", None))
    return hashlib.sha256(repr(leads).encode()).hexdigest()[:16]


def shiftwork(shift: Shift, *, patient: bool = False) -> Shiftwork:
    """The calendar and the agenda that the configuration tells.

    One that is `patient` waits for the bank holidays; a screen comes up without them, and has them a second later.
    """
    holidays, trouble = days_off(shift.bank_holidays, frozenset(shift.holidays), patient=patient)
    calendar = Calendar(
        zone=shift.timezone,
        days=frozenset(day.weekday for day in shift.days),
        start=shift.start,
        end=shift.end,
        holidays=holidays,
        trouble=trouble,
    )
    stand_up = shift.stand_up
    if stand_up is not None and not isinstance(stand_up, Appointment):
        stand_up = Appointment(time=stand_up, minutes=15)
    named = (
        ("stand-up", stand_up),
        (DRILL, shift.drill),
        ("incident review", shift.review),
        ("handover", shift.handover),
    )
    agenda = tuple(_recurring(name, item, shift) for name, item in named if item is not None)
    return Shiftwork(calendar, agenda)


def _recurring(name: str, item: Appointment | Drill, shift: Shift) -> Recurring:
    weekday = None if item.day is None else item.day.weekday
    return Recurring(
        name, item.time, item.timezone or shift.timezone, weekday, item.minutes, moves=item.holiday == "next"
    )
