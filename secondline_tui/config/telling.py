"""The `[telling]` table: how, when and of what a person is told who is not looking."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from secondline_tui.config.durations import Seconds
from secondline_tui.config.shift import Table

Way = Literal["bell", "desktop", "notify", "sound", "hook"]
Sort = Literal["alert", "page", "ticket", "source", "update"]


def _hours(value: object) -> object:
    if not isinstance(value, str):
        return value
    start, dash, end = value.partition("-")
    try:
        return (time.fromisoformat(start.strip()), time.fromisoformat(end.strip())) if dash else value
    except ValueError:
        raise ValueError(f'{value!r}: hours are written "09:30-17:30"') from None


class Rule(Table):
    """Which things are told in which ways; what is left out matches everything."""

    tell: tuple[Sort, ...] = ()
    """Alerts, pages, tickets, sources that went blind, updates of a declared incident that are due."""
    sources: tuple[str, ...] = ()
    """Names of sources."""
    environments: tuple[str, ...] = ()
    """Environments of alerts."""
    severities: tuple[Literal["critical", "warning", "unknown"], ...] = ()
    """Severities of alerts."""
    hours: Annotated[tuple[time, time], BeforeValidator(_hours)] | None = None
    """Only at these hours of the shift's zone; the end may be on the next day."""
    on_shift: bool = Field(False, alias="on-shift")
    """Only while you are on, by rota and PagerDuty; needs the name in [me]."""
    ways: tuple[Way, ...] | None = None
    """In which ways; without them in all that are set up, [] not at all."""


_USUAL = (Rule(tell=("page", "source", "update")), Rule(tell=("alert",), severities=("critical",)))


class Telling(Table):
    """Nothing is told unless a way is set up here."""

    bell: bool = False
    """Ring the terminal's bell."""
    desktop: Literal["off", "osc9", "osc777"] = "off"
    """Have the terminal show a desktop notification: iTerm2, kitty, WezTerm and Windows Terminal know osc9, foot, urxvt
    and VTE know osc777."""
    notify: tuple[str, ...] = ()
    """A command that shows one: {title} and {text} in it are replaced. An argument vector, no shell."""
    sound: tuple[str, ...] = ()
    """A command that plays a sound."""
    hook: tuple[str, ...] = ()
    """A command that is given what is told as JSON on its standard input."""
    rules: tuple[Rule, ...] = _USUAL
    """The first that matches decides; what none matches is not told."""
    burst: Annotated[Seconds, Field(ge=0, le=300)] = 5.0
    """How long to wait for more: what comes within this time is one notice."""
    again: Annotated[Seconds, Field(ge=10)] = 120.0
    """How soon a page that nobody has seen is told again."""
    blind: Annotated[Seconds, Field(ge=0)] = 60.0
    """How long a source may not answer before that is told."""

    @property
    def ways(self) -> frozenset[str]:
        """The ways that are set up."""
        named = (("bell", self.bell), ("notify", self.notify), ("sound", self.sound), ("hook", self.hook))
        return frozenset([*(name for name, there in named if there), *(["desktop"] if self.desktop != "off" else [])])

    @model_validator(mode="after")
    def _known_ways(self) -> Telling:
        for number, rule in enumerate(self.rules, 1):
            for way in rule.ways or ():
                if way not in self.ways:
                    raise ValueError(f"rule {number} tells by {way}, which is not set up")
        return self
