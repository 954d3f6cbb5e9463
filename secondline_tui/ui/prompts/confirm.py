"""The last question before what cannot be taken back, or is done to many: answered by a key of its own."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical

from secondline_tui.ui.commands import spelt
from secondline_tui.ui.modal import Modal
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.prompts.telling import keys
from secondline_tui.ui.spans import Line, Role


def yes_key(led_here: str) -> str:
    """The key that says yes: never the one that a finger may still be on."""
    return "Y" if led_here == "y" else "y"


class ConfirmScreen(Modal[bool]):
    """Ends with whether the person said yes. Only that one key does."""

    CSS = """
    ConfirmScreen {
        align: center middle;
        #box { width: 80; max-width: 96%; height: auto; max-height: 90%; background: $surface;
               border: double $warning; padding: 0 1; }
        &.-public #box { border: double $error; }
    }
    """

    def __init__(self, lines: Sequence[Line], word: str, key: str, *, public: bool = False) -> None:
        super().__init__(classes="-public" if public else None)
        self._lines = lines
        self._word = word
        self._key = key

    def compose(self) -> ComposeResult:
        """The question and its key."""
        with Vertical(id="box"):
            yield Bar(id="question")
            yield Bar(id="keys")

    def on_mount(self) -> None:
        """Ask."""
        self.query_one("#question", Bar).say(*self._lines, ((" ", Role.PLAIN),))
        self.query_one("#keys", Bar).say(keys(((spelt(self._key), self._word), ("Esc", "back")), 76))

    def on_key(self, event: events.Key) -> None:
        """Yes, or back; anything else is no answer."""
        event.stop()
        if event.key == self._key:
            self.dismiss(True)
        elif event.key == "escape":
            self.dismiss(False)
