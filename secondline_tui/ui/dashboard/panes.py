"""The panes: a title that counts what is shown and what is not, and a list below it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from secondline_tui.domain.board import Board
from secondline_tui.domain.filters import Filter
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Alert, Card, Incident, Item, Severity, Ticket
from secondline_tui.domain.ordering import Sort
from secondline_tui.domain.trust import does_not_see
from secondline_tui.ui.arrange import (
    TITLE_WORDS,
    Arranged,
    Known,
    Part,
    Wish,
    arrange,
    dated_part,
    fitted,
    known,
    states_for,
)
from secondline_tui.ui.item_list import ItemList
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, cut, width_of

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
    nothing: str
    """What it says when there is nothing, and that is known."""


PANES = (
    PaneKind("pages", "Pages", Incident, "nobody is being paged"),
    PaneKind("alerts", "Alerts", Alert, "no alerts"),
    PaneKind("tickets", "Tickets", Ticket, "no tickets"),
    PaneKind("cards", "Ongoing issues", Card, "no ongoing issues"),
)


def nothing_line(kind: PaneKind, board: Board, monotonic: float, arranged: Arranged) -> Line:
    """What stands in an empty pane: "none" only where every source of the pane says so now."""
    states = states_for(board, kind.kind)
    if not states:
        return ((" no source configured", Role.MUTED),)
    doubtful = [(s, h) for s in states if (h := s.health(monotonic)) is not Health.FRESH]
    if any(health is not Health.WAITING for _, health in doubtful):
        names = ", ".join(state.name for state, _ in doubtful)
        return ((f" not known: no good answer from {names}", Role.DOUBT),)
    if doubtful:
        return ((" asking …", Role.MUTED),)
    if arranged.filtered_out:
        return ((" nothing passes the filter", Role.WARNING),)
    if arranged.handled_hidden:
        return ((" nothing else", Role.MUTED),)
    if any(state.rejected for state in states):
        return ((f" {kind.nothing} that could be understood", Role.WARNING),)
    blind = [f"{state.name} {does_not_see(state.unseen)}" for state in states if state.unseen]
    if blind:
        return ((f" {kind.nothing}, but {'; '.join(blind)}", Role.WARNING),)
    return ((f" ✔ {kind.nothing}", Role.GOOD),)


def title_line(
    kind: PaneKind,
    arranged: Arranged,
    wish: Wish,
    hidden: int,
    so_far: Known,
    width: int,
    *,
    focused: bool,
    marked: int = 0,
) -> Line:
    """The pane's name, what the person wished, its counts and how far they are known, and what is out of sight."""
    parts = [
        Part(9, ((f" {kind.title} ", Role.ACCENT if focused else Role.STRONG),)),
        *([Part(8, ((f"● {marked} marked ", Role.ACCENT),))] if marked else []),
        *_wished(wish, arranged, width),
        *_counted(arranged, so_far),
        *_hidden(arranged, hidden),
    ]
    start = fitted(parts, width)
    return (*start, ("─" * (width - width_of(start)), Role.ACCENT if focused else Role.MUTED))


def _wished(wish: Wish, arranged: Arranged, width: int) -> Iterator[Part]:
    if wish.words:
        yield Part(7, ((f"/{cut(wish.words, max(8, width // 3))} ", Role.WARNING),))
    if wish.sort is not Sort.URGENCY:
        yield Part(3, ((f"by {wish.sort} ", Role.ACCENT),))
    if arranged.filtered_out:
        yield Part(7, ((f" {arranged.filtered_out} filtered out ", Role.WARNING),))


def _counted(arranged: Arranged, so_far: Known) -> Iterator[Part]:
    """The counts. A count that is not known is never a number, and nothing of that gives way to mere numbers."""
    told = arranged.counts
    doubt = Role.MUTED if so_far.waiting else Role.DOUBT
    unknown = "…" if so_far.waiting else "?"
    if told:
        if told.keys() <= {""}:
            yield Part(6, ((f"{len(arranged.shown)} ", Role.PLAIN),))
        for word in TITLE_WORDS:
            if told[word]:
                role = _ROLES.get(word, Role.MUTED)
                yield Part(3 if role is Role.MUTED else 6, ((f" {told[word]} {word} ", role),))
        if so_far.silent:
            yield Part(8, ((f" + {unknown} ", doubt),))
            count = f"({len(so_far.silent)} of {so_far.sources}) "
            yield Part(5, ((f"({', '.join(so_far.silent)}) ", doubt), (count, doubt)))
    elif so_far.silent or so_far.old:
        yield Part(8, ((f"{unknown} ", doubt),))
    elif so_far.sources:
        yield Part(6, (("0 ", Role.PLAIN),))
    if so_far.old:
        yield dated_part(so_far.old)


def _hidden(arranged: Arranged, hidden: int) -> Iterator[Part]:
    if arranged.handled_hidden:
        count = arranged.handled_hidden
        yield Part(3, ((f" {count} handled hidden ", Role.MUTED), (f" {count} hidden ", Role.MUTED)), 7)
    if hidden:
        yield Part(2, ((f" {hidden} ignored ", Role.MUTED),))


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
        self.arranged = Arranged()
        self._view = view
        small = kind.kind is Incident
        self.list = ItemList(view, id=f"{kind.id}-list", empty="asking …", rests_at_top=small)
        self._title = Bar(classes="pane-title")
        self._seen: tuple[object, ...] = ()
        self._complete = False
        self._chosen: Item | None = None
        """The selected item, as it was when it belonged where it stands."""
        self._told: tuple[Board, float] | None = None
        self._width = 0
        """The width it has, or had before something else took its place: it is up to date when it is seen again."""

    def compose(self) -> ComposeResult:
        """Title and list."""
        yield self._title
        yield self.list

    def update_board(self, board: Board) -> None:
        """Show what the board has; unchanged answers cost nothing. To be followed by `tell`."""
        states = states_for(board, self.kind.kind)
        seen = (self.wish, *(state.items for state in states))
        if len(seen) != len(self._seen) or any(a is not b for a, b in zip(seen, self._seen, strict=True)):
            asked = bool(self._seen) and seen[0] is not self._seen[0]
            self._seen = seen
            self._arrange(board, asked=asked)
        self._complete = self._complete or all(state.as_of or state.fault for state in states)

    def _arrange(self, board: Board, *, asked: bool = False) -> None:
        """What the person has a hand on does not sink."""
        chosen = self._chosen if self._is_current and not asked else None
        self.arranged = arrange(board.items(self.kind.kind), self.wish, chosen)
        self.list.set_items(
            self.arranged.shown,
            now=self._now(),
            asked=asked,
            complete=self._complete,
            why=lambda item: "hidden since" if board.find(item.ref) else "gone since",
        )
        self._chosen = self.arranged.held or self.list.selected

    @on(ItemList.Moved)
    def let_go(self) -> None:
        """Where the person has moved on, what was held in its place goes where it belongs."""
        held, selected = self.arranged.held, self.list.selected
        if held is None:
            self._chosen = selected
            return
        moved = not self._is_current or selected is None or selected.ref != held.ref
        if moved and self._told is not None:
            self._chosen = None
            self._arrange(self._told[0])

    @property
    def _is_current(self) -> bool:
        """Whether it is the pane that had the keys last, be it that an item of it is open."""
        return self.has_class("-current")

    def tell(self, board: Board, monotonic: float) -> None:
        """Bring the title and the empty line up to date, and repaint what time has changed."""
        self._told = board, monotonic
        states = states_for(board, self.kind.kind)
        width = self._width = self.size.width or self._width
        if width:
            hidden = sum(state.hidden for state in states)
            so_far = known(states, monotonic, self._view(width).dated)
            focused, marked = self.list.has_focus, len(self.list.marks)
            line = title_line(
                self.kind, self.arranged, self.wish, hidden, so_far, width, focused=focused, marked=marked
            )
            self._title.say(line)
        self.list.say_when_empty(nothing_line(self.kind, board, monotonic, self.arranged))
        self.list.repaint_changed()

    def on_resize(self) -> None:
        """Another size, as when a pane gets the whole screen: the title is cut anew."""
        if self._told is not None:
            self.tell(*self._told)

    def set_filter(self, text: str) -> None:
        """Filter by what the person types."""
        self.wish = replace(self.wish, words=text, filter=Filter.parse(text))

    def next_order(self) -> Sort:
        """Sort by the next of the orders."""
        orders = list(Sort)
        self.wish = replace(self.wish, sort=orders[(orders.index(self.wish.sort) + 1) % len(orders)])
        return self.wish.sort

    def show_handled(self, shown: bool) -> None:
        """Show or hide what somebody already has."""
        self.wish = replace(self.wish, handled=shown)
