"""Items with everything filled in that a test does not care about."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from secondline_tui.domain.items import Alert, Card, Incident, Severity, Ticket
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import clean
from tests.fakes.clock import BEGIN


def ago(**parts: float) -> datetime:
    return BEGIN - timedelta(**parts)


def alert(key: str, *, source: str = "icinga", **fields: Any) -> Alert:
    given: dict[str, Any] = {
        "environment": clean("production"),
        "severity": Severity.CRITICAL,
        "state": clean("CRITICAL"),
        "name": clean(f"check {key}"),
        "host": clean("web1"),
        "since": ago(minutes=4),
    }
    return Alert(ref=ItemRef(source, Kind.ALERT, key), **{**given, **fields})


def incident(key: str, *, source: str = "pagerduty", **fields: Any) -> Incident:
    given: dict[str, Any] = {
        "number": 4127,
        "title": clean(f"incident {key}"),
        "status": clean("triggered"),
        "urgency": clean("high"),
        "created": ago(minutes=2),
    }
    return Incident(ref=ItemRef(source, Kind.INCIDENT, key), **{**given, **fields})


def ticket(key: str, *, source: str = "zendesk", **fields: Any) -> Ticket:
    given: dict[str, Any] = {
        "number": int(key) if key.isdigit() else 4711,
        "subject": clean(f"ticket {key}"),
        "status": clean("open"),
        "priority": clean("high"),
        "created": ago(hours=6),
    }
    return Ticket(ref=ItemRef(source, Kind.TICKET, key), **{**given, **fields})


def card(key: str, *, source: str = "trello", **fields: Any) -> Card:
    given: dict[str, Any] = {
        "title": clean(f"card {key}"),
        "list_name": clean("Ongoing issues"),
        "updated": ago(days=3),
    }
    return Card(ref=ItemRef(source, Kind.CARD, key), **{**given, **fields})
