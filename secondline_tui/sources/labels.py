"""From sets of labels to alerts, as Alertmanager and Grafana share them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from secondline_tui.config.sources import AlertSource
from secondline_tui.domain.items import NO_LINKS, Alert, Handling, Links, Note, Severity
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import EMPTY, SafeText, clean, clean_block, first_line, safe_url

_SEVERITIES = {
    **dict.fromkeys(("page", "critical", "error", "fatal", "emergency", "high", "disaster"), Severity.CRITICAL),
    **dict.fromkeys(("warning", "warn", "medium", "average"), Severity.WARNING),
}
_TEXTS = ("summary", "description", "message")
_RUNBOOKS = ("runbook_url", "runbook")
_GRAPHS = ("dashboard_url", "dashboard", "grafana_url", "grafana", "grafana_path", "graph_url", "graph")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What a service says of one alert, in the terms that both services share."""

    key: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    state: str
    """The service's own word."""
    name: str = ""
    """Where it is not the label alertname."""
    since: datetime | None = None
    handling: Handling | None = None
    notes: tuple[Note, ...] = ()
    muted: bool = False
    inhibited: bool = False
    soft: bool = False
    paused: bool = False
    trouble: str = ""
    """Why the service could not evaluate it."""
    links: Links = NO_LINKS


class Shown:
    """Turns sightings into alerts as one source is configured, and counts those that are not to be shown.

    One is made for each poll. `hidden` counts the alerts of an ignored severity.
    """

    def __init__(self, name: str, source: AlertSource) -> None:
        self._name = name
        self._source = source
        self.hidden = 0

    def alert(self, sighting: Sighting) -> Alert | None:
        """The alert, or None for one whose severity is ignored."""
        severity = self._severity(sighting.labels)
        if severity is None:
            self.hidden += 1
            return None
        labels, source = sighting.labels, self._source
        output = said(sighting)
        return Alert(
            ref=ItemRef(self._name, Kind.ALERT, sighting.key),
            environment=clean(labels.get(source.environment_label) or source.environment),
            severity=Severity.UNKNOWN if sighting.paused else severity,
            state=clean(sighting.state),
            name=clean(sighting.name or labels.get("alertname")) or SafeText("alert without a name"),
            host=clean(labels.get(source.host_label)),
            output=output,
            summary=first_line(output),
            since=sighting.since,
            acknowledged=sighting.handling,
            downtime=sighting.muted,
            inhibited=sighting.inhibited,
            soft=sighting.soft,
            paused=sighting.paused,
            notes=sighting.notes,
            labels=pairs(labels),
            annotations=pairs(sighting.annotations),
            links=sighting.links,
        )

    def _severity(self, labels: Mapping[str, str]) -> Severity | None:
        """The meaning of the severity label; None where the configuration says to ignore it."""
        word = labels.get(self._source.severity_label, "").strip().casefold()
        meaning = self._source.severities.get(word)
        if meaning == "ignore":
            return None
        return Severity(meaning) if meaning else _SEVERITIES.get(word, Severity.UNKNOWN)


def beats(source: AlertSource, labels: Mapping[str, str]) -> bool:
    """Whether these are the labels of the source's heartbeat."""
    wanted = source.heartbeat
    return bool(wanted) and all(labels.get(name) == value for name, value in wanted.items())


def missing_heartbeat(source: AlertSource) -> str:
    """What to say when the heartbeat is not there."""
    labels = ", ".join(f"{name}={value}" for name, value in source.heartbeat.items())
    return f"heartbeat {labels} is missing: alerts do not reach this service"


def old_heartbeat(source: AlertSource) -> str:
    """What to say when the heartbeat is there, but nobody repeats it."""
    labels = ", ".join(f"{name}={value}" for name, value in source.heartbeat.items())
    return f"heartbeat {labels} is not repeated any more: is this an old answer, or do the clocks differ?"


def said(sighting: Sighting) -> SafeText:
    """Why an alert could not be evaluated, then what its annotations say, each text once.

    In that order: the annotations tell of what would be seen, were there anything to see.
    """
    texts = [sighting.annotations[name] for name in _TEXTS if name in sighting.annotations]
    cleaned = map(clean_block, (sighting.trouble, *texts))
    return SafeText("\n".join(dict.fromkeys(text for text in cleaned if text)))


def runbook(annotations: Mapping[str, str]) -> str | None:
    """The runbook that the annotations name."""
    return _first_link(annotations, _RUNBOOKS, "")


def graph(annotations: Mapping[str, str], grafana: str | None) -> str | None:
    """The graph or dashboard that the annotations name; `grafana` completes one given as a path only."""
    return _first_link(annotations, _GRAPHS, f"{grafana}/" if grafana else "")


def _first_link(annotations: Mapping[str, str], names: tuple[str, ...], base: str) -> str | None:
    for name in names:
        text = annotations.get(name, "").strip()
        if not text:
            continue
        if base and (name.endswith("_path") or text.startswith("/")):
            text = _below(base, text.lstrip("/"))
        link = safe_url(text)
        if link is not None:
            return link
    return None


def _below(base: str, path: str) -> str:
    """`path` completed with `base`; what is no path stays as it is."""
    try:
        return urljoin(base, path)
    except ValueError:
        return path


def pairs(table: Mapping[str, str]) -> tuple[tuple[SafeText, SafeText], ...]:
    """A set of labels or annotations as it is shown: cleaned, by name, without what a service adds for itself."""
    return tuple((clean(name), clean(table[name])) for name in sorted(table) if not internal(name))


def internal(name: str) -> bool:
    """Whether a label or annotation is the service's own, such as __alert_rule_uid__."""
    return name.startswith("__") and name.endswith("__")


def attributes(prefix: str, table: Mapping[str, str]) -> tuple[tuple[SafeText, SafeText], ...]:
    """A table as attributes of an item's detail, the service's own ones too."""
    return tuple((clean(f"{prefix}.{name}"), clean(table[name])) for name in sorted(table)) or (
        (SafeText(prefix), EMPTY),
    )
