"""Today's pairing: who has which role, and where rota and schedule differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from textual.app import ComposeResult
from textual.containers import Vertical

from secondline_tui.domain.ages import clock
from secondline_tui.domain.board import Board
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Item, OnCall, Planned
from secondline_tui.shift.pairing import Pairing, RolePair
from secondline_tui.shift.people import role_key, role_word
from secondline_tui.ui.arrange import Part, dated_part, fitted
from secondline_tui.ui.lines_view import LinesView
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.spans import Line, Role, Span, cells, cut, cut_line, fit, width_of, wrap

TYPES = frozenset({"rota", "pagerduty"})
_ROOMY = 6
"""Lines of the pane from which what is said of the drill stands above the pairing."""
_NARROW, _BROAD = 38, 50
"""Cells of the pane from which a long role is told whole, and from which all are given the room for that."""
_SHORTEST, _LONGEST = 12, 18
"""Cells of the column of roles."""
_PLANNED = "  planned"
_PAIR = 2
"""How many people are named of the next shift."""


@dataclass(frozen=True, slots=True)
class Old:
    """What is told by sources that do not answer now."""

    sources: tuple[tuple[str, str], ...] = ()
    """Those sources, and from when their items are."""
    planned: frozenset[str] = frozenset()
    """Keys of the roles whose plan is old."""
    on_call: frozenset[str] = frozenset()
    """Keys of the roles whose people on call are old."""


def old(board: Board, monotonic: float, now: datetime, zone: tzinfo) -> Old:
    """What of rota and schedules is not from a fresh answer."""
    states = [
        state
        for state in board.sources.values()
        if state.type in TYPES and state.as_of is not None and state.health(monotonic) is not Health.FRESH
    ]
    items = [item for state in states for item in state.items]
    return Old(
        tuple((state.name, clock(state.as_of, zone, now)) for state in states if state.as_of is not None),
        _roles(items, Planned),
        _roles(items, OnCall),
    )


def _roles(items: list[Item], kind: type[Planned | OnCall]) -> frozenset[str]:
    return frozenset(role_key(item.role) for item in items if isinstance(item, kind))


def today_title(pairing: Pairing, aged: Old, width: int, *, focused: bool) -> Line:
    """The pane's title: a difference between rota and schedule is counted, and what is old is dated."""
    accent = Role.ACCENT if focused else Role.STRONG
    parts = [
        Part(9, ((" Today " if pairing.on_shift else f" {pairing.day:%A} ", accent),)),
        Part(6, ((f"{pairing.day.day} {pairing.day:%b} ", Role.MUTED),)),
    ]
    different = sum(pair.mismatch for pair in pairing.roles)
    if different:
        parts.append(Part(7, ((f" {different} not as planned ", Role.WARNING), (f" ✖{different} ", Role.WARNING))))
    if aged.sources:
        parts.append(dated_part(aged.sources))
    start = fitted(parts, width)
    return (*start, ("─" * (width - width_of(start)), Role.ACCENT if focused else Role.MUTED))


def today_lines(
    pairing: Pairing,
    board: Board,
    monotonic: float,
    now: datetime,
    zone: tzinfo,
    width: int,
    following: Pairing | None = None,
) -> list[Line]:
    """Who has which role, and where rota and schedule differ."""
    states = [state for state in board.sources.values() if state.type in TYPES]
    if not states:
        return [((" no rota and no PagerDuty configured", Role.MUTED),)]
    aged = old(board, monotonic, now, zone)
    doubtful = [s.name for s in states if s.health(monotonic) not in (Health.FRESH, Health.WAITING)]
    lines: list[Line] = []
    heading = False
    label = _label(pairing, width)
    for pair in pairing.roles:
        if pair.out_of_hours and not heading:
            heading = True
            lines.append((("   on call", Role.MUTED),))
        lines += _role_lines(pair, aged, now, zone, width, label)
    if following is not None and (after := _following(following, width)):
        lines.append(after)
    for warning in pairing.warnings:
        lines += [
            ((f" {'!' if not n else ' '} {part}", Role.WARNING),) for n, part in enumerate(wrap(warning, width - 4))
        ]
    if pairing.remark:
        lines.append(((f" ✖ {pairing.remark}", Role.WARNING),))
    if doubtful:
        told = f"not certain: no good answer from {', '.join(doubtful)}"
        lines += [((f" {part}", Role.DOUBT),) for part in wrap(told, max(10, width - 1))]
    elif not lines:
        asking = any(s.health(monotonic) is Health.WAITING for s in states)
        lines.append(((" asking …" if asking else " nobody is planned and nobody is on call", Role.MUTED),))
    return lines


def _following(pairing: Pairing, width: int) -> Line | None:
    """The pair of the shift after this one."""
    names = [pair.person for pair in pairing.roles if pair.person and not pair.out_of_hours]
    if not names:
        return None
    start: list[Span] = [(f"   next {pairing.day:%a} {pairing.day.day} {pairing.day:%b}  ", Role.MUTED)]
    return cut_line((*start, (" + ".join(names[:_PAIR]), Role.PLAIN)), width)


def _label(pairing: Pairing, width: int) -> int:
    """Cells of a role's word: as many as the longest needs, where names have room beside it."""
    if width >= _BROAD:
        return _LONGEST
    longest = max((cells(role_word(pair.role)) for pair in pairing.roles), default=0)
    return min(max(longest, _SHORTEST), _LONGEST if width >= _NARROW else _SHORTEST)


def _role_lines(pair: RolePair, aged: Old, now: datetime, zone: tzinfo, width: int, label: int) -> Iterator[Line]:
    key = role_key(pair.role)
    plan_is_old = key in aged.planned
    doubted = plan_is_old if pair.only_planned else key in aged.on_call
    person = Role.WARNING if pair.mismatch or pair.vacant else Role.STRONG
    line: list[Span] = [
        (f" {'✖' if pair.mismatch else ' '} ", Role.WARNING),
        (fit(role_word(pair.role), label) + " ", Role.MUTED),
    ]
    end: list[Span] = [("?", Role.DATED)] if doubted else []
    if pair.mismatch and pair.until is not None:
        end.append((f" until {clock(pair.until, zone, now)}", Role.WARNING))
    elif pair.only_planned and width_of(line) + cells(pair.person or "nobody") + cells(_PLANNED) <= width >= _NARROW:
        end.append((_PLANNED, Role.MUTED))
    name = cut(pair.person or "nobody", width - width_of(line) - width_of(end))
    yield cut_line((*line, (name, Role.MUTED if doubted else person), *end), width)
    if pair.mismatch:
        planned: list[Span] = [(pair.difference, Role.WARNING)]
        if plan_is_old:
            planned = [(f"the rota says {pair.planned}", Role.MUTED), ("?", Role.DATED)]
        indent = (label if width >= _BROAD else _SHORTEST) + 4
        yield cut_line(((" " * indent, Role.MUTED), *planned), width)


class TodayPane(Vertical):
    """The pairing as a pane."""

    DEFAULT_CSS = """
    TodayPane { height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id, classes="pane")
        self.list = LinesView(id="today-list")
        self._title = Bar(classes="pane-title")
        self.notice = ""
        """What is to be said above all: of the drill."""
        self.running: Sequence[Line] = ()
        """What is said of incidents that were declared here: more than the drill's."""
        self._width = 0
        """The width it has, or had before something else took its place: it is up to date when it is seen again."""

    def compose(self) -> ComposeResult:
        """Title and text."""
        yield self._title
        yield self.list

    def show(
        self,
        pairing: Pairing,
        board: Board,
        monotonic: float,
        now: datetime,
        zone: tzinfo,
        following: Pairing | None = None,
    ) -> None:
        """Who is on."""
        width = self._width = self.size.width or self._width
        if width:
            aged = old(board, monotonic, now, zone)
            self._title.say(today_title(pairing, aged, width, focused=self.list.has_focus))
            notice: list[Line] = [cut_line(((f" {self.notice}", Role.WARNING),), width - 1)] if self.notice else []
            lines = today_lines(pairing, board, monotonic, now, zone, width - 1, following)
            lines = [*notice, *lines] if self.list.size.height >= _ROOMY else [*lines, *notice]
            self.list.show([*(cut_line(line, width - 1) for line in self.running), *lines])
