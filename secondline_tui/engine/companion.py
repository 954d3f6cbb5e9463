"""What lives beside the polling: it watches the board, and its end is not the program's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from secondline_tui.domain.board import Board
from secondline_tui.domain.ports import Clock
from secondline_tui.engine.store import Listener


class Watched(Protocol):
    """What a companion sees of the engine."""

    clock: Clock

    @property
    def board(self) -> Board:
        """The current board."""
        ...

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Be told of every new board, until the returned function is called."""
        ...


class Companion(Protocol):
    """Runs as long as the polling does."""

    async def run(self, watched: Watched) -> None:
        """Until cancelled. A crash is logged, and it is run again."""
        ...
