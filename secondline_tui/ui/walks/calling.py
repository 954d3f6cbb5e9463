"""What every step of a walk says of open pages: people are being called meanwhile. Pure."""

from __future__ import annotations

from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Incident
from secondline_tui.ui.spans import Line, Role


def calling(board: Board) -> Line:
    """How many pages call, for a heading; nothing while none does."""
    count = unanswered(board)
    return ((f"  ✖ {count} page{'s call' if count > 1 else ' calls'}", Role.CRITICAL),) if count else ()


def unanswered(board: Board) -> int:
    """How many pages nobody has acknowledged."""
    return sum(page.triggered for page in board.items(Incident))
