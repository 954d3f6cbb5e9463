"""Getting about: from row to row, from pane to pane, into an item and out again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.acting import Acting
from secondline_tui.ui.dashboard.features.feature import Feature
from secondline_tui.ui.dashboard.features.looking import Looking
from secondline_tui.ui.dashboard.features.relating import Relating
from secondline_tui.ui.dashboard.features.rostering import Rostering
from secondline_tui.ui.item_list import ItemList
from secondline_tui.ui.lines_view import LinesView

ORDER = ("pages", "alerts", "tickets", "cards", "today")


class Moving(Feature):
    """Where the person is, and where they go."""

    def __init__(self, desk: Desk, acting: Acting, looking: Looking, relating: Relating, rostering: Rostering) -> None:
        super().__init__(desk)
        self._acting = acting
        self._looking = looking
        self._relating = relating
        self._rostering = rostering
        self.commands = {
            "down": partial(self._here, lambda here: here.move(1)),
            "up": partial(self._here, lambda here: here.move(-1)),
            "page_down": partial(self._here, lambda here: here.move_page(1)),
            "page_up": partial(self._here, lambda here: here.move_page(-1)),
            "first": partial(self._here, lambda here: here.move_to_end(last=False)),
            "last": partial(self._here, lambda here: here.move_to_end(last=True)),
            "next_pane": partial(self._go, 1),
            "previous_pane": partial(self._go, -1),
            **{f"pane_{pane}": partial(desk.go_to, pane) for pane in ORDER},
            "open": self.open,
            "back": self.back,
        }

    def _here(self, move: Callable[[ItemList | LinesView], None]) -> None:
        """Move what moves: the opened item, the sources, or the list with the keys."""
        desk = self.desk
        if desk.showing == "detail":
            move(desk.detail.lines)
        elif desk.showing == "sources":
            move(desk.sources.list)
        elif isinstance(desk.focused, ItemList | LinesView):
            move(desk.focused)

    def _go(self, step: int) -> None:
        place = ORDER.index(self.desk.last_pane)
        self.desk.go_to(ORDER[(place + step) % len(ORDER)])

    def open(self) -> None:
        """Show the whole item; in an opened one, what is related to it; in today's pane, a role."""
        item = self.desk.item
        if self.desk.showing == "detail":
            self._relating.choose()
        elif item is not None:
            self.desk.open_item(item)
        else:
            self._rostering.choose()

    def back(self) -> None:
        """Close what is open."""
        close = self.way_back()
        if close is not None:
            close()

    def way_back(self) -> Callable[[], None] | None:
        """What Escape would close, innermost first."""
        desk, pane = self.desk, self.desk.pane
        if desk.showing == "detail":
            return self._close_detail
        if desk.showing == "sources":
            return partial(self._return_to, "panes")
        if pane is not None and pane.list.marks:
            return self._acting.clear_marks
        if pane is not None and pane.wish.words:
            return partial(self._looking.unfilter, pane)
        return self._looking.unzoom if self._looking.zoomed else None

    def _close_detail(self) -> None:
        self.desk.detail.close()
        self._return_to(self.desk.came_from)

    def _return_to(self, what: str) -> None:
        self.desk.show(what)
        self.desk.focus_main()
