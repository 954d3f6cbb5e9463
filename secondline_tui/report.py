"""The JSON contract: a board as `status --format json` prints it. Keys may be added; none changes its meaning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime

from secondline_tui.domain.board import Board, ItemT, SourceState
from secondline_tui.domain.items import Alert, Card, Dashboard, Handling, Incident, Item, Ticket
from secondline_tui.domain.ordering import alert_key, card_key, incident_key, ticket_key
from secondline_tui.shift.pairing import Pairing
from secondline_tui.shift.related import Related

VERSION = 1


def report(
    board: Board,
    pairing: Pairing,
    *,
    now: datetime,
    monotonic: float,
    environments: Sequence[str],
    related: Related | None = None,
    following: Pairing | None = None,
) -> dict[str, object]:
    """Everything on the board, in the order of the screen; `related` tells what belongs together."""

    def told(items: Iterable[ItemT]) -> list[dict[str, object]]:
        return [{**item_json(item), **_related(item, related)} for item in items]

    return {
        "version": VERSION,
        "as_of": _time(now),
        "sources": {name: _source(state, monotonic) for name, state in board.sources.items()},
        "alerts": told(sorted(board.items(Alert), key=lambda a: alert_key(a, environments))),
        "incidents": told(sorted(board.items(Incident), key=incident_key)),
        "tickets": told(sorted(board.items(Ticket), key=ticket_key)),
        "cards": told(sorted(board.items(Card), key=card_key)),
        "dashboards": [{**_common(d), "title": d.title} for d in board.items(Dashboard)],
        "pairing": {**_pairing(pairing), "next": None if following is None else _pairing(following)},
    }


def _related(item: Item, related: Related | None) -> dict[str, object]:
    """What certainly belongs to an item, and what may; what a person denied is neither."""
    links = [link for link in related.of(item) if not link.denied] if related is not None else []
    return {
        "related": [str(link.item.ref) for link in links if link.sure],
        "maybe": [str(link.item.ref) for link in links if not link.sure],
    }


def item_json(item: Item) -> dict[str, object]:
    """One item, as it stands in the report."""
    match item:
        case Alert():
            return _alert(item)
        case Incident():
            return _incident(item)
        case Ticket():
            return _ticket(item)
        case Card():
            return _card(item)
        case _:
            return _common(item)


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z") if moment else None


def _source(state: SourceState, monotonic: float) -> dict[str, object]:
    age = state.age(monotonic)
    fault = state.fault
    return {
        "type": state.type,
        "environment": state.environment,
        "health": state.health(monotonic).value,
        "as_of": _time(state.as_of),
        "age_seconds": None if age is None else round(age, 1),
        "took_seconds": None if state.took is None else round(state.took, 3),
        "count": len(state.items),
        "rejected": len(state.rejected),
        "rejected_reasons": list(state.rejected[:5]),
        "unseen": list(state.unseen),
        "hidden": state.hidden,
        "account": state.account,
        "error": {"kind": fault.kind.value, "message": fault.message} if fault else None,
        "error_since": _time(state.fault_since),
    }


def _common(item: Item) -> dict[str, object]:
    return {"ref": str(item.ref), "source": item.ref.source, "links": asdict(item.links), "related": [], "maybe": []}


def _handling(handling: Handling | None) -> dict[str, object] | None:
    if handling is None:
        return None
    return {
        "by": handling.by,
        "comment": handling.comment,
        "at": _time(handling.at),
        "until": _time(handling.until),
    }


def _alert(alert: Alert) -> dict[str, object]:
    return {
        **_common(alert),
        "environment": alert.environment,
        "severity": alert.severity.value,
        "state": alert.state,
        "host": alert.host,
        "name": alert.name,
        "output": alert.output,
        "since": _time(alert.since),
        "acknowledged": _handling(alert.acknowledged),
        "downtime": alert.downtime,
        "downtime_until": _time(alert.downtime_until),
        "inhibited": alert.inhibited,
        "flapping": alert.flapping,
        "soft": alert.soft,
        "paused": alert.paused,
        "labels": dict(alert.labels),
    }


def _incident(incident: Incident) -> dict[str, object]:
    return {
        **_common(incident),
        "number": incident.number,
        "title": incident.title,
        "status": incident.status,
        "urgency": incident.urgency,
        "priority": incident.priority or None,
        "service": incident.service,
        "assigned": list(incident.assigned),
        "acknowledged_by": list(incident.acknowledged_by),
        "created": _time(incident.created),
        "escalates_at": _time(incident.escalates_at),
        "drill": incident.drill,
    }


def _ticket(ticket: Ticket) -> dict[str, object]:
    return {
        **_common(ticket),
        "id": ticket.number,
        "subject": ticket.subject,
        "status": ticket.status,
        "priority": ticket.priority,
        "requester": ticket.requester or None,
        "assignee": ticket.assignee or None,
        "group": ticket.group or None,
        "created": _time(ticket.created),
        "updated": _time(ticket.updated),
        "due": _time(ticket.due),
        "tags": list(ticket.tags),
    }


def _card(card: Card) -> dict[str, object]:
    return {
        **_common(card),
        "list": card.list_name,
        "title": card.title,
        "labels": list(card.labels),
        "members": list(card.members),
        "due": _time(card.due),
        "due_done": card.due_done,
        "updated": _time(card.updated),
        "comments": card.comments,
    }


def _pairing(pairing: Pairing) -> dict[str, object]:
    return {
        "date": pairing.day.isoformat(),
        "on_shift": pairing.on_shift,
        "remark": pairing.remark or None,
        "roles": [
            {
                "role": pair.role,
                "ref": None if pair.ref is None else str(pair.ref),
                "planned": pair.planned,
                "actual": pair.actual,
                "from": _time(pair.start),
                "until": _time(pair.until),
                "mismatch": pair.mismatch,
                "override": pair.override,
            }
            for pair in pairing.roles
        ],
    }
