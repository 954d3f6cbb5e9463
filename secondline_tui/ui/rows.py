"""An item as one or two lines of a list. Pure: item, moment and width in; spans out.

Columns are given up from the least important on as the width shrinks; ages and words line up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from secondline_tui.domain.ages import clock, countdown, short
from secondline_tui.domain.items import Alert, Card, Incident, Item, Severity, Ticket
from secondline_tui.domain.ordering import began
from secondline_tui.ui.spans import Line, Role, Span, clip, cut, cut_line, fit, right, spread

SEVERITY = {
    Severity.CRITICAL: ("✖", "CRITICAL", Role.CRITICAL),
    Severity.WARNING: ("!", "WARNING", Role.WARNING),
    Severity.UNKNOWN: ("?", "UNKNOWN", Role.UNKNOWN),
}
AGE = 6
PRIORITY = 10


@dataclass(frozen=True, slots=True)
class View:
    """What a row needs to know beside its item."""

    now: datetime
    zone: tzinfo
    width: int
    tall: bool = False
    """Whether a row has two lines."""
    dated: Mapping[str, str] = field(default_factory=dict)
    """The sources that are not fresh, and from when their items are: such rows show that instead of their age."""


def row(item: Item, view: View) -> tuple[Line, ...]:
    """The lines of an item: one, or two when the view is tall."""
    match item:
        case Alert():
            return _alert(item, view)
        case Incident():
            return (_incident(item, view),)
        case Ticket():
            return (_ticket(item, view),)
        case Card():
            return (_card(item, view),)
        case _:
            return (((item.name_line, Role.PLAIN),),)


def gone(item: Item, view: View, since: datetime, why: str) -> tuple[Line, ...]:
    """The place of an item that went away while it was selected."""
    when = f"{why} {clock(since, view.zone, view.now)}"
    line = spread(((" · ", Role.MUTED), (item.name_line, Role.GONE)), ((when + " ", Role.MUTED),), view.width)
    return (line, ()) if view.tall and isinstance(item, Alert) else (line,)


def age(item: Item, view: View) -> Span:
    """How long it has been so; where its source is not fresh, from when we know."""
    dated = view.dated.get(item.ref.source)
    if dated is not None:
        return f"{right(dated + '?', AGE)}", Role.DATED
    since = began(item)
    return right(short((view.now - since).total_seconds()) if since else "–", AGE), Role.MUTED


# -- alerts --------------------------------------------------------------------------------------------------------


def held_by(alert: Alert) -> str:
    """Who has it and why, in a few words; "" when nobody has."""
    if alert.acknowledged is not None:
        comment = alert.acknowledged.comment.partition("\n")[0]
        return f"{alert.acknowledged.by}: {comment}" if comment else f"{alert.acknowledged.by} has it"
    if alert.downtime:
        return "downtime"
    if alert.inhibited:
        return "follows another"
    return ""


def _marks(alert: Alert) -> str:
    """What else is to be known, as words."""
    words = (("paused", alert.paused), ("flapping", alert.flapping), ("soft", alert.soft))
    return " ".join(word for word, on in words if on)


def _severity(alert: Alert, width: int) -> list[tuple[str, Role]]:
    symbol, word, role = SEVERITY[alert.severity]
    if alert.handled or alert.paused:
        role = Role.MUTED
    return [(f" {symbol} ", role), (fit(word if width >= 8 else word[:4], width), role)]


def _alert(alert: Alert, view: View) -> tuple[Line, ...]:
    return _alert_tall(alert, view) if view.tall else (_alert_flat(alert, view),)


def _alert_tall(alert: Alert, view: View) -> tuple[Line, ...]:
    quiet = alert.handled or alert.paused
    name = Role.MUTED if quiet else Role.STRONG
    start = [*_severity(alert, 8), (" ", Role.PLAIN), (alert.name, name)]
    marks = _marks(alert)
    end = [(f"{marks} ", Role.WARNING), age(alert, view), (" ", Role.PLAIN)]
    where = " · ".join(part for part in (alert.environment, alert.host) if part)
    held = held_by(alert)
    below = [(" " * 12 + where, Role.MUTED if quiet else Role.PLAIN), ("  " + alert.summary, Role.MUTED)]
    return (
        spread(start, end, view.width),
        spread(below, [(cut(held, view.width // 2) + " ", Role.GOOD)] if held else [], view.width),
    )


def _alert_flat(alert: Alert, view: View) -> Line:
    quiet = alert.handled or alert.paused
    text = Role.MUTED if quiet else Role.PLAIN
    width = view.width
    word = 8 if width >= 70 else 4
    environment = 0 if width < 50 else (5 if width < 90 else 11)
    rest = width - 3 - word - environment - (1 if environment else 0) - AGE - 2
    held, marks = held_by(alert), _marks(alert)
    told = " ".join(part for part in (marks, held) if part)
    name_width, host_width, output_width, told_width = _shares(rest, bool(told))
    line = [*_severity(alert, word), (" ", text)]
    if environment:
        line += [(clip(alert.environment, environment), text), (" ", text)]
    line.append((fit(alert.name, name_width), Role.MUTED if quiet else Role.STRONG))
    for value, share, role in (
        (alert.host, host_width, text),
        (alert.summary, output_width, Role.MUTED),
        (told, told_width, Role.GOOD if held else Role.WARNING),
    ):
        if share > 3:
            line += [(" ", text), (fit(value, share - 1), role)]
    return (*line, (" ", text), age(alert, view))


def _shares(rest: int, told: bool) -> tuple[int, int, int, int]:
    """How `rest` cells are shared among name, host, output and who has it."""
    if rest < 45:
        who = rest // 3 if told else 0
        return rest - who, 0, 0, who
    if rest < 75:
        who, host = (rest // 4 if told else 0), rest * 30 // 100
        return rest - who - host, host, 0, who
    name, host = rest * 40 // 100, rest * 22 // 100
    who = rest * 24 // 100 if told else 0
    return name, host, rest - name - host - who, who


# -- pages, tickets, cards -----------------------------------------------------------------------------------------


def _incident(incident: Incident, view: View) -> Line:
    now, width = view.now, view.width
    triggered = incident.triggered
    role = Role.CRITICAL if triggered and not incident.drill else (Role.WARNING if triggered else Role.MUTED)
    symbol, word = ("▲", "TRIGGERED") if triggered else ("✔", "ACKNOWLEDGED" if width >= 90 else "ACKED")
    start = [(f" {symbol} ", role), (fit(word, 12 if width >= 90 else 9), role), (" ", Role.PLAIN)]
    if incident.drill:
        start.append(("DRILL ", Role.ACCENT))
    if incident.priority:
        start.append((f"{cut(incident.priority, PRIORITY)} ", Role.STRONG))
    start.append((incident.name_line, Role.STRONG if triggered else Role.MUTED))
    if width >= 110 and incident.service:
        start.append((f"  {incident.service}", Role.MUTED))
    who = incident.assigned if triggered else (incident.acknowledged_by or incident.assigned)
    names = cut(" + ".join(who if width >= 90 else who[:1]), width // 3)
    end = [(f" {names} ", Role.PLAIN)]
    if incident.ref.source in view.dated:  # a countdown would tell what may long be otherwise
        end += [age(incident, view), (" ", Role.PLAIN)]
    elif incident.escalates_at is not None and triggered:
        left = (incident.escalates_at - now).total_seconds()
        word = "escalates in " if width >= 90 else "↑ "
        end.append((f"{word}{countdown(left)} ", Role.CRITICAL if left < 120 else Role.WARNING))
    elif width >= 60:
        end += [age(incident, view), (" ", Role.PLAIN)]
    return spread(start, end, width)


_PRIORITY = {
    "urgent": ("URGENT", Role.CRITICAL),
    "high": ("HIGH", Role.CRITICAL),
    "normal": ("normal", Role.WARNING),
    "low": ("low", Role.MUTED),
}


def ticket_due(ticket: Ticket, now: datetime) -> tuple[str, Role] | None:
    """The time left to the next target, or how long it is overdue."""
    if ticket.due is None or ticket.handled:
        return None
    left = (ticket.due - now).total_seconds()
    if left < 0:
        return f"late {short(-left)}", Role.CRITICAL
    return f"due {short(left)}", Role.WARNING if left < 4 * 3_600 else Role.MUTED


def _ticket(ticket: Ticket, view: View) -> Line:
    width = view.width
    word, role = _PRIORITY.get(ticket.priority or "", ("triage", Role.WARNING))
    if ticket.handled:
        role = Role.MUTED
    start = [
        (f" {fit(word, 6)} ", role),
        (clip(ticket.status, 7 if width >= 56 else 4), Role.MUTED),
        (f" {ticket.number} ", Role.MUTED),
        (ticket.subject or "(no subject)", Role.MUTED if ticket.handled else Role.STRONG),
    ]
    end: list[tuple[str, Role]] = [(" ", Role.PLAIN)]
    if width >= 90:
        end.append((f"{cut(ticket.requester, width // 5)}  ", Role.MUTED))
    if ticket.assignee and width >= 64:
        end.append((f"{cut(ticket.assignee, width // 5)} ", Role.GOOD))
    due = ticket_due(ticket, view.now)
    if due is not None:
        end.append((f"{due[0]} ", due[1]))
    if due is None or width >= 64 or ticket.ref.source in view.dated:
        end += [age(ticket, view), (" ", Role.PLAIN)]
    return spread(start, end, width)


def _card(card: Card, view: View) -> Line:
    start: list[tuple[str, Role]] = [(" ", Role.PLAIN), (card.title, Role.PLAIN)]
    if card.labels and view.width >= 50:
        start.append((f"  {' · '.join(card.labels)}", Role.ACCENT))
    end: list[tuple[str, Role]] = []
    if card.due is not None and not card.due_done:
        late = card.due < view.now
        end.append((f" due {clock(card.due, view.zone, view.now)}", Role.CRITICAL if late else Role.WARNING))
    if card.comments:
        end.append((f" {card.comments}✎", Role.MUTED))
    end += [age(card, view), (" ", Role.PLAIN)]
    return spread(start, cut_line(end, view.width // 2), view.width)
