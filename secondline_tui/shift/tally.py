"""The alerts of a stretch of time by how often they came, from the record and from what is there now. Pure."""

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
    """One alert, by its name, in one environment, on whatever machines."""

    name: SafeText
    environment: SafeText
    times: int = 0
    """How often it came. That a rule is paused does not count: what it would say is not known."""
    last: datetime | None = None
    """When it was last there."""
    there: list[Alert] = field(default_factory=list)
    """Those that the services have now: they fire, or would if nothing held them back."""
    refs: set[ItemRef] = field(default_factory=set)
    had_by: dict[SafeText, None] = field(default_factory=dict)
    """Who had it, each once."""


def worst(alerts: Iterable[Alert]) -> Severity | None:
    """The gravest severity of those that are not paused."""
    return min((alert.severity for alert in alerts if not alert.paused), key=_WORST.index, default=None)


def tallies(seen: Iterable[Occurrence], there: Iterable[Alert], begin: datetime) -> list[Tally]:
    """The most frequent first, then the worst. What fires now and began before `begin` was seen once all the same."""
    found: dict[tuple[SafeText, SafeText], Tally] = {}
    recorded: dict[ItemRef, datetime] = {}
    now = list(there)
    paused = {alert.ref for alert in now if alert.paused}
    for one in seen:
        if one.ref in paused:
            continue
        tally = found.setdefault((one.name, one.environment), Tally(one.name, one.environment))
        tally.times += 1
        tally.last = max(tally.last or one.last, one.last)
        tally.refs.add(one.ref)
        tally.had_by |= dict.fromkeys(had.by for had in one.held)
        recorded[one.ref] = max(recorded.get(one.ref, one.last), one.last)
    for alert in now:
        tally = found.setdefault((alert.name, alert.environment), Tally(alert.name, alert.environment))
        tally.there.append(alert)
        tally.refs.add(alert.ref)
        since = alert.since or begin
        unrecorded = alert.ref not in recorded or recorded[alert.ref] < since  # the record is not written that far yet
        if unrecorded and not alert.paused:
            tally.times += 1
        tally.last = max(tally.last or since, since)
        if alert.acknowledged is not None:
            tally.had_by[alert.acknowledged.by] = None
    return sorted(found.values(), key=_place)


def _place(tally: Tally) -> tuple[int, int, str, str]:
    severity = worst(tally.there)
    return -tally.times, _WORST.index(severity) if severity else len(_WORST), tally.name, tally.environment
