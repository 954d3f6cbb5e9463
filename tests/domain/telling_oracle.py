"""What ought to have been told over a whole history, worked out slowly from all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Item
from secondline_tui.domain.refs import ItemRef, Kind

Moment = tuple[float, Board]


@dataclass(frozen=True)
class Expected:
    """The news in the order it came up, before any of it is folded."""

    at: float
    ref: ItemRef
    why: str


def severity(item: Item | None) -> int:
    """How loud an item is, spelt out once more."""
    if item is None or item.handled:
        return 0
    flags = ("paused", "flapping", "soft", "drill")
    if any(getattr(item, flag, False) for flag in flags):
        return 0
    if hasattr(item, "urgency"):
        return 3 if item.urgency == "high" else 2
    if hasattr(item, "severity"):
        return {"critical": 3, "warning": 2, "unknown": 1}[item.severity]
    return {"urgent": 3, "high": 2}.get(getattr(item, "priority", None) or "", 1)


def item_news(history: Sequence[Moment], ref: ItemRef) -> list[Expected]:
    """When this item was new or worse."""
    found = []
    good = [(at, board) for at, board in history if _good(board, ref.source)]
    for place in range(1, len(good)):
        at, board = good[place]
        level = severity(board.find(ref))
        before = _last_level(good[:place], ref)
        if level > before:
            found.append(Expected(at, ref, "worse" if before else "new"))
    return found


def _good(board: Board, source: str) -> bool:
    state = board.sources[source]
    return state.good_at is not None and state.fault is None


def _last_level(good: Sequence[Moment], ref: ItemRef) -> int:
    """How loud it was when it was last loud, since it came; 0 when it was not."""
    for _, board in reversed(good):
        item = board.find(ref)
        if item is None:
            return 0
        if severity(item):
            return severity(item)
    return 0


def blind_news(history: Sequence[Moment], source: str, patience: float) -> list[Expected]:
    """When the source had been blind for long enough, once for each time."""
    found, since = [], None
    for at, board in history:
        healthy = board.sources[source].health(at) in ("fresh", "waiting", "paused")
        if healthy:
            since = None
        elif since is None:
            since = (at, False)
        if since is not None and not since[1] and at - since[0] >= patience:
            since = (since[0], True)
            found.append(Expected(at, ItemRef(source, Kind.SOURCE, source), "blind"))
    return found


def _lasts(board: Board, one: Expected, at: float) -> bool:
    if one.why != "blind":
        return severity(board.find(one.ref)) > 0
    return board.sources[one.ref.source].health(at) not in ("fresh", "waiting", "paused")


def folded(news: Sequence[Expected], history: Sequence[Moment], burst: float) -> list[list[Expected]]:
    """The notices: all that came from the first to `burst` seconds later, but for what was over by then."""
    notices, rest = [], sorted(news, key=lambda one: one.at)
    while rest:
        end = next((at for at, _ in history if at >= rest[0].at + burst), None)
        if end is None:
            break
        board = next(board for at, board in history if at == end)
        batch = [one for one in rest if one.at <= end]
        rest = rest[len(batch) :]
        kept = [one for one in batch if _lasts(board, one, end)]
        if kept:
            notices.append(kept)
    return notices
