"""The command palette: the command table, and what the board offers: sources, dashboards."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, cast

from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from secondline_tui.ui.commands import COMMANDS, spelt

if TYPE_CHECKING:
    from secondline_tui.ui.dashboard.screen import DashboardScreen


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a palette."""

    name: str
    told: str
    run: Callable[[], object]
    words: str = ""
    """What else it is found by."""


class Palette(CommandPalette):
    """Textual's palette, so that fast typing neither ends it twice nor breaks it."""

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Close; ignored where it is not the screen in front."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

    def _action_command_list(self, action: str) -> None:
        with contextlib.suppress(KeyError):  # a page key before the list has been laid out
            super()._action_command_list(action)


class EntryProvider(Provider):
    """Offers entries, and those that match what is typed."""

    def entries(self) -> Iterable[Entry]:
        """Everything there is."""
        raise NotImplementedError

    @property
    def dashboard(self) -> DashboardScreen:
        """The screen that the palette was opened on."""
        return cast("DashboardScreen", self.screen)

    async def discover(self) -> Hits:
        """Everything, before a word is typed."""
        for entry in self.entries():
            yield DiscoveryHit(Content(entry.name), entry.run, text=entry.name, help=entry.told)

    async def search(self, query: str) -> Hits:
        """What matches the words."""
        for entry in self.entries():
            score = likeness(query, entry.name, entry.words)
            if score > 0:
                yield Hit(score, Content(entry.name), entry.run, text=entry.name, help=entry.told)


class CommandProvider(EntryProvider):
    """Everything that can be asked for now."""

    def entries(self) -> Iterable[Entry]:
        """Commands, then sources, then dashboards."""
        screen = self.dashboard
        return chain(self._commands(), screen.entries())

    def _commands(self) -> Iterable[Entry]:
        screen = self.dashboard
        for command in COMMANDS:
            if command.palette and screen.possible(command):
                key = spelt(screen.session.keys[command.id].partition(",")[0])
                words = f"{command.id} {command.word}"
                told = f"key {key}" if key else "no key"
                yield Entry(command.help, told, partial(screen.run_command, command.id), words)


class DashboardProvider(EntryProvider):
    """The configured dashboards."""

    def entries(self) -> Iterable[Entry]:
        """Each of them."""
        return self.dashboard.dashboards()


def likeness(query: str, name: str, words: str = "") -> float:
    """How well an entry fits what is typed, 0 for not at all: its beginning, all words in it, or its initials.

    Textual's own matcher will not do: it tries every way of finding the letters, which takes for ever in the title of
    a dashboard that says abababab, and its highlighting parses markup.
    """
    wanted, offered = query.casefold(), name.casefold()
    if offered.startswith(wanted) or words.casefold().startswith(wanted):
        return 3.0
    everything = f"{offered} {words.casefold()}"
    if all(word in everything for word in wanted.split()):
        return 2.0
    return 1.0 if "".join(word[0] for word in offered.split()).startswith(wanted) else 0.0
