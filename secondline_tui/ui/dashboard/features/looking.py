"""What the panes show: filtered, sorted, with or without what somebody has, one of them alone."""

from __future__ import annotations

from secondline_tui.domain.items import Incident
from secondline_tui.domain.ordering import Sort
from secondline_tui.ui.commands import spelt
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.feature import Feature
from secondline_tui.ui.dashboard.panes import Pane
from secondline_tui.ui.spans import Line, Role


class Looking(Feature):
    """How the person wishes to see the board."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.commands = {
            "filter": self.filter,
            "sort": self.sort,
            "handled": self.show_handled,
            "zoom": self.zoom,
        }

    def filter(self) -> None:
        """Filter the pane as one types."""
        desk = self.desk
        if desk.pane is not None:
            desk.last_pane = desk.pane.kind.id
            desk.filter.begin(desk.pane)
            desk.set_focus(desk.filter)
            desk.tell_footer()

    def unfilter(self, pane: Pane) -> None:
        """Show all of a pane again."""
        pane.set_filter("")
        self.desk.rearrange(pane)

    def sort(self) -> None:
        """The pane's next order."""
        pane = self.desk.pane
        if pane is not None:
            order: Sort = pane.next_order()
            self.desk.rearrange(pane)
            self.desk.say(f"{pane.kind.title} by {order}")

    def show_handled(self) -> None:
        """Hide or show what somebody already has, in every pane."""
        panes = self.desk.panes
        shown = not panes["alerts"].wish.handled
        for pane in panes.values():
            pane.show_handled(shown)
            self.desk.rearrange(pane)
        self.desk.say("handled items are shown" if shown else "handled items are hidden; the titles count them")

    @property
    def zoomed(self) -> bool:
        """Whether one pane has the whole screen."""
        return self.desk.has_class("-zoomed")

    def zoom(self) -> None:
        """One pane alone, or all."""
        self.desk.set_class(not self.zoomed, "-zoomed")
        self.desk.call_after_refresh(self.desk.tick)

    def wanting(self) -> Line:
        """Pages that call somebody and are not in sight."""
        desk = self.desk
        pane = desk.panes["pages"]
        seen = {page.ref for page in pane.list.in_sight} if desk.showing == "panes" and pane.display else set()
        pages = desk.board.items(Incident)
        calling = [page for page in pages if page.triggered and not page.drill and page.ref not in seen]
        if not calling:
            return ()
        word = "page calls" if len(calling) == 1 else "pages call"
        return ((f" {len(calling)} {word} ", Role.CRITICAL), (f" {spelt(desk.key('pane_pages'))} ", Role.KEY))

    def unzoom(self) -> None:
        """All panes again."""
        if self.zoomed:
            self.zoom()
