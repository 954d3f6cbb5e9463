"""What leaves the dashboard with an item: its links in the browser, and its text on the clipboard."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from secondline_tui.domain.items import Dashboard
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.browser import open_link
from secondline_tui.ui.dashboard.features.feature import Feature
from secondline_tui.ui.dashboard.palette import DashboardProvider, Entry, Palette
from secondline_tui.ui.detail_text import as_text
from secondline_tui.ui.spans import cut

TITLE = 100
"""Cells of a dashboard's title in the palette: foreign texts may be longer."""


class Browsing(Feature):
    """The ways out of the dashboard."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.commands = {
            "browse": partial(self._open_link, "web", "page"),
            "runbook": partial(self._open_link, "runbook", "runbook"),
            "graph": partial(self._open_link, "graph", "graph"),
            "dashboards": self.list_dashboards,
            "copy": self.copy,
        }

    def _open_link(self, link: str, word: str) -> None:
        if self.desk.item is None:
            return
        url: str | None = getattr(self.desk.item.links, link)
        if url is None:
            self.desk.say(f"no {word} is known of {self.desk.item.name_line}")
        else:
            self.open_url(url)

    def open_url(self, url: str) -> None:
        """Open a link; where that is not possible, copy it and say so."""
        why_not = open_link(url, self.session.config.ui.browser)
        if why_not is None:
            self.desk.say(f"opening {url}")
        else:
            self.app.copy_to_clipboard(url)
            self.desk.say(f"{why_not}; the link is copied: {url}")

    def list_dashboards(self) -> None:
        """List the configured dashboards."""
        self.app.push_screen(Palette([DashboardProvider], placeholder="a dashboard, to open in the browser"))

    def dashboards(self) -> Iterable[Entry]:
        """Each configured dashboard, to open."""
        for item in self.desk.board.items(Dashboard):
            if item.links.web is not None:
                name = f"Dashboard: {cut(item.title, TITLE)}"
                yield Entry(name, "open in the browser", partial(self.open_url, item.links.web))

    def copy(self) -> None:
        """Copy the item as text."""
        item = self.desk.item
        if item is not None:
            self.app.copy_to_clipboard(as_text(item, self.desk.view(100)))
            self.desk.say(f"copied: {item.name_line}")
