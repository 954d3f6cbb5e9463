"""A part of what can be done with the dashboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.app import App

from secondline_tui.domain.items import Item
from secondline_tui.ui.commands import Command
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.spans import Line


class Feature:
    """Commands that belong together, and what they need to remember. What they work on is on the desk."""

    commands: Mapping[str, Callable[[], None]]
    """What each of its commands does, by the name that it has in the table."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.session = desk.session
        self.commands = {}

    @property
    def app(self) -> App[object]:
        """Where prompts are shown."""
        return self.desk.app

    def begin(self) -> None:
        """The dashboard is there."""

    def end(self) -> None:
        """The dashboard goes."""

    def tick(self) -> None:
        """Time has passed; what is on the screen is drawn next."""

    def can(self, command: Command) -> bool:  # noqa: ARG002  (others ask which)
        """Whether one of its commands makes sense now, as far as only this feature knows."""
        return True

    def opened(self, item: Item) -> None:
        """An item is shown whole."""

    def wanting(self) -> Line:
        """What wants a person, to be told on the trust line."""
        return ()


def unless_none(go_on: Callable[[str], None]) -> Callable[[str | None], None]:
    """What follows on a choice, where one was made."""
    return lambda key: None if key is None else go_on(key)
