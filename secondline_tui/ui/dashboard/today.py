"""Today's pairing: who has which role, and where rota and schedule differ."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo

from textual.app import ComposeResult
from textual.containers import Vertical

from secondline_tui.domain.ages import clock
from secondline_tui.domain.board import Board
from secondline_tui.domain.health import Health
from secondline_tui.shift.pairing import Pairing, RolePair
from secondline_tui.ui.lines_view import LinesView
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.spans import Line, Role, Span, cut, cut_line, fit, width_of

TYPES = frozenset({"rota", "pagerduty"})


def role_word(role: str) -> str:
    """A role's name for people: inhours_primary_standby is "primary standby"."""
    words = role.replace("_", " ").replace("-", " ").split()
    while words and words[0].casefold() in ("inhours", "oncall"):
        words = words[1:]
    return " ".join(words) or role


def today_title(pairing: Pairing, width: int, *, focused: bool) -> Line:
    """The pane's title; a difference between rota and schedule is counted."""
    accent = Role.ACCENT if focused else Role.STRONG
    start: list[Span] = [(" Today " if pairing.on_shift else f" {pairing.day:%A} ", accent)]
    start.append((f"{pairing.day.day} {pairing.day:%b} ", Role.MUTED))
    different = sum(pair.mismatch for pair in pairing.roles)
    if different:
        start.append((f" {different} not as planned ", Role.WARNING))
    start = list(cut_line(start, width))
    return (*start, ("─" * (width - width_of(start)), Role.ACCENT if focused else Role.MUTED))


def today_lines(
    pairing: Pairing, board: Board, monotonic: float, now: datetime, zone: tzinfo, width: int
) -> list[Line]:
    """Who has which role, and where rota and schedule differ."""
    states = [state for state in board.sources.values() if state.type in TYPES]
    if not states:
        return [((" no rota and no PagerDuty configured", Role.MUTED),)]
    doubtful = [s.name for s in states if s.health(monotonic) not in (Health.FRESH, Health.WAITING)]
    lines: list[Line] = []
    heading = False
    for pair in pairing.roles:
        if pair.out_of_hours and not heading:
            heading = True
            lines.append((("   on call", Role.MUTED),))
        lines += _role_lines(pair, now, zone, width)
    if pairing.remark:
        lines.append(((f" ✖ {pairing.remark}", Role.WARNING),))
    if doubtful:
        lines.append(((f" not certain: no good answer from {', '.join(doubtful)}", Role.DOUBT),))
    elif not lines:
        asking = any(s.health(monotonic) is Health.WAITING for s in states)
        lines.append(((" asking …" if asking else " nobody is planned and nobody is on call", Role.MUTED),))
    return lines


def _role_lines(pair: RolePair, now: datetime, zone: tzinfo, width: int) -> Iterator[Line]:
    label = 12 if width < 50 else 18
    person = Role.WARNING if pair.mismatch or pair.vacant else Role.STRONG
    line: list[Span] = [
        (f" {'✖' if pair.mismatch else ' '} ", Role.WARNING),
        (fit(role_word(pair.role), label) + " ", Role.MUTED),
    ]
    end: list[Span] = []
    if pair.mismatch and pair.until is not None:
        end.append((f" until {clock(pair.until, zone, now)}", Role.WARNING))
    elif pair.actual is None and not pair.vacant and width >= 40:
        end.append(("  planned", Role.MUTED))
    name = cut(pair.person or "nobody", width - width_of(line) - width_of(end))
    yield cut_line((*line, (name, person), *end), width)
    if pair.mismatch:
        yield cut_line(((" " * (label + 4), Role.MUTED), (f"the rota says {pair.planned}", Role.WARNING)), width)


class TodayPane(Vertical):
    """The pairing as a pane."""

    DEFAULT_CSS = """
    TodayPane { height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id, classes="pane")
        self.list = LinesView(id="today-list")
        self._title = Bar(classes="pane-title")

    def compose(self) -> ComposeResult:
        """Title and text."""
        yield self._title
        yield self.list

    def show(self, pairing: Pairing, board: Board, monotonic: float, now: datetime, zone: tzinfo) -> None:
        """Who is on."""
        width = self.size.width
        if width:
            self._title.say(today_title(pairing, width, focused=self.list.has_focus))
            self.list.show(today_lines(pairing, board, monotonic, now, zone, width - 1))
