"""An opened item: what the row knows at once, and what its service tells when asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import perf_counter

from textual.app import ComposeResult
from textual.containers import Vertical

from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Alert, Item
from secondline_tui.domain.past import NOTHING, Past
from secondline_tui.engine.history import History
from secondline_tui.engine.supervisor import Engine
from secondline_tui.shift.related import Related
from secondline_tui.ui.aside import aside
from secondline_tui.ui.dashboard.source_rows import SourceRow, source_lines, source_rows
from secondline_tui.ui.detail_text import More, detail_lines
from secondline_tui.ui.inquiry import Inquiry
from secondline_tui.ui.lines_view import LinesView
from secondline_tui.ui.past_text import past_lines
from secondline_tui.ui.roster_text import others
from secondline_tui.ui.rows import View

SPARING, LONGEST = 50, 10.0
"""Laying out the text takes at most one part in so many of the time; but ages are never behind by more seconds."""


class DetailView(Vertical):
    """One item, whole."""

    DEFAULT_CSS = """
    DetailView { height: 1fr; }
    """

    def __init__(
        self, engine: Engine, view: Callable[[int], View], related: Related, history: History | None = None
    ) -> None:
        super().__init__(id="detail")
        self._related = related
        self._engine = engine
        self._view = view
        self.item: Item | None = None
        self.is_gone = False
        self._inquiry = Inquiry(self, engine, self.redraw)
        self._history = history
        self._past: tuple[Past, Past] = (NOTHING, NOTHING)
        """What the record says of it, and of all alerts with its name."""
        self._trouble: tuple[object, ...] | None = None
        self._drawn = self._took = 0.0
        self._width = 0
        self.lines = LinesView(id="detail-lines")

    def compose(self) -> ComposeResult:
        """The text."""
        yield self.lines

    @property
    def more(self) -> More:
        """What its service told beyond the row."""
        return self._inquiry.more(self.item.ref) if self.item is not None else None

    def open(self, item: Item) -> None:
        """Show an item, and ask its service for the rest."""
        self._inquiry.forget()
        self.item, self.is_gone = item, False
        self._past = (NOTHING, NOTHING)
        self.redraw(from_top=True)
        self._recall(item)
        self._look()

    def close(self) -> None:
        """Show nothing."""
        self.item = None
        self._inquiry.forget()

    def ask_again(self) -> None:
        """Ask its service for the rest as soon as it has answered the next poll: a person wants to know."""
        self._inquiry.ask_again()

    def update_board(self, board: Board) -> None:
        """Follow the item: it may have changed, or gone away."""
        if self.item is None:
            return
        if isinstance(self.item, SourceRow):
            rows = source_rows(board, self._engine.clock.monotonic())
            self.item = next((row for row in rows if row.ref == self.item.ref), self.item)
            return
        state = board.sources.get(self.item.ref.source)
        trouble = (state.paused_since, state.fault) if state else None
        if trouble != self._trouble:
            self._trouble = trouble
            self.redraw()
        now = board.find(self.item.ref)
        if self.is_gone is not (now is None):
            self.is_gone = now is None
            self.redraw()
        if now is not None and now is not self.item:
            self.item = now
            self._recall(now)
            self._inquiry.hurry()

    def tick(self) -> None:
        """Bring its ages up to date; in a very long text less often than each second, so that keys are answered."""
        if self.display:
            self._look()
        resized = self.lines.size.width != self._width
        if resized or perf_counter() - self._drawn > min(LONGEST, SPARING * self._took):
            self.redraw()

    def redraw(self, *, from_top: bool = False) -> None:
        """Bring the text up to date."""
        if self.item is None:
            return
        began = perf_counter()
        self._width = self.lines.size.width
        view = self._view(self._width or self.app.size.width)
        if isinstance(self.item, SourceRow):
            text = source_lines(self.item, view, self._engine.clock.monotonic())
        else:
            state = self._engine.board.sources.get(self.item.ref.source)
            paused_since = state.paused_since if state else None
            text = detail_lines(
                self.item,
                self.more,
                view,
                past_lines(*self._past, view),
                is_gone=self.is_gone,
                paused_since=paused_since,
                related=self._related.of(self.item),
                told=others(self.item, self._engine.board, view),
            )
        self.lines.show(text, from_top=from_top)
        self._drawn = perf_counter()
        self._took = self._drawn - began

    def _look(self) -> None:
        """Ask its service for the rest, or again."""
        if self.item is not None and not isinstance(self.item, SourceRow):
            self._inquiry.look_at(self.item.ref)

    def _recall(self, item: Item) -> None:
        if isinstance(item, Alert) and self._history is not None:
            aside(self, partial(self._recalled, item, self._history), "past", only=True)

    async def _recalled(self, item: Alert, history: History) -> None:
        past = await history.past(item.ref), await history.past(item.name)
        if self.item is not None and self.item.ref == item.ref:
            self._past = past
            self.redraw()
