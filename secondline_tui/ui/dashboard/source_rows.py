"""The sources themselves as rows of a list, and one of them opened. Pure, but for being shown in an ItemList."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from secondline_tui.domain.ages import calm, clock, short
from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Item
from secondline_tui.domain.refs import ItemRef, Kind
from secondline_tui.domain.text import SafeText
from secondline_tui.ui.bars import HEALTH
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, fit, right, wrap


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


def source_line(row: SourceRow, monotonic: float) -> Line:
    """One source in a line: health, age, how long it takes, how much it has, what is wrong."""
    state = row.state
    symbol, role = HEALTH[row.health]
    age = state.age(monotonic)
    reason = state.fault.message if state.fault else ""
    took = f"{state.took:.1f}s" if state.took is not None else "–"
    odd = f"  {len(state.rejected)} rows not understood" if state.rejected else ""
    ignored = f"  {state.hidden} ignored" if state.hidden else ""
    return (
        (f" {symbol} ", role),
        (fit(state.name, 13) + " ", Role.STRONG),
        (fit(state.type, 13), Role.MUTED),
        (fit(row.health.value, 9), role),
        (right(calm(age) if age is not None else "never", 7), Role.PLAIN),
        (right(took, 7), Role.MUTED),
        (right(str(len(state.items)), 6) + " items", Role.PLAIN),
        (odd + ignored, Role.WARNING),
        ("  asking" if state.polling else "", Role.MUTED),
        (f"  {reason}", role),
    )


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
        ("items", f"{len(state.items)} shown, {state.hidden} left out by ignore rules", Role.PLAIN),
        ("asked", f"every {short(state.interval)}, {short(state.deadline)} to answer", Role.PLAIN),
    ]
    if state.took is not None:
        facts.append(("took", f"{state.took:.2f} s", Role.PLAIN))
    if state.account:
        facts.append(("account", state.account, Role.PLAIN))
    if state.permissions is not None:
        facts.append(("permissions", ", ".join(sorted(state.permissions)) or "none told", Role.PLAIN))
    facts += [("not understood", reason, Role.WARNING) for reason in state.rejected[:20]]
    for name, value, value_role in facts:
        for index, part in enumerate(wrap(value, view.width - 18)):
            yield ((f" {fit(name if index == 0 else '', 16)}", Role.MUTED), (part, value_role))
