"""The line that filters a pane as one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from secondline_tui.domain.board import Board
from secondline_tui.domain.filters import fields_of
from secondline_tui.domain.refs import ItemRef
from secondline_tui.ui.dashboard.panes import Pane

HINT = 'words  -not  field:word  "a phrase"  wild*card'


class FilterLine(Input):
    """Enter keeps the filter and Escape clears it; either way the selection is where it was, as far as it is shown."""

    DEFAULT_CSS = """
    FilterLine {
        display: none;
        height: 1;
        border: none;
        padding: 0 1;
        background: $panel;
        &:focus { border: none; }
        &.-open { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "clear", show=False)]

    def __init__(self, rearrange: Callable[[Pane], None], done: Callable[[], None]) -> None:
        super().__init__(id="filter", placeholder=HINT)
        self._rearrange = rearrange
        self._done = done
        self._pane: Pane | None = None
        self._before: ItemRef | None = None

    @property
    def is_open(self) -> bool:
        """Whether a filter is being typed."""
        return self._pane is not None

    def begin(self, pane: Pane) -> None:
        """Let the person type for this pane."""
        selected = pane.list.selected
        self._before = selected.ref if selected is not None else None
        self.value = pane.wish.words
        self._pane = pane
        self.add_class("-open")

    @on(Input.Changed)
    def typed(self, event: Input.Changed) -> None:
        """Show at once what matches so far."""
        event.stop()
        self._apply(event.value)

    async def action_submit(self) -> None:
        """Keep the filter, at once: the next key is none of its letters."""
        self._apply(self.value)
        self._close()

    def action_give_up(self) -> None:
        """Show everything again."""
        self._apply("")
        self._close()

    def doubts(self, board: Board) -> str:
        """What is odd about what has been typed so far, "" when nothing is. Naming a field there is none of is odd."""
        if self._pane is None or not any(term.field for term in self._pane.wish.filter.terms):
            return ""
        kind = self._pane.kind.kind
        return "; ".join(self._pane.wish.filter.oddities(fields_of(kind, board.items(kind))))

    def _apply(self, text: str) -> None:
        if self._pane is None or text == self._pane.wish.words:
            return
        self._pane.set_filter(text)
        self._rearrange(self._pane)
        if self._before is not None:
            self._pane.list.select(self._before)

    def put_away(self) -> None:
        """Keep the filter; the keys are somewhere else already."""
        self._pane = None
        self.remove_class("-open")

    def _close(self) -> None:
        self.put_away()
        self._done()
