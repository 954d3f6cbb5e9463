"""Keeps what is being typed: on disk a moment after the last key, so that a crash costs next to nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from textual.timer import Timer
from textual.widget import Widget

from secondline_tui.engine.ledger import Ledger
from secondline_tui.ui.aside import aside

AFTER = 0.8
"""Seconds from a key to the disk, at most."""


class DraftKeeper:
    """The draft of one prompt."""

    def __init__(
        self,
        owner: Widget,
        ledger: Ledger,
        key: str,
        text: Callable[[], str],
        say: Callable[[str], None],
        proposed: str = "",
    ) -> None:
        self._owner = owner
        self._ledger = ledger
        self._key = key
        self._text = text
        self._say = say
        self._timer: Timer | None = None
        self._over = False
        self.before = ledger.drafts.get(key)
        """What was kept of the last time."""
        self._kept = self.before.text if self.before is not None else proposed

    def typed(self) -> None:
        """Keep it soon: further keys do not put it off."""
        if self._timer is None and not self._over:
            self._timer = self._owner.set_timer(AFTER, self._due)

    def over(self) -> None:
        """It is sent: there is nothing to keep any more."""
        self._over = True
        self._stop()

    async def forget(self) -> None:
        """It is over, and kept elsewhere."""
        self.over()
        try:
            await self._ledger.keep_draft(self._key, "")
        except (OSError, sqlite3.Error) as error:
            self._say(f"the draft stays on disk: {type(error).__name__}")

    def resume(self) -> None:
        """It was not sent after all."""
        self._over = False
        self.typed()

    async def keep(self) -> None:
        """Keep it now."""
        self._stop()
        text = self._text()
        if self._over or text == self._kept:
            return
        try:
            await self._ledger.keep_draft(self._key, text)
        except (OSError, sqlite3.Error) as error:
            self._say(f"the draft cannot be kept on disk: {type(error).__name__}")
        else:
            self._kept = text

    def _due(self) -> None:
        self._timer = None
        aside(self._owner, self.keep, "draft")

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
