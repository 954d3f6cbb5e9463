"""The parts of a handover that tell of items, each a list of Markdown lines. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from secondline_tui.domain.actions import Action
from secondline_tui.domain.ages import short
from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Alert, Card, Incident, Ticket
from secondline_tui.domain.offers import SILENCING
from secondline_tui.domain.ordering import ticket_key
from secondline_tui.domain.past import Occurrence
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.shift.alert_lines import some, tally_line
from secondline_tui.shift.deeds import Told, deeds, subject
from secondline_tui.shift.markdown import linked, named, plain, shortened
from secondline_tui.shift.stale import stale
from secondline_tui.shift.tally import tallies

SOON = timedelta(days=7)
"""What ends within a turn of the rota is told; a silence for years is nobody's business now."""
UNKNOWN = "not known whether it is over"
LONG_PENDING = timedelta(days=5)
"""A requester who has not answered for so long should be asked again, or the ticket solved."""


def incidents(board: Board, seen: Sequence[Occurrence], actions: Sequence[Action], told: Told) -> list[str]:
    """The open ones, then those that are over."""
    open_ = list(board.items(Incident))
    refs = {item.ref for item in open_}
    points = [[_incident(item, told), *deeds(actions, {item.ref}, told)] for item in open_]
    over: dict[ItemRef, str] = {}
    for one in seen:
        if one.ref.kind is Kind.INCIDENT and one.ref not in refs:
            who = ", ".join(dict.fromkeys(had.by for had in one.held))
            by = f", answered by {plain(who)}" if who else ""
            if board.answered_since(one.ref, one.last):
                over[one.ref] = f"- over: {named(one.title)}, {told(one.first)} to {told(one.last)}{by}"
            else:
                seen_last = f"since {told(one.first)}, last seen {told(one.last)}"
                over[one.ref] = f"- {UNKNOWN}: {named(one.title)}, {seen_last}{by}"
    for action in actions:
        ref = subject(action)
        if ref.kind is Kind.INCIDENT and ref not in refs:
            if ref != action.intent.ref and not action.remote:
                how = "declared"
            else:
                how = "over" if board.answered_since(ref, action.intent.at) else UNKNOWN
            over.setdefault(ref, f"- {how}: {named(action.intent.item)}")
    points += [[line, *deeds(actions, {ref}, told)] for ref, line in over.items()]
    return _points(points, "incidents")


def _incident(item: Incident, told: Told) -> str:
    drill = "DRILL, " if item.drill else ""
    who = ", ".join(item.acknowledged_by if item.handled else item.assigned)
    by = f" by {plain(who)}" if who and item.handled else f", calling {plain(who)}" if who else ""
    since = f", since {told(item.created)}" if item.created else ""
    of = ", ".join(plain(word) for word in (item.priority, item.service) if word)
    return f"- {drill}{linked(item.name_line, item.links.web)}: {item.status}{by}{since}{f' ({of})' if of else ''}"


def alerts(
    board: Board, seen: Sequence[Occurrence], actions: Sequence[Action], begin: datetime, told: Told
) -> list[str]:
    """By how often they came, with who did what."""
    counted = tallies((one for one in seen if one.ref.kind is Kind.ALERT), board.items(Alert), begin)
    silencing = _silencing(board)
    points = [
        [
            tally_line(
                tally, silencing, told, sure=all(board.answered_since(ref, tally.last or begin) for ref in tally.refs)
            ),
            *deeds(actions, tally.refs, told),
        ]
        for tally in counted
    ]
    known = {ref for tally in counted for ref in tally.refs}
    gone = {a.intent.ref: a.intent for a in actions if a.intent.ref.kind is Kind.ALERT and a.intent.ref not in known}
    for ref, intent in gone.items():
        how = "no longer there" if board.answered_since(ref, intent.at) else UNKNOWN
        points.append([f"- {named(intent.item)}: {how}", *deeds(actions, {ref}, told)])
    return _points(points, "alerts")


def _silencing(board: Board) -> frozenset[str]:
    """The sources in which whoever has an alert has silenced it."""
    return frozenset(state.name for state in board.sources.values() if state.type in SILENCING)


def ending(board: Board, now: datetime, told: Told) -> list[str]:
    """What will run out by itself, the next one first; what covers several alerts is told once."""
    found: dict[tuple[datetime, str], list[SafeText]] = {}
    silencing = _silencing(board)
    for alert in board.items(Alert):
        for until, what in _ends(alert, silenced=alert.ref.source in silencing):
            if now < until <= now + SOON:
                found.setdefault((until, what), []).append(alert.name_line)
    lines = [f"- until {told(until)}, {what}: {some(found[until, what])}" for until, what in sorted(found)]
    return shortened(lines, "that run out")


def _ends(alert: Alert, *, silenced: bool) -> Iterator[tuple[datetime, str]]:
    had = alert.acknowledged
    if had is not None and had.until is not None:
        comment = f" “{plain(had.comment, 80)}”" if had.comment else ""
        yield had.until, f"{'silenced' if silenced else 'acknowledged'} by {plain(had.by) or 'somebody'}{comment}"
    if alert.downtime and alert.downtime_until is not None:
        yield alert.downtime_until, "in downtime"


def tickets(board: Board, actions: Sequence[Action], now: datetime, told: Told) -> list[str]:
    """Urgent and high ones that wait for us."""
    points = [[_ticket(item, now), *deeds(actions, {item.ref}, told)] for item in _pressing(board)]
    return _points(points, "tickets")


def _pressing(board: Board) -> list[Ticket]:
    found = [t for t in board.items(Ticket) if not t.handled and t.priority in ("urgent", "high")]
    return sorted(found, key=ticket_key)


def waiting(board: Board, actions: Sequence[Action], now: datetime, told: Told) -> list[str]:
    """Those that wait for the requester, or for others, the longest first."""
    found = sorted(_waits(board), key=lambda item: (item.updated or now, item.number))
    return _points(([_waiting(item, now), *deeds(actions, {item.ref}, told)] for item in found), "tickets")


def _waits(board: Board) -> list[Ticket]:
    return [item for item in board.items(Ticket) if item.status in ("pending", "hold")]


def _ticket(item: Ticket, now: datetime) -> str:
    age = f", {short((now - item.created).total_seconds())} old" if item.created else ""
    has = f", {plain(item.assignee)} has it" if item.assignee else ", nobody has it"
    return f"- {linked(item.name_line, item.links.web)}: {item.priority}, {item.status}{age}{has}"


def _waiting(item: Ticket, now: datetime) -> str:
    quiet = now - item.updated if item.updated else None
    for_ = f" for {short(quiet.total_seconds())}" if quiet is not None else ""
    late = ", to be asked again" if item.status == "pending" and quiet is not None and quiet >= LONG_PENDING else ""
    has = f", {plain(item.assignee)} has it" if item.assignee else ""
    return f"- {linked(item.name_line, item.links.web)}: {item.status}{for_}{late}{has}"


def cards(board: Board, actions: Sequence[Action], begin: datetime, told: Told) -> list[str]:
    """The new ones, then those that changed, the last one first."""
    new, changed = _moved(board, begin)
    points = [[_card(card, "new, ", card.created, told), *deeds(actions, {card.ref}, told)] for card in new]
    points += [[_card(card, "changed ", card.updated, told), *deeds(actions, {card.ref}, told)] for card in changed]
    return _points(points, "ongoing issues")


def untouched_cards(board: Board, now: datetime, limit: timedelta) -> list[str]:
    """The stale ones, the longest first."""
    lines = [
        f"- {linked(card.name_line, card.links.web)}: untouched for {short(quiet.total_seconds())}"
        f" ({plain(card.list_name)})"
        for card, quiet in stale(board.items(Card), now, limit)
    ]
    return shortened(lines, "ongoing issues")


def _moved(board: Board, begin: datetime) -> tuple[list[Card], list[Card]]:
    """The cards that are new, and those that changed."""
    all_cards = list(board.items(Card))
    new = [card for card in all_cards if card.created is not None and card.created >= begin]
    changed = [card for card in all_cards if card not in new and card.updated is not None and card.updated >= begin]
    return new, sorted(changed, key=lambda card: card.updated or begin, reverse=True)


def others(board: Board, actions: Sequence[Action], begin: datetime, told: Told) -> list[str]:
    """What was done to items that are told of nowhere else."""
    elsewhere = {item.ref for item in (*_pressing(board), *_waits(board))}
    elsewhere |= {card.ref for cards_ in _moved(board, begin) for card in cards_}
    rest = {
        action.intent.ref: action.intent.item
        for action in actions
        if action.intent.ref not in elsewhere and action.intent.ref.kind not in (Kind.ALERT, Kind.INCIDENT)
    }
    return _points(([f"- {named(name)}", *deeds(actions, {ref}, told)] for ref, name in rest.items()), "items")


def _card(card: Card, word: str, at: datetime | None, told: Told) -> str:
    return f"- {linked(card.name_line, card.links.web)}: {word}{told(at) if at else ''} ({plain(card.list_name)})"


def _points(points: Iterable[Sequence[str]], what: str) -> list[str]:
    """Points with their own points below them, the first of many."""
    return shortened(("\n".join(point) for point in points), what)
