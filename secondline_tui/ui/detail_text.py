"""An opened item as lines: everything known about it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rich.cells import cell_len

from secondline_tui.domain.ages import clock, countdown, short
from secondline_tui.domain.health import Fault
from secondline_tui.domain.items import Alert, Card, Detail, Incident, Item, Note, Ticket
from secondline_tui.ui.rows import SEVERITY, View
from secondline_tui.ui.spans import Line, Role, cut, fit, wrap

LABEL = 14

More = Detail | Fault | None
"""What the service said when asked for more; None while it is being asked."""


def detail_lines(item: Item, more: More, view: View, *, is_gone: bool = False) -> list[Line]:
    """The whole item."""
    return list(_all(item, more, view, is_gone))


def _all(item: Item, more: More, view: View, is_gone: bool) -> Iterator[Line]:
    for line in wrap(item.name_line, view.width - 2):
        yield ((f" {line}", Role.STRONG),)
    if is_gone:
        yield ((" no longer in its source's answer; this is how it was last seen", Role.DOUBT),)
    if item.ref.source in view.dated:
        yield ((f" from {view.dated[item.ref.source]}: {item.ref.source} has not answered since", Role.DOUBT),)
    yield ()
    yield from _facts(item, view)
    yield from _links(item, view)
    yield from _body(item, more, view)
    yield from _notes(item, more, view)
    yield from _attributes(item, more, view)


def _fact(name: str, value: str, view: View, role: Role = Role.PLAIN, label: int = LABEL) -> Iterator[Line]:
    for index, part in enumerate(wrap(value, max(10, view.width - label - 2))):
        yield ((f" {fit(name if index == 0 else '', label - 1)} ", Role.MUTED), (part, role))


def _when(moment: datetime | None, view: View) -> str:
    if moment is None:
        return "not known"
    away = (view.now - moment).total_seconds()
    distance = f"{short(away)} ago" if away >= 0 else f"in {short(-away)}"
    return f"{clock(moment, view.zone, view.now)}, {distance}"


def _facts(item: Item, view: View) -> Iterator[Line]:
    match item:
        case Alert():
            yield from _alert(item, view)
        case Incident():
            yield from _incident(item, view)
        case Ticket():
            yield from _ticket(item, view)
        case Card():
            yield from _card(item, view)
        case _:
            pass
    yield from _fact("source", item.ref.source, view)


def _alert(alert: Alert, view: View) -> Iterator[Line]:
    symbol, word, role = SEVERITY[alert.severity]
    state = f"{symbol} {word}" if word == alert.state.upper() else f"{symbol} {word} ({alert.state})"
    yield from _fact("state", state, view, role)
    yield from _fact("since", _when(alert.since, view), view)
    yield from _fact("environment", alert.environment or "not known", view)
    if alert.host:
        yield from _fact("host", alert.host, view)
    if alert.acknowledged is not None:
        held = alert.acknowledged
        until = f", until {clock(held.until, view.zone, view.now)}" if held.until else ""
        at = f", {_when(held.at, view)}" if held.at else ""
        yield from _fact("acknowledged", f"by {held.by}{at}{until}", view, Role.GOOD)
        if held.comment:
            yield from _fact("", held.comment, view, Role.GOOD)
    if alert.downtime:
        until = f"until {clock(alert.downtime_until, view.zone, view.now)}" if alert.downtime_until else "yes"
        yield from _fact("downtime", until, view)
    for told, on in (
        ("another problem is the cause (inhibited, or its host is down)", alert.inhibited),
        ("flapping: changes state again and again", alert.flapping),
        ("soft: not yet confirmed by further checks", alert.soft),
        ("its rule is paused", alert.paused),
    ):
        if on:
            yield from _fact("", told, view, Role.WARNING)


def _incident(incident: Incident, view: View) -> Iterator[Line]:
    if incident.drill:
        yield from _fact("", "DRILL: not a real incident", view, Role.ACCENT)
    yield from _fact("status", incident.status, view, Role.CRITICAL if incident.triggered else Role.GOOD)
    yield from _fact("urgency", " · ".join(filter(None, (incident.urgency, incident.priority))), view)
    yield from _fact("service", incident.service, view)
    yield from _fact("assigned", ", ".join(incident.assigned) or "nobody", view)
    if incident.acknowledged_by:
        yield from _fact("acknowledged", ", ".join(incident.acknowledged_by), view, Role.GOOD)
    yield from _fact("created", _when(incident.created, view), view)
    if incident.escalates_at is not None:
        left = countdown((incident.escalates_at - view.now).total_seconds())
        yield from _fact(
            "escalates", f"{clock(incident.escalates_at, view.zone, view.now)}, in {left}", view, Role.WARNING
        )


def _ticket(ticket: Ticket, view: View) -> Iterator[Line]:
    yield from _fact("status", ticket.status, view)
    yield from _fact("priority", ticket.priority or "none: to triage", view)
    yield from _fact("requester", ticket.requester or "not known", view)
    yield from _fact("assignee", ticket.assignee or "nobody", view)
    if ticket.group:
        yield from _fact("group", ticket.group, view)
    yield from _fact("created", _when(ticket.created, view), view)
    yield from _fact("updated", _when(ticket.updated, view), view)
    if ticket.due is not None:
        late = ticket.due < view.now
        yield from _fact("due", _when(ticket.due, view), view, Role.CRITICAL if late else Role.WARNING)
    if ticket.tags:
        yield from _fact("tags", ", ".join(ticket.tags), view)


def _card(card: Card, view: View) -> Iterator[Line]:
    yield from _fact("list", card.list_name, view)
    if card.labels:
        yield from _fact("labels", ", ".join(card.labels), view)
    if card.members:
        yield from _fact("members", ", ".join(card.members), view)
    if card.due is not None:
        yield from _fact("due", _when(card.due, view) + (", done" if card.due_done else ""), view)
    yield from _fact("last change", _when(card.updated, view), view)


def _links(item: Item, view: View) -> Iterator[Line]:
    for name, url in (("page", item.links.web), ("runbook", item.links.runbook), ("graph", item.links.graph)):
        if url:
            yield from _fact(name, url, view, Role.ACCENT)


def _heading(text: str) -> Iterator[Line]:
    yield ()
    yield ((f" {text}", Role.MUTED),)


def _body(item: Item, more: More, view: View) -> Iterator[Line]:
    body = more.body if isinstance(more, Detail) and more.body else ""
    if not body:
        body = item.output if isinstance(item, Alert) else (item.description if isinstance(item, Card) else "")
    if body:
        yield from _heading("output" if isinstance(item, Alert) else "text")
        for line in wrap(body, view.width - 3):
            yield ((f"  {line}", Role.PLAIN),)


def _notes(item: Item, more: More, view: View) -> Iterator[Line]:
    notes = more.notes if isinstance(more, Detail) and more.notes else ()
    if not notes and isinstance(item, Alert):
        notes = item.notes
    if notes:
        yield from _heading(f"comments {len(notes)}")
        for note in notes:
            yield from _note(note, view)


def _note(note: Note, view: View) -> Iterator[Line]:
    label = f"  {note.label}" if note.label else ""
    role = Role.WARNING if "public" in note.label else Role.MUTED
    author = cut(note.author, view.width // 2)
    yield ((f"  {author}", Role.STRONG), (f"  {_when(note.at, view)}", Role.MUTED), (label, role))
    for line in wrap(note.text, view.width - 5):
        yield ((f"    {line}", Role.PLAIN),)


def _attributes(item: Item, more: More, view: View) -> Iterator[Line]:
    if more is None:
        yield from _heading(f"asking {item.ref.source} for more …")
    elif isinstance(more, Fault):
        yield from _heading(f"{item.ref.source} did not tell more:")
        yield from _fact("", more.message, view, Role.DOUBT)
    labels = item.labels if isinstance(item, Alert) else ()
    attributes = more.attributes if isinstance(more, Detail) and more.attributes else labels
    if attributes:
        yield from _heading("attributes, as the service has them")
        label = min(32, 2 + max(cell_len(name) for name, _ in attributes))
        for name, value in attributes:
            yield from _fact(name, value, view, label=label)


def as_text(item: Item, view: View) -> str:
    """The item as plain text, for a chat or a ticket: what, where, since when, and its links."""
    facts = ["".join(text for text, _ in line).rstrip() for line in (*_facts(item, view), *_links(item, view))]
    body = item.output if isinstance(item, Alert) else ""
    return "\n".join([item.name_line, *facts, *([body] if body else [])])
