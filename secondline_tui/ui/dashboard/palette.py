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
        for name, told, run in self._entries():
            score = likeness(query, name)
            if score > 0:
                yield Hit(score, Content(name), run, text=name, help=told)


def likeness(query: str, name: str) -> float:
    """How well a name fits what is typed, 0 for not at all: its beginning, all words in it, or the letters in order.

    Textual's own matcher will not do: it tries every way of finding the letters, which takes for ever in the title of
    a dashboard that says abababab, and its highlighting parses markup.
    """
    wanted, offered = query.casefold(), name.casefold()
    if offered.startswith(wanted):
        return 3.0
    if all(word in offered for word in wanted.split()):
        return 2.0
    letters = iter(offered)
    return 1.0 if all(letter in letters for letter in wanted if letter != " ") else 0.0
