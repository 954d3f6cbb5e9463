"""The board as plain text: for a terminal without a screen, a pipe, or a status line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from secondline_tui.config.models import Config
from secondline_tui.domain.ages import clock, short
from secondline_tui.domain.board import Board
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Alert, Card, Incident, Item, Severity, Ticket
from secondline_tui.domain.ordering import alert_key, card_key, incident_key, ticket_key
from secondline_tui.domain.trust import does_not_see, judge
from secondline_tui.shift.pairing import Pairing
from secondline_tui.ui.arrange import count_told, known, states_for
from secondline_tui.ui.rows import escalates

_SYMBOLS = {Severity.CRITICAL: "✖", Severity.WARNING: "!", Severity.UNKNOWN: "?"}


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"


def text(board: Board, today: Pairing, config: Config, now: datetime, monotonic: float) -> str:
    """Everything, a line an item."""
    return "\n".join(
        [
            *_sources(board, config, now, monotonic),
            *_pairing(today, config),
            *_incidents(board, now, monotonic),
            *_alerts(board, config, now, monotonic),
            *_tickets(board, now, monotonic),
            *_cards(board, now, monotonic),
        ]
    )


def _count(items: Sequence[Item], kind: type[Item], board: Board, monotonic: float) -> str:
    return count_told(len(items), known(states_for(board, kind), monotonic, {}))


def _ago(moment: datetime | None, now: datetime) -> str:
    return short((now - moment).total_seconds()) if moment else "-"


def _sources(board: Board, config: Config, now: datetime, monotonic: float) -> Iterator[str]:
    trust = judge(board, monotonic)
    mark = "✔" if trust.whole else "!" if trust.total and not trust.doubts else "✖"
    but = f", but {_rows(trust.rejected)} not understood" if trust.rejected else ""
    yield f"{mark} {trust.fresh} of {trust.total} sources fresh{but}"
    partial = {source.source for source in trust.partial}
    for name, state in board.sources.items():
        health = state.health(monotonic)
        mark = "!" if name in partial else "✔" if health is Health.FRESH else "✖"
        reason = f": {state.fault.message}" if state.fault else ""
        reason += f", but {does_not_see(state.unseen)}" if name in partial else ""
        odd = f", {_rows(len(state.rejected))} not understood" if state.rejected else ""
        items = f"{len(state.items)} item{'' if len(state.items) == 1 else 's'}"
        as_of = f", as of {clock(state.as_of, config.shift.timezone, now)}" if state.as_of else ""
        yield f"  {mark} {name} {health}{reason}, {items}{odd}{as_of}"


def _pairing(today: Pairing, config: Config) -> Iterator[str]:
    yield f"On {today.day:%a %d %b} ({config.shift.timezone.key})"
    for pair in today.roles:
        how = f"  ✖ {pair.difference}" if pair.mismatch else "  planned" if pair.only_planned else ""
        yield f"  {pair.role}: {pair.person or 'nobody'}{how}"
    yield from (f"  ! {warning}" for warning in today.warnings)
    if today.remark:
        yield f"  ✖ {today.remark}"


def _incidents(board: Board, now: datetime, monotonic: float) -> Iterator[str]:
    incidents = sorted(board.items(Incident), key=incident_key)
    yield f"Pages {_count(incidents, Incident, board, monotonic)}"
    for item in incidents:
        drill = "DRILL " if item.drill else ""
        left = f"  {escalates((item.escalates_at - now).total_seconds())}" if item.escalates_at else ""
        yield f"  {drill}{item.status.upper()} {item.name_line}  {', '.join(item.assigned)}{left}  {item.ref}"


def _how_bad(alert: Alert) -> str:
    """The severity, then the service's own word where that is another."""
    return alert.severity if alert.state.casefold() == alert.severity else f"{alert.severity} {alert.state}"


def _alerts(board: Board, config: Config, now: datetime, monotonic: float) -> Iterator[str]:
    alerts = sorted(board.items(Alert), key=lambda alert: alert_key(alert, config.ui.environments))
    yield f"Alerts {_count(alerts, Alert, board, monotonic)}"
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
            f"  {_SYMBOLS[item.severity]} {_how_bad(item)} {item.environment}  {item.name_line}  {item.summary}"
            f"  {_ago(item.since, now)}{marks}{who}  {item.ref}"
        )


def _tickets(board: Board, now: datetime, monotonic: float) -> Iterator[str]:
    tickets = sorted(board.items(Ticket), key=ticket_key)
    yield f"Tickets {_count(tickets, Ticket, board, monotonic)}"
    for item in tickets:
        yield f"  {item.priority or 'untriaged'} {item.status} {item.name_line}  {_ago(item.created, now)}  {item.ref}"


def _cards(board: Board, now: datetime, monotonic: float) -> Iterator[str]:
    cards = sorted(board.items(Card), key=card_key)
    yield f"Ongoing issues {_count(cards, Card, board, monotonic)}"
    for item in cards:
        yield f"  {item.title}  changed {_ago(item.updated, now)} ago  {item.ref}"
