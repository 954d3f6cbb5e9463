"""The panes: a title that counts what is shown and what is not, and a list below it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Vertical

from secondline_tui.domain.board import Board, SourceState
from secondline_tui.domain.filters import Filter
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Alert, Card, Incident, Item, Severity, Ticket
from secondline_tui.domain.ordering import Sort
from secondline_tui.ui.arrange import TITLE_WORDS, Arranged, Wish, arrange, counts
from secondline_tui.ui.item_list import ItemList
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, Span, cut_line, width_of

_ROLES = {
    Severity.CRITICAL.value: Role.CRITICAL,
    Severity.WARNING.value: Role.WARNING,
    Severity.UNKNOWN.value: Role.UNKNOWN,
    "triggered": Role.CRITICAL,
    "drill": Role.ACCENT,
    "high": Role.CRITICAL,
    "to triage": Role.WARNING,
}


@dataclass(frozen=True, slots=True)
class PaneKind:
    """One sort of pane."""

    id: str
    title: str
    kind: type[Item]
    types: frozenset[str]
    """Types of the sources that fill it."""
    nothing: str
    """What it says when there is nothing, and that is known."""


PANES = (
    PaneKind("pages", "Pages", Incident, frozenset({"pagerduty"}), "nobody is being paged"),
    PaneKind("alerts", "Alerts", Alert, frozenset({"icinga2", "grafana", "alertmanager"}), "no alerts"),
    PaneKind("tickets", "Tickets", Ticket, frozenset({"zendesk"}), "no tickets"),
    PaneKind("cards", "Known issues", Card, frozenset({"trello"}), "no ongoing issues"),
)


def nothing_line(kind: PaneKind, board: Board, monotonic: float, arranged: Arranged) -> Line:
    """What stands in an empty pane: "none" only where every source of the pane says so now."""
    states = [state for state in board.sources.values() if state.type in kind.types]
    if not states:
        return ((" no source configured", Role.MUTED),)
    doubtful = [(s, h) for s in states if (h := s.health(monotonic)) is not Health.FRESH]
    if any(health is not Health.WAITING for _, health in doubtful):
        names = ", ".join(state.name for state, _ in doubtful)
        return ((f" not known: no good answer from {names}", Role.DOUBT),)
    if doubtful:
        return ((" asking …", Role.MUTED),)
    if arranged.filtered_out or arranged.handled_hidden:
        return ((" nothing else", Role.MUTED),)
    if any(state.rejected for state in states):
        return ((f" {kind.nothing} that could be understood", Role.WARNING),)
    return ((f" ✔ {kind.nothing}", Role.GOOD),)


def title_line(kind: PaneKind, arranged: Arranged, wish: Wish, hidden: int, width: int, *, focused: bool) -> Line:
    """The pane's name, its counts, and what is out of sight."""
    start: list[Span] = [(f" {kind.title} ", Role.ACCENT if focused else Role.STRONG)]
    told = counts(arranged.shown)
    if told.keys() <= {""}:
        start.append((f"{len(arranged.shown)} ", Role.PLAIN))
    for word in TITLE_WORDS:
        if told[word]:
            start.append((f" {told[word]} {word} ", _ROLES.get(word, Role.MUTED)))
    for count, words in (
        (arranged.handled_hidden, "handled hidden"),
        (hidden, "ignored"),
        (arranged.filtered_out, "filtered out"),
    ):
        if count:
            start.append((f" {count} {words} ", Role.WARNING if words == "filtered out" else Role.MUTED))
    if wish.sort is not Sort.URGENCY:
        start.append((f" by {wish.sort} ", Role.ACCENT))
    start = list(cut_line(start, width))
    return (*start, ("─" * (width - width_of(start)), Role.ACCENT if focused else Role.MUTED))


class Pane(Vertical):
    """One sort of items."""

    DEFAULT_CSS = """
    Pane { height: 1fr; }
    """

    def __init__(self, kind: PaneKind, view: Callable[[int], View], wish: Wish, now: Callable[[], datetime]) -> None:
        super().__init__(id=kind.id, classes="pane")
        self.kind = kind
        self._now = now
        self.wish = wish
        self.filter_text = ""
        self.arranged = Arranged()
        self.list = ItemList(view, id=f"{kind.id}-list", empty="asking …")
        self._title = Bar(classes="pane-title")
        self._seen: tuple[object, ...] = ()
        self._complete = False

    def compose(self) -> ComposeResult:
        """Title and list."""
        yield self._title
        yield self.list

    def update_board(self, board: Board) -> None:
        """Show what the board has; unchanged answers cost nothing. To be followed by `tell`."""
        states = self._states(board)
        seen = (self.wish, *(state.items for state in states))
        if len(seen) != len(self._seen) or any(a is not b for a, b in zip(seen, self._seen, strict=True)):
            asked = bool(self._seen) and seen[0] is not self._seen[0]
            self._seen = seen
            self.arranged = arrange(board.items(self.kind.kind), self.wish)
            self.list.set_items(
                self.arranged.shown,
                now=self._now(),
                asked=asked,
                complete=self._complete,
                why=lambda item: "hidden since" if board.find(item.ref) else "gone since",
            )
        self._complete = self._complete or all(state.as_of or state.fault for state in states)

    def tell(self, board: Board, monotonic: float) -> None:
        """Bring the title and the empty line up to date, and repaint what time has changed."""
        hidden = sum(state.hidden for state in self._states(board))
        width = self.size.width
        if width:
            line = title_line(self.kind, self.arranged, self.wish, hidden, width, focused=self.list.has_focus)
            self._title.say(line)
        self.list.say_when_empty(nothing_line(self.kind, board, monotonic, self.arranged))
        self.list.repaint_changed()

    def set_filter(self, text: str) -> None:
        """Filter by what the person types."""
        self.filter_text = text
        self.wish = replace(self.wish, filter=Filter.parse(text))

    def next_order(self) -> Sort:
        """Sort by the next of the orders."""
        orders = list(Sort)
        self.wish = replace(self.wish, sort=orders[(orders.index(self.wish.sort) + 1) % len(orders)])
        return self.wish.sort

    def show_handled(self, shown: bool) -> None:
        """Show or hide what somebody already has."""
        self.wish = replace(self.wish, handled=shown)

    def _states(self, board: Board) -> list[SourceState]:
        return [state for state in board.sources.values() if state.type in self.kind.types]
