"""A moment's wait before a prompt. Keys that are typed meanwhile do nothing: they were meant for what comes."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from secondline_tui.ui.aside import aside
from secondline_tui.ui.modal import Modal
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.prompts.telling import keys
from secondline_tui.ui.spans import Role, cut

log = logging.getLogger(__name__)

FoundT = TypeVar("FoundT")


class WaitingScreen(Modal[FoundT | None], Generic[FoundT]):
    """Ends with what was waited for; with None for a person who would rather not."""

    CSS = """
    WaitingScreen {
        align: center middle;
        #box { width: 76; max-width: 96%; height: auto; background: $surface; border: round $accent; padding: 0 1; }
    }
    """

    def __init__(self, told: str, work: Callable[[], Awaitable[FoundT]]) -> None:
        super().__init__()
        self._told = told
        self._work = work

    def compose(self) -> ComposeResult:
        """What is waited for, and the way out."""
        with Vertical(id="box"):
            yield Bar(id="told")
            yield Bar(id="keys")

    def on_mount(self) -> None:
        """Begin."""
        self.query_one("#told", Bar).say(((f" {cut(self._told, 70)}", Role.STRONG),))
        self.query_one("#keys", Bar).say(keys((("Esc", "back"),), 72))
        aside(self, self._wait, "wait")

    async def _wait(self) -> None:
        try:
            found = await self._work()
        except Exception as error:  # noqa: BLE001  (whatever it is, nobody may be left waiting for it)
            log.error("%s: %s", self._told, type(error).__name__)
            told = f"{self._told} that could not be done ({type(error).__name__})"
            self.app.notify(told, severity="error", markup=False, timeout=15)
            self.dismiss(None)
        else:
            self.dismiss(found)

    def on_key(self, event: events.Key) -> None:
        """Back, or nothing."""
        event.stop()
        if event.key == "escape":
            self.dismiss(None)
