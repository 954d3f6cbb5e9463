"""`python -m tests.bench.switched ...`: the program, whose recording of what is seen stops and goes on with SIGUSR1."""

from __future__ import annotations

import signal
import sys
from unittest.mock import patch

from secondline_tui.__main__ import main as program
from secondline_tui.domain.board import Board
from secondline_tui.engine.history import History


def main() -> int:
    """Run it, recording until the first signal."""
    record, stopped = History.record, False

    def switch(*_: object) -> None:
        nonlocal stopped
        stopped = not stopped

    async def unless_stopped(history: History, board: Board) -> None:
        if not stopped:
            await record(history, board)

    signal.signal(signal.SIGUSR1, switch)
    with patch.object(History, "record", unless_stopped):
        return program()


if __name__ == "__main__":
    sys.exit(main())
