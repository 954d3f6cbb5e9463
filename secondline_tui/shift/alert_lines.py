"""The alerts of a handover, a line for each name in each environment: how often it came, and how it stands. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from secondline_tui.domain.items import Alert
from secondline_tui.domain.text import SafeText
from secondline_tui.shift.deeds import Told
from secondline_tui.shift.markdown import named, plain
from secondline_tui.shift.tally import Tally, worst

NAMED = 4
"""Machines, or alerts of one silence, that are named; the others are counted."""
FIRING, PAUSED = "firing now", "paused, so not known"


def tally_line(tally: Tally, silencing: Collection[str], told: Told, *, sure: bool) -> str:
    """One line. `silencing`: the sources in which whoever has an alert has silenced it.

    `sure`: whether what is not there now is over, since its source has answered without it.
    """
    where = f" ({plain(tally.environment)})" if tally.environment else ""
    parts = [f"{f'{tally.times} × ' if tally.times else ''}{named(tally.name)}{where}"]
    standing: dict[str, list[Alert]] = {}
    for alert in tally.there:
        standing.setdefault(_standing(alert, silencing), []).append(alert)
    for word in sorted(standing, key=lambda word: (word != FIRING, word)):
        parts.append(_stand(word, standing[word], told))
    if not tally.there and tally.last is not None:
        parts.append(
            f"last {told(tally.last)}" if sure else f"last seen {told(tally.last)}, not known whether it is over"
        )
    silenced = all(ref.source in silencing for ref in tally.refs)
    told_above = {_standing(alert, silencing) for alert in tally.there}
    had = [by for by in tally.had_by if _silenced_by(by) not in told_above]
    if had:
        parts.append(f"{'silenced' if silenced else 'acknowledged'} by {plain(', '.join(had))}")
    return f"- {', '.join(parts)}"


def _silenced_by(name: str) -> str:
    return f"silenced by {plain(name) or 'somebody'}"


def _standing(alert: Alert, silencing: Collection[str]) -> str:
    """Whether it fires, or what keeps it from being told."""
    if alert.paused:
        return PAUSED
    if alert.acknowledged is not None and alert.ref.source in silencing:
        return _silenced_by(alert.acknowledged.by)
    if alert.downtime:
        return "in downtime"
    return "inhibited" if alert.inhibited else FIRING


def _stand(word: str, alerts: Sequence[Alert], told: Told) -> str:
    """Those that stand alike, with the moment that is each one's own: once where it is the same for all."""
    severity = worst(alerts)
    how_bad = f" ({severity})" if severity else ""
    moments = {told(alert.since) if alert.since is not None else "" for alert in alerts}
    if len(moments) == 1:
        since = f", since {moment}" if (moment := moments.pop()) else ""
        hosts = some(alert.host for alert in alerts if alert.host)
        return f"{word}{f' on {hosts}' if hosts else ''}{how_bad}{since}"
    return f"{word} {_counted(list(dict.fromkeys(_each(alerts, told))))}{how_bad}"


def _each(alerts: Iterable[Alert], told: Told) -> Iterator[str]:
    """Each by its machine and since when, the oldest first, and last those of which that is not known."""
    known = sorted((alert.since, alert.host) for alert in alerts if alert.since is not None)
    yield from (f"{f'on {named(host)} ' if host else ''}since {told(since)}" for since, host in known)
    yield from (f"on {named(a.host)}" if a.host else "since an unknown time" for a in alerts if a.since is None)


def some(names: Iterable[SafeText]) -> str:
    """A few of the names, each once, and how many more there are."""
    return _counted([named(name) for name in dict.fromkeys(names)])


def _counted(words: Sequence[str]) -> str:
    more = f" and {len(words) - NAMED} more" if len(words) > NAMED else ""
    return ", ".join(words[:NAMED]) + more
