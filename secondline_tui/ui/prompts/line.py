"""One line to type: a file's name."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from secondline_tui.ui.modal import Modal
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.prompts.telling import keys
from secondline_tui.ui.spans import Role


class LineScreen(Modal[str | None]):
    """Ends with what was typed, or None."""

    CSS = """
    LineScreen {
        align: center middle;
        #box { width: 76; max-width: 96%; height: auto; background: $surface; border: round $accent; padding: 0 1; }
        #line { border: none; height: 1; background: $panel; padding: 0 1; margin: 1 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "close", priority=True)]

    def __init__(self, question: str, value: str, word: str) -> None:
        super().__init__()
        self._question = question
        self._value = value
        self._word = word

    def compose(self) -> ComposeResult:
        """The question and the line."""
        with Vertical(id="box"):
            yield Bar(id="question")
            yield Input(self._value, id="line")
            yield Bar(id="keys")

    def on_mount(self) -> None:
        """Ask."""
        self.query_one("#question", Bar).say(((f" {self._question}", Role.STRONG),))
        self.query_one("#keys", Bar).say(keys((("Enter", self._word), ("Esc", "back")), 72))

    @on(Input.Submitted)
    def entered(self, event: Input.Submitted) -> None:
        """Take it."""
        event.stop()
        self.dismiss(event.value.strip() or None)
