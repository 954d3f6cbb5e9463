"""A list to choose one thing from; letters that are typed go to the next one that has them."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets.option_list import Option

from secondline_tui.domain.actions import Choice
from secondline_tui.ui.modal import Options


class ChoiceList(Options):
    """The destinations that there are. Names come from services: they are never parsed as markup."""

    class Missed(Message):
        """Enter, and nothing is chosen."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id, compact=True)
        self._choices: tuple[Choice, ...] = ()
        self._typed = ""

    @property
    def chosen(self) -> Choice | None:
        """The one under the cursor."""
        return self._choices[self.highlighted] if self.highlighted is not None else None

    @property
    def choices(self) -> tuple[Choice, ...]:
        """All of them."""
        return self._choices

    def offer(self, choices: Sequence[Choice], chosen: str) -> None:
        """Offer these; the cursor stays on its choice where that is still there."""
        choices = tuple(choices)
        if choices == self._choices:
            return
        here = self.chosen
        wanted = here.key if here is not None else chosen
        self._choices = choices
        self.clear_options()
        self.add_options([self._option(choice) for choice in choices])
        self.highlighted = next((n for n, choice in enumerate(choices) if choice.key == wanted), None)

    def _option(self, choice: Choice) -> Option:
        hint = f"  {choice.hint}" if choice.hint else ""
        return Option(Content.assemble(choice.name or "–", (hint, "$foreground 62%")))

    def action_select(self) -> None:
        """Take the chosen one."""
        if self.highlighted is None:
            self.post_message(self.Missed())
        else:
            super().action_select()

    def on_key(self, event: events.Key) -> None:
        """Look for what is typed."""
        if event.key == "backspace":
            self._typed = self._typed[:-1]
        elif event.is_printable and event.character is not None:
            self._typed += event.character.casefold()
        else:
            return
        event.stop()
        event.prevent_default()
        hits = [n for n, choice in enumerate(self._choices) if self._typed in choice.name.casefold()]
        starts = [n for n in hits if self._choices[n].name.casefold().startswith(self._typed)]
        if hits:
            self.highlighted = (starts or hits)[0]
        self.border_subtitle = Content(self._typed) if self._typed else ""
