"""An item as one or two lines of a list. Pure: item, moment and width in; spans out.

Columns are given up from the least important on as the width shrinks; ages and words line up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from secondline_tui.domain.ages import clock, countdown, short
from secondline_tui.domain.items import Alert, Card, Incident, Item, Severity, Ticket
from secondline_tui.domain.ordering import began
from secondline_tui.domain.refs import ItemRef
from secondline_tui.shift.stale import NEVER, untouched
from secondline_tui.ui.spans import Line, Role, Span, cells, cut, cut_line, fit, right, spread, width_of

SEVERITY = {
    Severity.CRITICAL: ("✖", "CRITICAL", Role.CRITICAL),
    Severity.WARNING: ("!", "WARNING", Role.WARNING),
    Severity.UNKNOWN: ("?", "UNKNOWN", Role.UNKNOWN),
}
AGE = 6
PRIORITY = 10
DUE = 9
NEW: Span = ("new", Role.ACCENT)
"""The mark of what came since the person last looked."""
SHORT = {"production": "prod", "staging": "stag", "integration": "int", "development": "dev", "pending": "pend"}


def _alone(_: Item) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class View:
    """What a row needs to know beside its item."""

    now: datetime
    zone: tzinfo
    width: int
    tall: bool = False
    """Whether a row has two lines."""
    dated: Mapping[str, str] = field(default_factory=dict)
    """The sources that are not fresh, and from when their items are: such rows are dim, with "?" behind their age."""
    receipts: Mapping[ItemRef, Span] = field(default_factory=dict)
    """What is under way, or went wrong, with items that something was done to."""
    related: Callable[[Item], str] = _alone
    """What belongs to an item, in a few words."""
    new: Collection[ItemRef] = ()
    """What came since the person last looked."""
    stale: timedelta = NEVER
    """For how long nobody has touched an ongoing issue that is stale."""

    def is_dated(self, item: Item) -> bool:
        """Whether an item is an old one, of a source that does not answer now."""
        return item.ref.source in self.dated


def row(item: Item, view: View) -> tuple[Line, ...]:
    """The lines of an item: one, or two when the view is tall. Only its age stands out in an item that is old."""
    lines = _row(item, view)
    receipt = view.receipts.get(item.ref) or (NEW if item.ref in view.new else None)
    if related := view.related(item):
        taken = cells(receipt[0]) + 2 if receipt is not None else 0
        lines = (_with_related(lines[0], related, view.width - taken), *lines[1:])
    if view.is_dated(item):
        lines = tuple(
            tuple((text, role if role is Role.DATED else Role.MUTED) for text, role in line) for line in lines
        )
    return lines if receipt is None else (_with_receipt(lines[0], receipt, view.width), *lines[1:])


def _with_related(line: Line, related: str, width: int) -> Line:
    """A line with what belongs to it before its last column, as far as there is room: nothing else is given up."""
    *start, end = line
    while start and not start[-1][0].strip():
        start.pop()
    if start:
        start[-1] = (start[-1][0].rstrip(), start[-1][1])
    room = width - width_of(start) - width_of((end,)) - 3
    shown = next((text for text in (related, related.partition(" ")[0]) if cells(text) <= room), "")
    return spread(start, ((f"{shown} ", Role.ACCENT), end), width) if shown else line


def _with_receipt(line: Line, receipt: Span, width: int) -> Line:
    """A line with what is under way before its last column: in place of blanks, or else of what stands there."""
    *start, end = line
    while start and not start[-1][0].strip():
        start.pop()
    if start:
        start[-1] = (start[-1][0].rstrip(), start[-1][1])
    ending = ((f" {receipt[0]} ", receipt[1]), end)
    return spread(_narrowed(start, width_of(start) + 1 + width_of(ending) - width), ending, width)


def _narrowed(line: Sequence[Span], missing: int) -> list[Span]:
    """The same words in fewer cells, where there are so many blanks between them."""
    narrow = list(line)
    for n, (text, role) in enumerate(line):
        if missing > 0 and not text.strip() and len(text) > 1:
            spare = min(missing, len(text) - 1)
            narrow[n] = (text[spare:], role)
            missing -= spare
    return narrow if missing <= 0 else list(line)


def _row(item: Item, view: View) -> tuple[Line, ...]:
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
    """How long it has been so; "?" behind it where its source is not fresh, since it may have ended."""
    since = began(item)
    return _dated(right(short((view.now - since).total_seconds()) if since else "–", AGE), Role.MUTED, item, view)


def _dated(text: str, role: Role, item: Item, view: View) -> Span:
    """A text, and the cell behind it that tells whether it may no longer be true."""
    return (f"{text}?", Role.DATED) if view.is_dated(item) else (f"{text} ", role)


def short_word(word: str, width: int) -> str:
    """A word in exactly `width` cells: whole, by its usual short form, or visibly cut."""
    return fit(word if cells(word) <= width else SHORT.get(word.casefold(), word), width)


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
    end = [(f"{marks} ", Role.WARNING), age(alert, view)]
    where = " · ".join(part for part in (alert.environment, alert.host) if part)
    held = held_by(alert)
    below = [(" " * 12 + where, Role.MUTED if quiet else Role.PLAIN), ("  " + alert.summary, Role.MUTED)]
    return (
        spread(start, end, view.width),
        spread(below, [(cut(held, view.width // 2) + " ", Role.GOOD)] if held else [], view.width),
    )


@dataclass(frozen=True, slots=True)
class _Columns:
    """Cells of the columns of an alert in one line, each with the blank before it. The same in every row."""

    name: int
    host: int = 0
    what: int = 0
    """Who has it, and what the check said; where there is no such column, who has it takes a part of the name's."""


def _columns(rest: int) -> _Columns:
    """How `rest` cells are shared. The longest usual names come first, then there is room for what is said."""
    if rest < 45:
        return _Columns(rest)
    if rest < 88:
        host = rest * 30 // 100
        return _Columns(rest - host, host)
    name, host = min(64, max(48, rest * 51 // 100)), min(32, max(14, rest * 20 // 100))
    return _Columns(name, host, rest - name - host)


def _alert_flat(alert: Alert, view: View) -> Line:
    quiet = alert.handled or alert.paused
    text = Role.MUTED if quiet else Role.PLAIN
    width = view.width
    word = 8 if width >= 70 else 4
    environment = 0 if width < 50 else (5 if width < 130 else 11)
    columns = _columns(width - 3 - word - environment - (1 if environment else 0) - AGE - 2)
    held, marks = held_by(alert), _marks(alert)
    told: Span = (" ".join(part for part in (marks, held) if part), Role.GOOD if held else Role.WARNING)
    name: Span = (alert.name, Role.MUTED if quiet else Role.STRONG)
    line = list(_severity(alert, word))
    if environment:
        line += [(" ", text), (short_word(alert.environment, environment), text)]
    if columns.what:
        line += _column([name], columns.name)
    else:
        who = columns.name // 3 if told[0] else 0
        line += [*_column([name], columns.name - who), *_column([told], who)]
    line += _column([(alert.host, text)], columns.host)
    gap = "  " if told[0] and alert.summary else ""
    line += _column([told, (gap + alert.summary, Role.MUTED)], columns.what)
    return (*line, (" ", text), age(alert, view))


def _column(content: list[Span], width: int) -> list[Span]:
    """A blank and the content, cut and padded: exactly `width` cells."""
    if width < 2:
        return [(" " * width, Role.PLAIN)]
    shown = cut_line(content, width - 1)
    return [(" ", Role.PLAIN), *shown, (" " * (width - 1 - width_of(shown)), Role.PLAIN)]


# -- pages, tickets, cards -----------------------------------------------------------------------------------------


def _incident(incident: Incident, view: View) -> Line:
    width, triggered = view.width, incident.triggered
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
    if incident.escalates_at is not None and triggered:
        end.append(_escalation(incident, incident.escalates_at, view))
    elif width >= 60 or view.is_dated(incident):
        end.append(age(incident, view))
    return spread(start, end, width)


def _escalation(incident: Incident, at: datetime, view: View) -> Span:
    """When somebody else is called. No countdown where the source does not answer: it may long be otherwise."""
    wide = view.width >= 90
    left = (at - view.now).total_seconds()
    if view.is_dated(incident):
        verb = ("escalates" if left > 0 else "escalated by") if wide else "↑"
        return _dated(f"{verb} {clock(at, view.zone, view.now)}", Role.DATED, incident, view)
    return f"{escalates(left) if wide else f'↑ {countdown(left)}'} ", Role.CRITICAL if left < 120 else Role.WARNING


def escalates(left: float) -> str:
    """ "escalates in 3:41", or "escalates now" once it is due; `left` in seconds."""
    return f"escalates {'in ' if left >= 1 else ''}{countdown(left)}"


_PRIORITY = {
    "urgent": ("URGENT", Role.CRITICAL),
    "high": ("HIGH", Role.CRITICAL),
    "normal": ("normal", Role.WARNING),
    "low": ("low", Role.MUTED),
}


def ticket_due(ticket: Ticket, now: datetime, *, brief: bool = False) -> tuple[str, Role] | None:
    """The time left to the next target, or how long it is overdue; in at most nine cells, or eight when brief."""
    if ticket.due is None or ticket.handled:
        return None
    left = (ticket.due - now).total_seconds()
    if left < 0:
        return f"late {_roughly(-left)}", Role.CRITICAL
    return f"in {_roughly(left) if brief else short(left)}", Role.WARNING if left < 4 * 3_600 else Role.MUTED


def _roughly(seconds: float) -> str:
    """One unit: "58m", "46h", "9d"."""
    hours = int(seconds) // 3_600
    return short(seconds) if not hours else (f"{hours}h" if hours < 96 else f"{hours // 24}d")


def _ticket(ticket: Ticket, view: View) -> Line:
    return _ticket_wide(ticket, view) if view.width >= 64 else _ticket_narrow(ticket, view)


def _priority(ticket: Ticket) -> tuple[str, Role]:
    word, role = _PRIORITY.get(ticket.priority or "", ("triage", Role.WARNING))
    return word, Role.MUTED if ticket.handled else role


def _subject(ticket: Ticket) -> Span:
    return ticket.subject or "(no subject)", Role.MUTED if ticket.handled else Role.STRONG


def _ticket_wide(ticket: Ticket, view: View) -> Line:
    width = view.width
    word, role = _priority(ticket)
    start = [
        (f" {fit(word, 6)} ", role),
        (short_word(ticket.status, 7), Role.MUTED),
        (f" {ticket.number} ", Role.MUTED),
        _subject(ticket),
    ]
    end: list[Span] = []
    if width >= 90:
        end += _column([(ticket.requester, Role.MUTED)], width // 6)
    end += _column([(_name(ticket.assignee, width // 7), Role.GOOD)], width // 7 + 1)
    due = ticket_due(ticket, view.now) or ("", Role.MUTED)
    return spread(start, [*end, (f" {right(due[0], DUE)} ", due[1]), age(ticket, view)], width)


def _ticket_narrow(ticket: Ticket, view: View) -> Line:
    """What counts most: how urgent it is, or what it waits for; its subject; the time left, else its age."""
    word, role = (short_word(ticket.status, 6), Role.MUTED) if ticket.handled else _priority(ticket)
    start = [(f" {fit(word, 6)} ", role), (f"{ticket.number} ", Role.MUTED), _subject(ticket)]
    due = ticket_due(ticket, view.now, brief=True)
    end = [_dated(due[0], due[1], ticket, view) if due else age(ticket, view)]
    who = _name(ticket.assignee, 8)
    if who and (view.width >= 45 or width_of((*start, *end)) + cells(who) + 2 <= view.width):
        end.insert(0, (f"{who} ", Role.GOOD))
    return spread(start, end, view.width)


def _name(person: str, width: int) -> str:
    """A person's name, or the first part of it, in at most `width` cells."""
    return person if cells(person) <= width else cut(person.partition(" ")[0], width)


def _card(card: Card, view: View) -> Line:
    start: list[tuple[str, Role]] = [(" ", Role.PLAIN), (card.title, Role.PLAIN)]
    if card.labels and view.width >= 50:
        start.append((f"  {' · '.join(card.labels)}", Role.ACCENT))
    end: list[tuple[str, Role]] = []
    if card.due is not None and not card.due_done:
        late = card.due < view.now
        end.append((f" due {clock(card.due, view.zone, view.now)}", Role.CRITICAL if late else Role.WARNING))
    if card.comments and (not end or view.width >= 60):
        end.append((f" {right(f'{card.comments}✎', 3)} ", Role.MUTED))
    if untouched(card, view.now, view.stale) is not None:
        end.append((" stale ", Role.WARNING))
    return spread(start, [*cut_line(end, view.width // 2), age(card, view)], view.width)
