"""The same trouble told by two services: the page that an alert has led to. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from secondline_tui.domain.items import Alert, Incident

SHORTEST = 4
"""Letters that a name must have to be looked for in a title: "ping" is a name, "up" is any word."""


@dataclass(frozen=True, slots=True)
class Page:
    """An incident that belongs to an alert."""

    incident: Incident
    sure: bool
    """Whether it names both, or the monitor's own key; an incident that names only one of them may be another's."""


def pages_of(alert: Alert, incidents: Iterable[Incident]) -> tuple[Page, ...]:
    """The incidents that tell of an alert, those that certainly do first."""
    pages = [Page(incident, sure) for incident in incidents if (sure := _tells(incident, alert)) is not None]
    return tuple(sorted(pages, key=lambda page: not page.sure))


def _tells(incident: Incident, alert: Alert) -> bool | None:
    """Whether it certainly tells of the alert, or None when nothing says that it does."""
    key = str(incident.alert_key)
    name, host = _names(alert.name, key), _names(alert.host, key)
    if key and (key == alert.ref.key or (name and (host or not alert.host))):
        return True
    name, host = _names(alert.name, incident.title), _names(alert.host, incident.title)
    if name:
        return host or not alert.host
    return False if host else None


def _names(name: str, text: str) -> bool:
    """Whether a text holds a name as a word of its own."""
    if len(name) < SHORTEST:
        return False
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE) is not None
