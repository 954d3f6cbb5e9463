"""An incident that was declared here: what was said of it, and what has been noted since. Pure.

It is told by events that are only ever added: declared, an update, over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from secondline_tui.domain.refs import ItemRef

SLOWEST = timedelta(days=1_000)
"""Nobody who wants to hear of an incident waits longer."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often people want to hear of an incident; nothing at all means never."""

    every: timedelta = timedelta()
    working_days: int = 0

    def __bool__(self) -> bool:
        return bool(self.every or self.working_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """Something said of an incident after it was declared, exactly as it was typed."""

    at: datetime
    by: str
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One incident. Texts are exactly as typed."""

    id: str
    """Also the name of the action that tells the service which calls people, where there is one."""
    at: datetime
    by: str
    title: str
    priority: str = ""
    meaning: str = ""
    """What that priority stands for."""
    pace: Pace = Pace()
    lead: str = ""
    comms: str = ""
    """Who speaks to everybody else."""
    service: str = ""
    """What is affected."""
    about: ItemRef | None = None
    """The item that it was declared from."""
    about_name: str = ""
    report: str = ""
    """The name of its report's file; "" where it has none."""
    updates: tuple[Noted, ...] = ()
    over: Noted | None = None

    @property
    def running(self) -> bool:
        """Whether nobody has said that it is over."""
        return self.over is None

    @property
    def name(self) -> str:
        """Priority and title."""
        return f"{self.priority} {self.title}".strip()

    @property
    def heard(self) -> datetime:
        """When people last heard of it."""
        return self.updates[-1].at if self.updates else self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What was noted of an incident that is there already."""

    id: str
    noted: Noted
    over: bool = False


def told(events: Iterable[Declared | Event]) -> tuple[Declared, ...]:
    """Every incident as it stands, in the order they were declared. What is said of an unknown one is left out."""
    found: dict[str, Declared] = {}
    for event in events:
        if isinstance(event, Declared):
            found.setdefault(event.id, event)
            continue
        one = found.get(event.id)
        if one is None:
            continue
        if not event.over:
            updates = sorted((*one.updates, event.noted), key=lambda noted: noted.at)
            found[event.id] = replace(one, updates=tuple(updates))
        elif one.over is None:
            found[event.id] = replace(one, over=event.noted)
    return tuple(found.values())
