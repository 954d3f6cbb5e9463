"""The sources themselves as rows of a list, and one of them opened. Pure, but for being shown in an ItemList."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from secondline_tui.domain.ages import calm, clock, short
from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Alert, Card, Dashboard, Incident, Item, OnCall, Planned, Ticket
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.domain.trust import does_not_see
from secondline_tui.ui.bars import HEALTH
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, Span, cut_line, fit, right, wrap


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow(Item):
    """One source as something to select."""

    state: SourceState
    health: Health

    @property
    def name_line(self) -> SafeText:
        """The source's name."""
        return SafeText(self.state.name)


def source_rows(board: Board, monotonic: float) -> tuple[SourceRow, ...]:
    """Every source, in the order of the configuration."""
    return tuple(
        SourceRow(ref=ItemRef(name, Kind.SOURCE, name), state=state, health=state.health(monotonic))
        for name, state in board.sources.items()
    )


SLIM = 56
"""Cells from which the line of a source tells what it has."""

BROAD = 160
"""Cells from which a source takes one line; below, what is wrong has a second line to itself."""


def source_heading(width: int, *, tall: bool) -> Line:
    """The names of the columns."""
    words = f"   {'source':<14}{'type':<13}{'health':<9}{'age':>7}{'took':>7}  has, and what is wrong"
    if tall:
        has = "  has, and below what is wrong" if width >= SLIM else ""
        words = f"   {'source':<14}{'health':<9}{'age':>7}{has}"
    return cut_line(((words, Role.MUTED),), width)


def source_row(row: SourceRow, monotonic: float, width: int, *, tall: bool) -> tuple[Line, ...]:
    """One source: health, age, what it has, what is wrong; how it is asked where there is room for that."""
    state = row.state
    symbol, role = HEALTH[row.health]
    age = state.age(monotonic)
    took = f"{state.took:.1f}s" if state.took is not None else "–"
    line: list[Span] = [
        (f" {symbol} ", role),
        (fit(state.name, 13) + " ", Role.STRONG),
        (fit(state.type, 13) if not tall else "", Role.MUTED),
        (fit(row.health.value, 9), role),
        (right(calm(age) if age is not None else "never", 7), Role.PLAIN),
        (right(took, 7) if not tall else "", Role.MUTED),
        (f"  {_has(state)}" if width >= SLIM else "", Role.PLAIN),
        (f"  {_not_understood(state)}" if state.rejected else "", Role.WARNING),
        (f"  {state.hidden} ignored" if state.hidden else "", Role.MUTED),
        ("  asking" if state.polling else "", Role.MUTED),
    ]
    reason, role = _what_is_wrong(state, role)
    if not tall:
        return (cut_line([*line, (f"  {reason}", role)], width),)
    quiet = f"answered in {took}" if state.took is not None else "no answer yet"
    if width < SLIM:
        quiet = _has(state)
    below: Span = (f"   {reason}", role) if reason else (f"   {state.type}, {quiet}", Role.MUTED)
    return cut_line(line, width), cut_line([below], width)


def _what_is_wrong(state: SourceState, role: Role) -> tuple[str, Role]:
    """The reason of a failure, else what the source itself does not see."""
    return (state.fault.message, role) if state.fault else (does_not_see(state.unseen), Role.WARNING)


_WORDS: Mapping[type[Item], str] = {
    Incident: "page",
    Alert: "alert",
    Ticket: "ticket",
    Card: "card",
    Planned: "turn",
    OnCall: "turn",
    Dashboard: "dashboard",
}


def _has(state: SourceState) -> str:
    """What a source has, each sort in the word it has on the screen: "1 page, 12 turns"."""
    if state.good_at is None:
        return "nothing known"
    told = Counter(_WORDS.get(type(item), "item") for item in state.items)
    return ", ".join(_several(count, word) for word, count in told.items()) or "nothing"


def _not_understood(state: SourceState) -> str:
    return f"{_several(len(state.rejected), 'row')} not understood"


def _several(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def source_lines(row: SourceRow, view: View, monotonic: float) -> list[Line]:
    """Everything known about one source."""
    return list(_lines(row, view, monotonic))


def _lines(row: SourceRow, view: View, monotonic: float) -> Iterator[Line]:
    state = row.state
    symbol, role = HEALTH[row.health]
    yield ((f" {state.name}", Role.STRONG), (f"  {state.type}  {state.environment}", Role.MUTED))
    yield ()
    facts: list[tuple[str, str, Role]] = [("health", f"{symbol} {row.health}", role)]
    if state.fault is not None:
        facts.append(("error", f"{state.fault.kind}: {state.fault.message}", role))
    if state.fault_since is not None:
        away = short((view.now - state.fault_since).total_seconds())
        facts.append(("since", f"{clock(state.fault_since, view.zone, view.now)}, for {away}", role))
    age = state.age(monotonic)
    if state.as_of is not None and age is not None:
        facts.append(("last answer", f"{clock(state.as_of, view.zone, view.now)}, {calm(age)} ago", Role.PLAIN))
    else:
        facts.append(("last answer", "never", Role.PLAIN))
    facts += [
        ("has", f"{_has(state)}; {state.hidden} left out by ignore rules", Role.PLAIN),
        ("asked", f"every {short(state.interval)}, {short(state.deadline)} to answer", Role.PLAIN),
    ]
    if state.took is not None:
        facts.append(("took", f"{state.took:.2f} s", Role.PLAIN))
    if state.account:
        facts.append(("account", state.account, Role.PLAIN))
    if state.permissions is not None:
        facts.append(("permissions", ", ".join(sorted(state.permissions)) or "none told", Role.PLAIN))
    facts += [("does not see", name, Role.WARNING) for name in state.unseen]
    facts += [("not understood", reason, Role.WARNING) for reason in state.rejected[:20]]
    for name, value, value_role in facts:
        for index, part in enumerate(wrap(value, view.width - 18)):
            yield ((f" {fit(name if index == 0 else '', 16)}", Role.MUTED), (part, value_role))
