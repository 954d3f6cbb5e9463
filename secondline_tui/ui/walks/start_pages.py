"""The pages of the walk at the start of a shift, as lines. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from secondline_tui.domain.ages import clock
from secondline_tui.domain.board import Board
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Card, Incident
from secondline_tui.domain.jotting import Jotting
from secondline_tui.domain.ordering import incident_key
from secondline_tui.domain.text import clean, clean_block
from secondline_tui.domain.trust import does_not_see, judge
from secondline_tui.engine.handed import Handed
from secondline_tui.shift.agenda import Event
from secondline_tui.shift.people import role_told
from secondline_tui.shift.takeover import TakeOver
from secondline_tui.ui.dashboard.source_rows import BROAD, source_heading, source_row, source_rows
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, cut_line, fit, wrap
from secondline_tui.ui.walks.calling import unanswered

PAGER, BOARD = "pagerduty", "trello"
"""Types of sources."""


def source_page(board: Board, monotonic: float, view: View) -> list[Line]:
    """Can I reach everything?"""
    trust = judge(board, monotonic)
    tall = view.width < BROAD
    silent = trust.total - trust.fresh
    if not trust.total:
        return [_said("no source is configured", Role.WARNING)]
    if trust.whole:
        lines = [_said(f"✔ all {trust.total} answer", Role.GOOD)]
    elif trust.waiting:
        lines = [_said(f"… {silent} of {trust.total} have not answered yet", Role.MUTED)]
    elif silent:
        lines = [_said(f"✖ {silent} of {trust.total} cannot be believed now: r asks again", Role.DOUBT)]
    else:
        lines = [_said(f"! all {trust.total} answer, but not of everything", Role.WARNING)]
    lines += [(), source_heading(view.width, tall=tall)]
    for one in source_rows(board, monotonic):
        lines += source_row(one, monotonic, view.width, tall=tall)
        if one.state.account:
            lines.append(((f"   as {one.state.account}", Role.MUTED),))
    return lines


def people_page(
    roles: Sequence[Line], notice: str, events: Sequence[Event], over: TakeOver | None, view: View
) -> list[Line]:
    """Who is my pair, what happens today, and who is next."""
    lines: list[Line] = [((f" {notice}", Role.WARNING),), ()] if notice else []
    lines += [*roles, (), ((" today", Role.MUTED),)]
    for event in events:
        is_over = event.end <= view.now
        at = f"   {clock(event.start, view.zone, view.now)[-5:]}  "
        lines.append(((at, Role.MUTED), (event.name, Role.MUTED if is_over else Role.STRONG)))
    if not events:
        lines.append(_said("  nothing: no shift today", Role.MUTED))
    if over is not None and over.people:
        who = ", ".join(f"{name} ({role_told(role)})" for role, name in over.people)
        lines.append(())
        told = f"next, from {clock(over.at, view.zone, view.now)}: {who}"
        lines += [((f" {part}", Role.PLAIN),) for part in wrap(told, max(10, view.width - 2))]
    return lines


def handed_page(
    handed: Handed | None, jottings: Sequence[Jotting] | None, doubts: Sequence[str], view: View
) -> list[Line]:
    """What did the last shift hand over?"""
    lines = [*_notes(jottings, view), *(_said(doubt, Role.DOUBT) for doubt in doubts)]
    if handed is None:
        none = [] if doubts else [_said("no handover was posted, saved or copied from this machine", Role.MUTED)]
        return [*lines, *none]
    told = f"the last handover, {clean(handed.how, 60)} {clock(handed.at, view.zone, view.now)}:"
    lines += [_said(told, Role.MUTED), ()]
    for line in clean_block(handed.text).splitlines():
        role = Role.ACCENT if line.startswith("#") else Role.WARNING if line.startswith("**") else Role.PLAIN
        parts: list[Line] = [((f" {part}", role),) for part in wrap(line, max(10, view.width - 2))]
        lines += parts or [()]
    return lines


def _notes(jottings: Sequence[Jotting] | None, view: View) -> Iterator[Line]:
    if jottings is None:
        yield _said("the notes could not be read", Role.DOUBT)
    elif not jottings:
        yield _said("no notes were written since the turn before began", Role.MUTED)
    for note in jottings or ():
        by = f" {clean(note.by)}" if note.by else ""
        yield ((f" {clock(note.at, view.zone, view.now)}{by}", Role.MUTED),)
        for part in wrap(clean_block(note.text), max(10, view.width - 4)):
            yield ((f"   {part}", Role.STRONG),)
    yield ()


def open_pages(board: Board) -> tuple[Incident, ...]:
    """The pages that are open, the most urgent first."""
    return tuple(sorted(board.items(Incident), key=incident_key))


def incident_page(board: Board, monotonic: float) -> list[Line]:
    """What stands above the open pages: how many there are, and whether there may be others."""
    lines = [_said(f"{doubt}: there may be others", Role.DOUBT) for doubt in not_all(board, monotonic, PAGER)]
    pages = open_pages(board)
    if pages:
        lines.append(_said(f"{len(pages)} open, {unanswered(board) or 'none'} not acknowledged", _role(board)))
    elif not lines:
        pagers = any(state.type == PAGER for state in board.sources.values())
        lines.append(
            _said("nobody is being called, and no page is open" if pagers else "nothing pages here", Role.GOOD)
        )
    return lines


def not_all(board: Board, monotonic: float, type_: str) -> list[str]:
    """Why sources of a type may have more than what they show, a reason each."""
    told = []
    for state in board.sources.values():
        if state.type != type_:
            continue
        if state.health(monotonic) is not Health.FRESH:
            told.append(f"{state.name} does not answer now")
        elif state.rejected:
            told.append(f"{state.name} told of {len(state.rejected)} that could not be understood")
        elif state.unseen:
            told.append(f"{state.name} {does_not_see(state.unseen)}")
    return told


def read_line(card: Card, looks: Mapping[str, datetime], view: View) -> Line:
    """When a card was last looked at here."""
    last = max((looks[key] for key in (str(card.ref), "") if key in looks), default=None)
    told = f"changed since you looked at it, {clock(last, view.zone, view.now)}" if last else "never opened here"
    return cut_line(((f" {fit('unread', 13)} ", Role.MUTED), (told, Role.STRONG)), view.width)


def end_page(read: int, missed: Sequence[str], board: Board, monotonic: float) -> list[Line]:
    """That was it, with what could not be looked at: `missed` are reasons for cards beside those that were read."""
    pages, unsure = len(open_pages(board)), not_all(board, monotonic, PAGER)
    known = ", as far as is known" if unsure else ""
    answered = f", {unanswered(board) or 'none'} not acknowledged" if pages else ""
    wish = "" if unanswered(board) else ": a good shift"
    lines = [
        _said(f"That was the last step{wish}.", Role.STRONG),
        (),
        _said(f"{read} ongoing issue{'s' if read != 1 else ''} read", Role.MUTED),
        _said(f"{pages} page{'s' if pages != 1 else ''} open{answered}{known}", _role(board)),
    ]
    lines += [_said(f"{doubt}: there may be other pages", Role.DOUBT) for doubt in unsure]
    lines += [_said(f"as the walk began: {why}; there may be other unread issues", Role.DOUBT) for why in missed]
    return lines


def _role(board: Board) -> Role:
    """A warning while a page calls."""
    return Role.WARNING if unanswered(board) else Role.MUTED


def _said(text: str, role: Role) -> Line:
    return ((f" {text}", role),)
