"""Holds the current board and tells the screens, at most once every 100 ms."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from secondline_tui.domain.board import Board, SourceState

QUIET = 0.1

Listener = Callable[[Board], None]


class Store:
    """The one place where the board changes."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._listeners: list[Listener] = []
        self._pending: asyncio.TimerHandle | None = None
        self._last_told = float("-inf")

    def put(self, state: SourceState) -> None:
        """Swap in one source's new state; a burst of changes is told once."""
        self.board = self.board.with_source(state)
        if self._pending is None:
            loop = asyncio.get_running_loop()
            wait = max(0.0, self._last_told + QUIET - loop.time())
            self._pending = loop.call_later(wait, self._tell)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every board from now on, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def close(self) -> None:
        """Tell nobody any more."""
        self._listeners.clear()
        if self._pending is not None:
            self._pending.cancel()
            self._pending = None

    def _tell(self) -> None:
        self._pending = None
        self._last_told = asyncio.get_running_loop().time()
        for listener in tuple(self._listeners):
            listener(self.board)
