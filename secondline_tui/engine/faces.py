"""What of an item the record of what was seen cares about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from secondline_tui.domain.items import Alert, Card, Incident, Item, Ticket
from secondline_tui.domain.ordering import began
from secondline_tui.domain.text import EMPTY, SafeText


class Face(NamedTuple):
    """What may change while an item is there. Times are seconds since 1970, as the file holds them."""

    state: str
    since: float | None
    held: tuple[tuple[str, float | None], ...] = ()


@dataclass(slots=True)
class Known:
    """An occurrence that has not ended."""

    number: int
    face: Face


def face_of(item: Item) -> Face | None:
    """How an item looks now; None for those that are no occurrences: who is on call, dashboards."""
    match item:
        case Alert():
            soft = " soft" if item.soft else ""
            handling = item.acknowledged
            held = ((handling.by, _seconds(handling.at)),) if handling is not None and handling.by else ()
            return Face(f"{item.severity} {item.state}{soft}", _seconds(item.since), held)
        case Incident():
            return Face(item.status, _seconds(item.created), tuple((who, None) for who in item.acknowledged_by))
        case Ticket():
            return Face(item.status, _seconds(item.created))
        case Card():
            return Face(item.list_name, None)
        case _:
            return None


def series_of(item: Item) -> tuple[SafeText, SafeText]:
    """The name that its like share, and the environment."""
    return (item.name, item.environment) if isinstance(item, Alert) else (item.name_line, EMPTY)


def began_at(item: Item) -> float | None:
    """When it began to matter, by its own service."""
    return _seconds(began(item))


def is_back(now: Face, before: Face, last_seen: float) -> bool:
    """Whether an alert ended and came back unseen: it looks the same, but began after it was last seen.

    A changed look alone says nothing: monitors count `since` from the last change of severity too.
    """
    if now.since is None or before.since is None or now.state != before.state:
        return False
    return now.since != before.since and now.since > last_seen


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()
