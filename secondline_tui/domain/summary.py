"""The board in a few figures, for a status bar and an exit code. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypedDict

from secondline_tui.domain.ages import short
from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Alert, Incident, Severity, Ticket
from secondline_tui.domain.ordering import DEFAULT_ENVIRONMENTS, alert_key, incident_key
from secondline_tui.domain.trust import judge

NAMED = 8
"""How many of the worst items are named."""


class Summary(TypedDict):
    """What can be said in a line, and a little more for those who point at it. Plain data: it is kept as JSON."""

    critical: int
    warning: int
    unknown: int
    pages: int
    """Pages that nobody has answered."""
    tickets: int
    """Tickets that wait for us."""
    fresh: int
    total: int
    rejected: int
    unseen: int
    """What fresh sources say that they do not see."""
    oldest: float | None
    """Seconds since the oldest answer among the fresh sources."""
    worst: list[str]
    """What is worst, by name."""
    doubts: list[str]
    """Which sources cannot be believed, and why; what others do not see."""
    code: int
    """What `status` ends with."""


def summary(
    board: Board, now: datetime, monotonic: float, environments: Sequence[str] = DEFAULT_ENVIRONMENTS
) -> Summary:
    """The board's figures at one moment. What somebody already has does not count."""
    trust = judge(board, monotonic, environments)
    alerts = [alert for alert in board.items(Alert) if not alert.handled and not alert.paused]
    pages = [incident for incident in board.items(Incident) if incident.triggered]
    counts = {severity: sum(alert.severity is severity for alert in alerts) for severity in Severity}
    return Summary(
        critical=counts[Severity.CRITICAL],
        warning=counts[Severity.WARNING],
        unknown=counts[Severity.UNKNOWN],
        pages=len(pages),
        tickets=sum(not ticket.handled for ticket in board.items(Ticket)),
        fresh=trust.fresh,
        total=trust.total,
        rejected=trust.rejected,
        unseen=sum(len(partial.unseen) for partial in trust.partial),
        oldest=trust.oldest,
        worst=list(_worst(pages, alerts, now, environments)),
        doubts=[
            *(f"{doubt.source} {doubt.health}: {doubt.reason}" for doubt in trust.doubts),
            *(partial.told for partial in trust.partial),
        ],
        code=exit_code(board, monotonic),
    )


def exit_code(board: Board, monotonic: float) -> int:
    """0 nothing to do and all believed; 1 a warning or an alert of unknown severity; 2 a critical alert or a page
    that nobody has answered; 3 some source cannot be believed or does not see everything, or a row was not
    understood, and nothing worse is known. What somebody already has does not count.
    """
    alerts = [alert for alert in board.items(Alert) if not alert.handled and not alert.paused]
    pages = [incident for incident in board.items(Incident) if incident.triggered]
    if pages or any(alert.severity is Severity.CRITICAL for alert in alerts):
        return 2
    if not judge(board, monotonic).whole:
        return 3
    return 1 if alerts else 0


def _worst(
    pages: Sequence[Incident], alerts: Sequence[Alert], now: datetime, environments: Sequence[str]
) -> Iterator[str]:
    for incident in sorted(pages, key=incident_key)[:NAMED]:
        yield f"{'DRILL ' if incident.drill else ''}{incident.name_line}"
    for alert in sorted(alerts, key=lambda alert: alert_key(alert, environments))[: max(0, NAMED - len(pages))]:
        since = f", {short((now - alert.since).total_seconds())}" if alert.since is not None else ""
        yield f"{alert.severity} {alert.environment}: {alert.name_line}{since}"
