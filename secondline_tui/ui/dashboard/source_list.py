"""The sources' own view: each with its health, its age and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical

from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Item
from secondline_tui.domain.ports import Clock
from secondline_tui.ui.dashboard.source_rows import BROAD, SourceRow, source_heading, source_row, source_rows
from secondline_tui.ui.item_list import GUTTER, ItemList
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role


class SourceList(Vertical):
    """All sources as a list."""

    DEFAULT_CSS = """
    SourceList { height: 1fr; }
    """

    def __init__(self, view: Callable[[int], View], clock: Clock) -> None:
        super().__init__(id="sources")
        self._clock = clock
        self._title = Bar()
        self.list = ItemList(view, self._draw, id="sources-list", empty="no source is configured")

    def compose(self) -> ComposeResult:
        """Title and list."""
        yield self._title
        yield self.list

    def on_resize(self) -> None:
        """Name the columns that there are; a source takes two lines where one does not hold them all."""
        width = self.size.width
        tall = width < BROAD
        self._title.say(((" ", Role.MUTED), *source_heading(width - GUTTER, tall=tall)))
        self.list.set_tall(tall)

    def update_board(self, board: Board, monotonic: float) -> None:
        """Show the sources as they are now."""
        self.list.set_items(source_rows(board, monotonic), now=self._clock.now())

    def _draw(self, item: Item, view: View) -> tuple[Line, ...]:
        if not isinstance(item, SourceRow):
            return ()
        return source_row(item, self._clock.monotonic(), view.width, tall=self.list.row_height > 1)
