"""Keeps the board's figures in a file, for status bars to read instead of asking the services again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from secondline_tui.domain.board import Board
from secondline_tui.domain.ports import Clock
from secondline_tui.domain.summary import summary
from secondline_tui.engine.companion import Watched
from secondline_tui.glance.kept import forget, write

log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds between two writings, at the least."""
BEAT = 10.0
"""Seconds between two writings, at the most: a file that is older belongs to an instance that stands still."""


class Keeper:
    """Writes on a thread: a disk that hangs must not hold up a key."""

    def __init__(self, path: str, config: str, environments: Sequence[str]) -> None:
        self._path, self._config, self._environments = path, config, tuple(environments)
        self._failed = False

    async def run(self, watched: Watched) -> None:
        """Write with every change and, without one, now and then; take the file away at the end."""
        changed = asyncio.Event()
        unsubscribe = watched.subscribe(lambda _: changed.set())
        try:
            while True:
                changed.clear()
                board = watched.board
                await asyncio.to_thread(self._keep, board, watched.clock)
                await watched.clock.sleep(PAUSE)
                await self._news(watched, changed, board)
        finally:
            unsubscribe()
            forget(self._path)

    async def _news(self, watched: Watched, changed: asyncio.Event, board: Board) -> None:
        """Return when something else is known, or it is time for a sign of life."""
        alarm = asyncio.ensure_future(watched.clock.sleep(BEAT - PAUSE))
        try:
            while not alarm.done():
                news = asyncio.ensure_future(changed.wait())
                await asyncio.wait({alarm, news}, return_when=asyncio.FIRST_COMPLETED)
                news.cancel()
                changed.clear()
                if not board.same_but_asking(watched.board):
                    return
        finally:
            alarm.cancel()

    def _keep(self, board: Board, clock: Clock) -> None:
        try:
            write(self._path, self._config, summary(board, clock.now(), clock.monotonic(), self._environments))
        except OSError as error:
            if not self._failed:
                log.warning("the file for status bars cannot be written: %s", error.strerror)
            self._failed = True
        else:
            self._failed = False
