"""The sources' own view: each with its health, its age and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical

from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Item
from secondline_tui.domain.ports import Clock
from secondline_tui.ui.dashboard.source_rows import SourceRow, source_line, source_rows
from secondline_tui.ui.item_list import ItemList
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

    def on_mount(self) -> None:
        """Name the columns."""
        columns = f"   {'source':<14}{'type':<13}{'health':<9}{'age':>7}{'took':>7}{'':>3}items   what is wrong"
        self._title.say(((columns, Role.MUTED),))

    def update_board(self, board: Board, monotonic: float) -> None:
        """Show the sources as they are now."""
        self.list.set_items(source_rows(board, monotonic), now=self._clock.now())

    def _draw(self, item: Item, _: View) -> tuple[Line, ...]:
        return (source_line(item, self._clock.monotonic()),) if isinstance(item, SourceRow) else ()
