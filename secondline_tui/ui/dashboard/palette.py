"""The command palette: the command table, and what the board offers: dashboards, sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from secondline_tui.ui.commands import COMMANDS, spelt

if TYPE_CHECKING:
    from secondline_tui.ui.dashboard.screen import DashboardScreen

Entry = tuple[str, str, Callable[[], object]]


class CommandProvider(Provider):
    """Everything that can be asked for now."""

    def _entries(self) -> Iterable[Entry]:
        screen = cast("DashboardScreen", self.screen)
        for command in COMMANDS:
            if command.palette and screen.possible(command):
                key = spelt(screen.session.keys[command.id].partition(",")[0])
                yield command.help, f"key {key}", partial(screen.run_command, command.id)
        yield from screen.board_entries()

    async def discover(self) -> Hits:
        """Everything, before a word is typed."""
        for name, told, run in self._entries():
            yield DiscoveryHit(Content(name), run, text=name, help=told)

    async def search(self, query: str) -> Hits:
        """What matches the words."""
        matcher = self.matcher(query)
        for name, told, run in self._entries():
            score = matcher.match(name)
            if score > 0:
                # Not matcher.highlight(): it parses markup, and a dashboard's title is foreign text.
                yield Hit(score, Content(name), run, text=name, help=told)
