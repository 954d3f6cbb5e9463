"""An application that can tell a person who is not looking: by the terminal's bell, and by its desktop notification."""

from __future__ import annotations

from typing import TypeVar

from textual import events

from secondline_tui.domain.telling import Notice
from secondline_tui.engine.telling import Telling, spelled
from secondline_tui.ui.steady import SteadyApp

ReturnT = TypeVar("ReturnT")


class ToldApp(SteadyApp[ReturnT]):
    """Lends the terminal to the telling, and lets it know when somebody is there."""

    telling: Telling | None = None

    def tell_with(self, telling: Telling | None, desktop: str) -> None:
        """From now on; `desktop` is the sequence that the terminal knows."""
        self.telling = telling
        if telling is not None:
            telling.terminal["bell"] = lambda _: self.bell()
            telling.terminal["desktop"] = lambda notice: self._write(sequence(desktop, notice))

    def _write(self, text: str) -> None:
        if self._driver is not None:
            self._driver.write(text)

    async def on_event(self, event: events.Event) -> None:
        """A key or a click: somebody is there."""
        if self.telling is not None and isinstance(event, events.Key | events.MouseDown):
            self.telling.seen()
        await super().on_event(event)


def sequence(kind: str, notice: Notice) -> str:
    """What makes a terminal show a notification. The text is clean already: nothing in it could end the sequence."""
    text = spelled(notice).replace("\n", ", ")
    return f"\x1b]9;{text}\x07" if kind == "osc9" else f"\x1b]777;notify;secondline;{text.replace(';', ',')}\x07"
