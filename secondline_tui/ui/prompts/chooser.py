"""One of a few things to choose, before the prompt for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import OptionList

from secondline_tui.domain.actions import Choice
from secondline_tui.ui.modal import Modal
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.prompts.choice_list import ChoiceList
from secondline_tui.ui.prompts.telling import keys
from secondline_tui.ui.spans import Role


class ChooserScreen(Modal[str | None]):
    """Ends with the key of what was chosen, or None."""

    CSS = """
    ChooserScreen {
        align: center middle;
        #box { width: 76; max-width: 96%; height: auto; max-height: 100%; background: $surface;
               border: round $accent; padding: 0 1; }
        #choices { height: auto; max-height: 60vh; border: none; background: $surface; padding: 0; margin: 1 0; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "close")]

    def __init__(self, question: str, choices: Sequence[Choice]) -> None:
        super().__init__()
        self._question = question
        self._choices = choices

    def compose(self) -> ComposeResult:
        """The question and the list."""
        with Vertical(id="box"):
            yield Bar(id="question")
            yield ChoiceList(id="choices")
            yield Bar(id="keys")

    def on_mount(self) -> None:
        """Ask."""
        self.query_one("#question", Bar).say(((f" {self._question}", Role.STRONG),))
        self.query_one("#keys", Bar).say(keys((("Enter", "choose"), ("Esc", "back")), 72))
        self.query_one(ChoiceList).offer(self._choices, self._choices[0].key)

    @on(OptionList.OptionSelected)
    def selected(self, event: OptionList.OptionSelected) -> None:
        """Take it."""
        event.stop()
        chosen = self.query_one(ChoiceList).chosen
        self.dismiss(chosen.key if chosen is not None else None)
