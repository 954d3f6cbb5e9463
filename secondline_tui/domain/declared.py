"""An incident that was declared here: what was said of it, and what has been noted since. Pure.

It is told by events that are only ever added: declared, an update, another lead or priority, over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

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
    paged: bool = False
    """Whether that action was confirmed along with it."""
    about: ItemRef | None = None
    """The item that it was declared from."""
    about_name: str = ""
    report: str = ""
    """The name of its report's file; "" where it has none."""
    updates: tuple[Noted, ...] = ()
    changes: tuple[Noted, ...] = ()
    """What was changed of the above since, in words."""
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


class Part(StrEnum):
    """What may be changed of an incident that is there already."""

    LEAD = "lead"
    COMMS = "comms"
    PRIORITY = "priority"


WORDS = {Part.LEAD: "incident lead", Part.COMMS: "communications lead", Part.PRIORITY: "priority"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One part of an incident is another one from now on."""

    id: str
    at: datetime
    by: str
    part: Part
    to: str
    meaning: str = ""
    """What the priority stands for."""
    pace: Pace = Pace()
    """How often people want to hear of one of that priority."""


def value(incident: Declared, part: Part) -> str:
    """What that part of it is now."""
    return {Part.LEAD: incident.lead, Part.COMMS: incident.comms, Part.PRIORITY: incident.priority}[part]


def changed(incident: Declared, change: Change) -> Declared:
    """The incident as it is from then on."""
    before = value(incident, change.part) or ("none" if change.part is Part.PRIORITY else "nobody")
    words = f"{WORDS[change.part]} {before} → {change.to}"
    noted = (*incident.changes, Noted(at=change.at, by=change.by, text=words))
    match change.part:
        case Part.LEAD:
            return replace(incident, lead=change.to, changes=noted)
        case Part.COMMS:
            return replace(incident, comms=change.to, changes=noted)
        case Part.PRIORITY:
            return replace(incident, priority=change.to, meaning=change.meaning, pace=change.pace, changes=noted)


def told(events: Iterable[Declared | Event | Change]) -> tuple[Declared, ...]:
    """Every incident as it stands, in the order they were declared. What is said of an unknown one is left out."""
    found: dict[str, Declared] = {}
    for event in events:
        if isinstance(event, Declared):
            found.setdefault(event.id, event)
            continue
        one = found.get(event.id)
        if one is None:
            continue
        if isinstance(event, Change):
            found[event.id] = changed(one, event)
        elif not event.over:
            updates = sorted((*one.updates, event.noted), key=lambda noted: noted.at)
            found[event.id] = replace(one, updates=tuple(updates))
        elif one.over is None:
            found[event.id] = replace(one, over=event.noted)
    return tuple(found.values())
