"""Order on screen and in the JSON. Every order is total: the reference is the last key, so nothing dances.

Alerts: not yet handled before handled, production before the other environments, critical before warning before
unknown, newest first. Pages: not yet answered first, drills after real ones, the next to escalate first. Tickets in
working order: urgent and high, oldest first; then the ones to triage (no priority, or normal), oldest first; low;
then those that wait for somebody else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

from secondline_tui.domain.items import Alert, Card, Incident, Item, Severity, Ticket

_SEVERITY = {severity: rank for rank, severity in enumerate(Severity)}
_PRIORITY = {"urgent": 0, "high": 1, "normal": 2, "low": 3}
_TO_TRIAGE = _PRIORITY["normal"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

DEFAULT_ENVIRONMENTS = ("production", "staging", "integration", "ci", "test", "development")


class Sort(StrEnum):
    """The orders a person may choose; URGENCY is the working order told above."""

    URGENCY = "urgency"
    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"


def environment_rank(environment: str, order: Sequence[str] = DEFAULT_ENVIRONMENTS) -> int:
    """Place of an environment: exact name first, then a shared beginning ("prod" is production); others last."""
    return _rank(environment, tuple(order))


@lru_cache(maxsize=1_000)  # ten thousand alerts are of a few environments
def _rank(environment: str, order: tuple[str, ...]) -> int:
    name = environment.casefold()
    if not name:
        return len(order)
    for rank, known in enumerate(order):
        if name == known.casefold():
            return rank
    for rank, known in enumerate(order):
        shorter, longer = sorted((name, known.casefold()), key=len)
        if len(shorter) >= 3 and longer.startswith(shorter):
            return rank
    return len(order)


def _seconds(moment: datetime | None) -> float:
    return (moment or _EPOCH).timestamp()


def alert_key(alert: Alert, environments: Sequence[str] = DEFAULT_ENVIRONMENTS) -> tuple[object, ...]:
    """Working order of alerts."""
    return (
        alert.handled or alert.paused,
        environment_rank(alert.environment, environments),
        _SEVERITY[alert.severity],
        -_seconds(alert.since),
        alert.ref,
    )


def incident_key(incident: Incident) -> tuple[object, ...]:
    """Working order of pages."""
    escalates = _seconds(incident.escalates_at) if incident.escalates_at else float("inf")
    return (
        incident.handled,
        incident.drill,
        incident.urgency != "high",
        escalates,
        _seconds(incident.created),
        incident.ref,
    )


def ticket_key(ticket: Ticket) -> tuple[object, ...]:
    """Working order of tickets."""
    rank = _PRIORITY.get(ticket.priority or "normal", _TO_TRIAGE)
    return (ticket.handled, rank, _seconds(ticket.created), ticket.ref)


def card_key(card: Card) -> tuple[object, ...]:
    """The board's own order."""
    return (card.list_name, card.position, card.ref)


def urgency_key(item: Item, environments: Sequence[str] = DEFAULT_ENVIRONMENTS) -> tuple[object, ...]:
    """The working order of whatever sort of item this is."""
    match item:
        case Alert():
            return alert_key(item, environments)
        case Incident():
            return incident_key(item)
        case Ticket():
            return ticket_key(item)
        case Card():
            return card_key(item)
        case _:
            return (item.name_line.casefold(), item.ref)


def began(item: Item) -> datetime | None:
    """When it started to matter: an alert's state change, a page's or ticket's creation, a card's last change."""
    match item:
        case Alert():
            return item.since
        case Incident() | Ticket():
            return item.created
        case Card():
            return item.updated
        case _:
            return None


def sort_key(sort: Sort, environments: Sequence[str] = DEFAULT_ENVIRONMENTS) -> Callable[[Item], tuple[object, ...]]:
    """The key function for one of the orders a person may choose."""
    match sort:
        case Sort.NEWEST:
            return lambda item: (-_seconds(began(item)), item.ref)
        case Sort.OLDEST:
            return lambda item: (_seconds(began(item)), item.ref)
        case Sort.NAME:
            return lambda item: (item.name_line.casefold(), item.ref)
        case _:
            return lambda item: urgency_key(item, environments)
