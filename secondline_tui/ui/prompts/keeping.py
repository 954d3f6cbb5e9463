"""Keeps what is being typed: on disk a moment after the last key, so that a crash costs next to nothing."""

from __future__ import annotations

import contextlib
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
        ledger: Ledger | None,
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
        self._over = self._warned = False
        self.before = ledger.drafts.take_up(key) if ledger is not None else None
        """What was kept of the last time."""
        self._kept = self.before.text if self.before is not None else proposed

    def typed(self) -> None:
        """Keep it soon: further keys do not put it off."""
        self._warned = False
        if self._timer is None and not self._over:
            self._timer = self._owner.set_timer(AFTER, self._due)

    def over(self) -> None:
        """It is sent: there is nothing to keep any more."""
        self._over = True
        self._stop()

    async def forget(self) -> None:
        """It is over, and kept elsewhere."""
        self.over()
        if self._ledger is None:
            return
        try:
            await self._ledger.drafts.keep(self._key, "")
        except (OSError, sqlite3.Error) as error:
            self._say(f"the draft stays on disk: {type(error).__name__}")

    async def gone(self) -> bool:
        """Whether another window has sent this draft meanwhile, or dropped it."""
        if self._ledger is None:
            return False
        with contextlib.suppress(OSError, sqlite3.Error):  # then what is known has to do
            await self._ledger.look_around()
        return self._ledger.drafts.is_gone(self._key)

    def resume(self) -> None:
        """It was not sent after all."""
        self._over = False
        self.typed()

    async def keep(self) -> str:
        """Keep it now; why that cannot be, "" where it is kept."""
        self._stop()
        text = self._text()
        if self._over or text == self._kept:
            return ""
        if self._ledger is None:
            return "drafts are not kept here"
        try:
            await self._ledger.drafts.keep(self._key, text)
        except (OSError, sqlite3.Error) as error:
            why_not = f"the draft cannot be kept on disk: {type(error).__name__}"
            self._say(why_not)
            return why_not
        self._kept = text
        return ""

    async def may_close(self) -> bool:
        """Whether it is kept; or the person closes again, who was told what that costs."""
        why_not = await self.keep()
        if why_not and not self._warned:
            self._warned = True
            self._say(f"Esc once more loses what is typed: {why_not}")
            return False
        return True

    def _due(self) -> None:
        self._timer = None
        aside(self._owner, self._keep, "draft")

    async def _keep(self) -> None:
        await self.keep()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
