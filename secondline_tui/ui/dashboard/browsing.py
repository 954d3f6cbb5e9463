"""What leaves the dashboard with an item: its links in the browser, and its text on the clipboard."""

from __future__ import annotations

from secondline_tui.ui.dashboard.acting import Acting
from secondline_tui.ui.dashboard.opening import open_link
from secondline_tui.ui.dashboard.palette import DashboardProvider, Palette
from secondline_tui.ui.detail_text import as_text


class Browsing(Acting):
    """The dashboard with ways out of it."""

    def action_browse(self) -> None:
        """Open the item's page."""
        self._open_link("web", "page")

    def action_runbook(self) -> None:
        """Open its runbook."""
        self._open_link("runbook", "runbook")

    def action_graph(self) -> None:
        """Open its graph."""
        self._open_link("graph", "graph")

    def _open_link(self, link: str, word: str) -> None:
        if self.item is None:
            return
        url: str | None = getattr(self.item.links, link)
        if url is None:
            self.say(f"no {word} is known of {self.item.name_line}")
        else:
            self.open_url(url)

    def open_url(self, url: str) -> None:
        """Open a link; where that is not possible, copy it and say so."""
        why_not = open_link(url, self.session.config.ui.browser)
        if why_not is None:
            self.say(f"opening {url}")
        else:
            self.app.copy_to_clipboard(url)
            self.say(f"{why_not}; the link is copied: {url}")

    def action_dashboards(self) -> None:
        """List the configured dashboards."""
        self.app.push_screen(Palette([DashboardProvider], placeholder="a dashboard, to open in the browser"))

    def action_copy(self) -> None:
        """Copy the item as text."""
        item = self.item
        if item is not None:
            self.app.copy_to_clipboard(as_text(item, self.view(100)))
            self.say(f"copied: {item.name_line}")
