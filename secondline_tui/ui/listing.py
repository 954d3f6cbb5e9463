"""Screens above the dashboard in which one moves by the same keys as on it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

from secondline_tui.ui.item_list import ItemList
from secondline_tui.ui.lines_view import LinesView
from secondline_tui.ui.modal import Modal, ResultT


class Listing(Modal[ResultT]):
    """Shows rows or lines: every key that moves does so, so that none is followed by another key on the wrong row."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j,down", "move(1)", "down"),
        Binding("k,up", "move(-1)", "up"),
        Binding("pagedown", "page(1)", "page down"),
        Binding("pageup", "page(-1)", "page up"),
        Binding("g,home", "end(False)", "first"),
        Binding("G,end", "end(True)", "last"),
    ]

    @property
    def here(self) -> LinesView | ItemList:
        """What the keys move in."""
        raise NotImplementedError

    def moving(self) -> None:
        """A key that moves was hit."""

    def action_move(self, rows: int) -> None:
        """Move by rows or lines."""
        self.moving()
        self.here.move(rows)

    def action_page(self, pages: int) -> None:
        """Move by what fits on the screen."""
        self.moving()
        self.here.move_page(pages)

    def action_end(self, last: bool) -> None:
        """Move to the first row or line, or to the last."""
        self.moving()
        self.here.move_to_end(last=last)
