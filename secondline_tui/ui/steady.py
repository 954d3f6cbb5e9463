"""What every application of ours shares: our themes, and an end without a traceback."""

from __future__ import annotations

import logging
import os
import select
import sys
import threading
import traceback
from typing import Any, TypeVar

from textual import events
from textual.driver import Driver

from secondline_tui.ui.escape import used_by
from secondline_tui.ui.in_turn import InTurnApp
from secondline_tui.ui.theme import THEMES, chosen

log = logging.getLogger(__name__)

ReturnT = TypeVar("ReturnT")


HANGUP = 128 + 1


def _end_with_terminal(fd: int) -> None:
    """End the process when its terminal goes away and no signal says so, as when a multiplexer dies.

    Textual would read its end for ever, and wait for ever to write. Nothing is lost: what counts is on disk already.
    """
    watch = select.poll()
    watch.register(fd, 0)  # hang-up and error are told unasked
    watch.poll()
    log.error("the terminal is gone")
    os._exit(HANGUP)


class SteadyApp(InTurnApp[ReturnT]):
    """An application with our colours, which keeps the details of a crash for the log."""

    # Textual 8.2.8 breaks when the mouse is pressed on a widget that has just gone, such as a remark clicked twice.
    ALLOW_SELECT = False

    def __init__(self, theme: str) -> None:
        plain = bool(os.environ.get("NO_COLOR"))
        # Without this Textual makes greys of the colours; people who ask for none get none.
        super().__init__(ansi_color=plain)
        for known in THEMES:
            self.register_theme(known)
        self.theme = "ansi-dark" if plain else chosen(theme)

    def get_driver_class(self) -> type[Driver]:
        """Textual's, with our reading of Escape."""
        return used_by(super().get_driver_class())

    def on_load(self) -> None:
        """Notice a terminal that is gone."""
        if not self.is_headless and sys.platform == "linux" and sys.stdin.isatty():
            threading.Thread(target=_end_with_terminal, args=(sys.stdin.fileno(),), name="hangup", daemon=True).start()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Nothing blinks, the cursor of a text neither."""
        field: Any = event.widget
        if hasattr(field, "cursor_blink"):  # Textual's fields are not imported for the first frame
            field.cursor_blink = False

    def on_key(self, event: events.Key) -> None:
        """A letter typed while an input was being opened belongs into it, and must not be taken for a command."""
        write = getattr(self.focused, "insert_text_at_cursor", None)
        if write is not None and event.is_printable:
            event.prevent_default()
            write(event.character)

    def _handle_exception(self, error: Exception) -> None:
        """Log where it broke, and only that: Textual would print every local variable, credentials included."""
        where = "".join(traceback.format_tb(error.__traceback__))
        log.error("the screen broke with %s\n%s", type(error).__name__, where)
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """End without printing anything; whoever started the application says so in a line."""
        self._close_messages_no_wait()
