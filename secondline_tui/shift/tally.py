"""The alerts of a stretch of time by how often they came, from the record of what was seen and what fires now. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from secondline_tui.domain.items import Alert, Severity
from secondline_tui.domain.past import Occurrence
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.text import SafeText

_WORST = list(Severity)


@dataclass(slots=True)
class Tally:
    """One alert, by its name, on whatever machines."""

    name: SafeText
    times: int = 0
    """How often it came."""
    last: datetime | None = None
    """When it was last there; for what fires now, since when it does."""
    firing: list[Alert] = field(default_factory=list)
    refs: set[ItemRef] = field(default_factory=set)
    acknowledged_by: dict[SafeText, None] = field(default_factory=dict)
    """Who had it, each once."""

    @property
    def severity(self) -> Severity | None:
        """The worst of those that fire now."""
        return min((alert.severity for alert in self.firing), key=_WORST.index, default=None)

    @property
    def environments(self) -> tuple[SafeText, ...]:
        """Where it fires now."""
        return tuple(dict.fromkeys(alert.environment for alert in self.firing))


def tallies(seen: Iterable[Occurrence], firing: Iterable[Alert], begin: datetime) -> list[Tally]:
    """The most frequent first, then the worst. What fires now and began before `begin` was seen once all the same."""
    found: dict[SafeText, Tally] = {}
    recorded: dict[ItemRef, datetime] = {}
    for one in seen:
        tally = found.setdefault(one.name, Tally(one.name))
        tally.times += 1
        tally.last = max(tally.last or one.last, one.last)
        tally.refs.add(one.ref)
        tally.acknowledged_by |= dict.fromkeys(had.by for had in one.held)
        recorded[one.ref] = max(recorded.get(one.ref, one.last), one.last)
    for alert in firing:
        tally = found.setdefault(alert.name, Tally(alert.name))
        tally.firing.append(alert)
        tally.refs.add(alert.ref)
        since = alert.since or begin
        if alert.ref not in recorded or recorded[alert.ref] < since:  # the record has not been written that far yet
            tally.times += 1
        tally.last = max(tally.last or since, since)
        if alert.acknowledged is not None:
            tally.acknowledged_by[alert.acknowledged.by] = None
    return sorted(found.values(), key=_place)


def _place(tally: Tally) -> tuple[int, int, str]:
    severity = tally.severity
    return -tally.times, _WORST.index(severity) if severity else len(_WORST), tally.name
