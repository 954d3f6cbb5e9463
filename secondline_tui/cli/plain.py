"""The board as plain text: for a terminal without a screen, a pipe, or a status line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from secondline_tui.config.models import Config
from secondline_tui.domain.ages import clock, countdown, short
from secondline_tui.domain.board import Board
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Alert, Card, Incident, Severity, Ticket
from secondline_tui.domain.ordering import alert_key, card_key, incident_key, ticket_key
from secondline_tui.domain.trust import judge
from secondline_tui.shift.pairing import Pairing

_SYMBOLS = {Severity.CRITICAL: "✖", Severity.WARNING: "!", Severity.UNKNOWN: "?"}


def line(board: Board, monotonic: float) -> str:
    """One line: what is open, and "?" in front when it cannot all be believed."""
    alerts = [alert for alert in board.items(Alert) if not alert.handled and not alert.paused]
    counts = [f"{_SYMBOLS[s]}{n}" for s in Severity if (n := sum(alert.severity is s for alert in alerts))]
    pages = sum(incident.triggered for incident in board.items(Incident))
    tickets = sum(not ticket.handled for ticket in board.items(Ticket))
    parts = [*counts, f"▲{pages}" if pages else "", f"✉{tickets}" if tickets else ""]
    trust = judge(board, monotonic)
    doubt = "" if trust.whole else f"?{trust.fresh}/{trust.total}"
    return " ".join(part for part in (doubt, *parts) if part) or "✔"


def text(board: Board, today: Pairing, config: Config, now: datetime, monotonic: float) -> str:
    """Everything, a line an item."""
    return "\n".join(
        [
            *_sources(board, config, now, monotonic),
            *_pairing(today, config),
            *_incidents(board, now),
            *_alerts(board, config, now),
            *_tickets(board, now),
            *_cards(board, now),
        ]
    )


def _ago(moment: datetime | None, now: datetime) -> str:
    return short((now - moment).total_seconds()) if moment else "-"


def _sources(board: Board, config: Config, now: datetime, monotonic: float) -> Iterator[str]:
    trust = judge(board, monotonic)
    yield f"{'✔' if trust.whole else '✖'} {trust.fresh} of {trust.total} sources fresh"
    for name, state in board.sources.items():
        health = state.health(monotonic)
        mark = "✔" if health is Health.FRESH else "✖"
        reason = f": {state.fault.message}" if state.fault else ""
        odd = f", {len(state.rejected)} rows not understood" if state.rejected else ""
        as_of = f", as of {clock(state.as_of, config.shift.timezone, now)}" if state.as_of else ""
        yield f"  {mark} {name} {health}{reason}, {len(state.items)} items{odd}{as_of}"


def _pairing(today: Pairing, config: Config) -> Iterator[str]:
    yield f"On {today.day:%a %d %b} ({config.shift.timezone.key})"
    for pair in today.roles:
        differs = f"  ✖ the rota says {pair.planned}" if pair.mismatch else ""
        yield f"  {pair.role}: {pair.person or 'nobody'}{differs}"
    if today.remark:
        yield f"  ✖ {today.remark}"


def _incidents(board: Board, now: datetime) -> Iterator[str]:
    incidents = sorted(board.items(Incident), key=incident_key)
    yield f"Pages {len(incidents)}"
    for item in incidents:
        drill = "DRILL " if item.drill else ""
        left = f"  escalates in {countdown((item.escalates_at - now).total_seconds())}" if item.escalates_at else ""
        yield f"  {drill}{item.status.upper()} {item.name_line}  {', '.join(item.assigned)}{left}  {item.ref}"


def _alerts(board: Board, config: Config, now: datetime) -> Iterator[str]:
    alerts = sorted(board.items(Alert), key=lambda alert: alert_key(alert, config.ui.environments))
    yield f"Alerts {len(alerts)}"
    for item in alerts:
        who = (
            f"  {item.acknowledged.by}: {item.acknowledged.comment.partition(chr(10))[0]}" if item.acknowledged else ""
        )
        marks = "".join(
            f" [{word}]"
            for word, on in (
                ("downtime", item.downtime),
                ("inhibited", item.inhibited),
                ("flapping", item.flapping),
                ("soft", item.soft),
                ("paused", item.paused),
            )
            if on
        )
        yield (
            f"  {_SYMBOLS[item.severity]} {item.state} {item.environment}  {item.name_line}  {item.summary}"
            f"  {_ago(item.since, now)}{marks}{who}  {item.ref}"
        )


def _tickets(board: Board, now: datetime) -> Iterator[str]:
    tickets = sorted(board.items(Ticket), key=ticket_key)
    yield f"Tickets {len(tickets)}"
    for item in tickets:
        yield f"  {item.priority or 'untriaged'} {item.status} {item.name_line}  {_ago(item.created, now)}  {item.ref}"


def _cards(board: Board, now: datetime) -> Iterator[str]:
    cards = sorted(board.items(Card), key=card_key)
    yield f"Ongoing issues {len(cards)}"
    for item in cards:
        yield f"  {item.title}  changed {_ago(item.updated, now)} ago  {item.ref}"
