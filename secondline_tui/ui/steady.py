"""What every application of ours shares: our themes, and an end without a traceback."""

from __future__ import annotations

import logging
import os
import traceback
from typing import TypeVar

from textual.app import App

from secondline_tui.ui.theme import THEMES, chosen

log = logging.getLogger(__name__)

ReturnT = TypeVar("ReturnT")


class SteadyApp(App[ReturnT]):
    """An application with our colours, which keeps the details of a crash for the log."""

    def __init__(self, theme: str) -> None:
        plain = bool(os.environ.get("NO_COLOR"))
        # Without this Textual makes greys of the colours; people who ask for none get none.
        super().__init__(ansi_color=plain)
        for known in THEMES:
            self.register_theme(known)
        self.theme = "ansi-dark" if plain else chosen(theme)

    def _handle_exception(self, error: Exception) -> None:
        """Log where it broke, and only that: Textual would print every local variable, credentials included."""
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("the screen broke with %s\n%s", type(error).__name__, where)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without printing anything; whoever started the application says so in a line."""
        self._close_messages_no_wait()
