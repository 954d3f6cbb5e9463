"""An opened item as lines: everything known about it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.cells import cell_len

from secondline_tui.domain.ages import clock, countdown, short
from secondline_tui.domain.health import Fault
from secondline_tui.domain.items import NO_LINKS, Alert, Card, Detail, Incident, Item, Note, OnCall, Planned, Ticket
from secondline_tui.shift.related import Link
from secondline_tui.shift.stale import untouched
from secondline_tui.ui.related_text import related_lines
from secondline_tui.ui.roster_text import plan_facts, turn_facts
from secondline_tui.ui.rows import SEVERITY, View
from secondline_tui.ui.spans import Line, Role, cut, fit, wrap

LABEL = 14
FIRST_LINES = 6
"""Lines of an alert's output that stand above everything else."""

_TIME_NAME = re.compile(
    r"(?:^|[._])(?:last|next|previous)[._]|time|check|change|expir|since|until|start|end(?:$|[._])|_at$"
)
_EPOCH = re.compile(r"[1-3]\d{9}(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Outdated:
    """What a service said of an item once, and has not said again when it should have."""

    detail: Detail
    as_of: datetime
    fault: Fault | None
    """Why not, where that is known."""


More = Detail | Outdated | Fault | None
"""What the service said when asked for more; None while it is being asked."""


def detail_lines(
    item: Item,
    more: More,
    view: View,
    past: Sequence[Line] = (),
    *,
    is_gone: bool = False,
    paused_since: datetime | None = None,
    related: Sequence[Link] = (),
    told: Sequence[tuple[str, str]] = (),
) -> list[Line]:
    """The whole item, with what is recorded of its past, what belongs to it, and what others tell, name and value.

    `paused_since` tells when a person stopped the asking of its source, if somebody did.
    """
    facts = [line for name, value in told for line in _fact(name, value, view)]
    beside = [*facts, *related_lines(related, view.width), *past]
    return list(_all(item, more, view, beside, is_gone, paused_since))


def _all(
    item: Item, more: More, view: View, beside: Sequence[Line], is_gone: bool, paused_since: datetime | None
) -> Iterator[Line]:
    for line in wrap(item.name_line, view.width - 2):
        yield ((f" {line}", Role.STRONG),)
    if is_gone:
        yield ((" no longer in its source's answer; this is how it was last seen", Role.DOUBT),)
    if view.is_dated(item):
        source, when = item.ref.source, view.dated[item.ref.source]
        if paused_since is not None:
            since = clock(paused_since, view.zone, view.now)
            yield ((f" from {when}: {source} paused since {since}", Role.DOUBT),)
        else:
            yield ((f" from {when}: {source} has not answered since", Role.DOUBT),)
    if isinstance(more, Outdated):
        yield from _outdated(item, more, view)
        more = more.detail
    body = _body_of(item, more)
    said = wrap(body, view.width - 3) if body else []
    if isinstance(item, Alert):
        for line in said[:FIRST_LINES]:
            yield ((f" {line}", Role.PLAIN),)
    yield ()
    yield from _facts(item, view, is_gone=is_gone)
    yield from beside
    if isinstance(item, Alert):
        yield from _text("all of the output", said if len(said) > FIRST_LINES else [])
    else:
        yield from _text("text", said)
    yield from _notes(item, more, view)
    if item.links != NO_LINKS:
        yield ()
        yield from _links(item, view)
    yield from _attributes(item, more, view)


def _outdated(item: Item, more: Outdated, view: View) -> Iterator[Line]:
    why = f"{item.ref.source} did not tell more: {more.fault.message}" if more.fault else "nothing newer is known"
    told = f"text, comments and attributes as of {clock(more.as_of, view.zone, view.now)}: {why}"
    for line in wrap(told, view.width - 2):
        yield ((f" {line}", Role.DOUBT),)


def _fact(name: str, value: str, view: View, role: Role = Role.PLAIN, label: int = LABEL) -> Iterator[Line]:
    for index, part in enumerate(wrap(value, max(10, view.width - label - 2))):
        yield ((f" {fit(name if index == 0 else '', label - 1)} ", Role.MUTED), (part, role))


def _when(moment: datetime | None, view: View) -> str:
    if moment is None:
        return "not known"
    away = (view.now - moment).total_seconds()
    distance = f"{short(away)} ago" if away >= 0 else f"in {short(-away)}"
    return f"{clock(moment, view.zone, view.now)}, {distance}"


def _facts(item: Item, view: View, *, is_gone: bool = False) -> Iterator[Line]:
    match item:
        case Alert():
            yield from _alert(item, view, is_gone=is_gone)
        case Incident():
            yield from _incident(item, view, is_gone=is_gone)
        case Ticket():
            yield from _ticket(item, view, is_gone=is_gone)
        case Card():
            yield from _card(item, view)
        case OnCall():
            for name, value in turn_facts(item, view):
                yield from _fact(name, value, view, Role.STRONG if name == "on call" else Role.PLAIN)
        case Planned():
            for name, value in plan_facts(item):
                yield from _fact(name, value, view)
        case _:
            pass
    yield from _fact("source", item.ref.source, view)


def _alert(alert: Alert, view: View, *, is_gone: bool) -> Iterator[Line]:
    symbol, word, role = SEVERITY[alert.severity]
    if is_gone:
        yield from _fact("state", f"was {word}", view)
    else:
        state = f"{symbol} {word}" if word == alert.state.upper() else f"{symbol} {word} ({alert.state})"
        yield from _fact("state", state, view, role)
        if not (alert.handled or alert.paused):
            yield from _fact("who", f"nobody {'had' if view.is_dated(alert) else 'has'} it", view, Role.WARNING)
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


def _incident(incident: Incident, view: View, *, is_gone: bool) -> Iterator[Line]:
    if incident.drill:
        yield from _fact("", "DRILL: not a real incident", view, Role.ACCENT)
    role = Role.PLAIN if is_gone else (Role.CRITICAL if incident.triggered else Role.GOOD)
    yield from _fact("status", _was(incident.status, is_gone), view, role)
    yield from _fact("urgency", " · ".join(filter(None, (incident.urgency, incident.priority))), view)
    yield from _fact("service", incident.service, view)
    yield from _fact("assigned", ", ".join(incident.assigned) or "nobody", view)
    if incident.acknowledged_by:
        yield from _fact("acknowledged", ", ".join(incident.acknowledged_by), view, Role.GOOD)
    yield from _fact("created", _when(incident.created, view), view)
    if incident.escalates_at is not None and not is_gone:
        yield from _fact("escalates", _escalation(incident, incident.escalates_at, view), view, Role.WARNING)


def _escalation(incident: Incident, at: datetime, view: View) -> str:
    moment, left = clock(at, view.zone, view.now), (at - view.now).total_seconds()
    if view.is_dated(incident):
        return f"{moment}, if nobody has answered it since"
    return f"{moment}, in {countdown(left)}" if left >= 1 else f"{moment}, now"


def _was(word: str, is_gone: bool) -> str:
    return f"was {word}" if is_gone else word


def _ticket(ticket: Ticket, view: View, *, is_gone: bool) -> Iterator[Line]:
    yield from _fact("status", _was(ticket.status, is_gone), view)
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
    quiet = untouched(card, view.now, view.stale)
    if quiet is not None:
        told = f"stale: nobody has touched it for {short(quiet.total_seconds())}"
        yield from _fact("", told, view, Role.WARNING)


def _urls(item: Item) -> Iterator[tuple[str, str]]:
    for name, url in (("page", item.links.web), ("runbook", item.links.runbook), ("graph", item.links.graph)):
        if url:
            yield name, url


def _links(item: Item, view: View) -> Iterator[Line]:
    """Each in one line: they are opened and copied by keys, and rarely read."""
    for name, url in _urls(item):
        yield (f" {fit(name, LABEL - 1)} ", Role.MUTED), (cut(url, max(10, view.width - LABEL - 2)), Role.ACCENT)


def _heading(text: str) -> Iterator[Line]:
    yield ()
    yield ((f" {text}", Role.MUTED),)


def _body_of(item: Item, more: More) -> str:
    if isinstance(more, Detail) and more.body:
        return more.body
    return item.output if isinstance(item, Alert) else (item.description if isinstance(item, Card) else "")


def _text(heading: str, lines: list[str]) -> Iterator[Line]:
    if lines:
        yield from _heading(heading)
    for line in lines:
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
            yield from _fact(name, value + _as_time(name, value, view), view, label=label)


def _as_time(name: str, value: str, view: View) -> str:
    """What stands behind seconds since 1970: the time for people."""
    if not (_TIME_NAME.search(name) and _EPOCH.fullmatch(value)):
        return ""
    return f"  ({_when(datetime.fromtimestamp(float(value), UTC), view)})"


def as_text(item: Item, view: View) -> str:
    """The item as plain text, for a chat or a ticket: what, where, since when, and its links."""
    facts = ["".join(text for text, _ in line).rstrip() for line in _facts(item, view)]
    links = [f" {fit(name, LABEL - 1)} {url}" for name, url in _urls(item)]
    body = item.output if isinstance(item, Alert) else ""
    return "\n".join([item.name_line, *facts, *links, *([body] if body else [])])
