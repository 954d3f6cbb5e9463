"""Lists in pages, so that a page which is lost, repeated or shifted cannot pass for the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from secondline_tui.sources.errors import bad_reply
from secondline_tui.sources.pagerduty.library import Query
from secondline_tui.sources.wire import Wire, envelope

Ask = Callable[[str, Query], object]

PAGE = 100
DEEPEST = 10_000
"""PagerDuty refuses an offset and limit beyond this."""
IDS_AT_ONCE = 60
"""IDs in one question: with 175 its address is too long for PagerDuty (414 above some 4 kB)."""
ATTEMPTS = 3


class _Page(Wire):
    rows: list[object]
    offset: int
    more: bool


def every(ask: Ask, path: str, name: str, query: Query, *, most: int = DEEPEST) -> tuple[list[object], bool]:
    """The rows of a list, and whether they are all of it: with `most` rows or more, the rest is left alone.

    Each page begins with the last row of the one before. When it is another row, something went away between the two
    questions, and what stood behind it may have slipped through: the list is then read again.
    """
    for _ in range(ATTEMPTS):
        rows = _attempt(ask, path, name, query, min(most, DEEPEST - PAGE))
        if rows is not None:
            return rows
    raise bad_reply(f"{name} kept changing while they were read")


def whole(ask: Ask, path: str, name: str, query: Query) -> list[object]:
    """Every row of a list; PollFailed when there are more than PagerDuty gives out."""
    rows, complete = every(ask, path, name, query)
    if not complete:
        raise bad_reply(f"{len(rows)} {name} and more, beyond what PagerDuty lists: ask for less")
    return rows


def chunks(identities: Sequence[str]) -> Iterator[list[str]]:
    """IDs in parts that fit an address."""
    for start in range(0, len(identities), IDS_AT_ONCE):
        yield list(identities[start : start + IDS_AT_ONCE])


def _attempt(ask: Ask, path: str, name: str, query: Query, most: int) -> tuple[list[object], bool] | None:
    """The rows and whether they are all, None when the list moved."""
    rows: list[object] = []
    while True:
        offset = max(0, len(rows) - 1)
        page = _page(ask(path, {**query, "limit": PAGE, "offset": offset}), name)
        if page.offset != offset:
            raise bad_reply(f"another page of {name} than the one asked for")
        fresh = page.rows
        if rows:
            if not fresh or _identity(fresh[0]) != _identity(rows[-1]):
                return None
            fresh = fresh[1:]
        if page.more and not fresh:
            raise bad_reply(f"a page of {name} that is empty, yet says that there are more")
        rows += fresh
        if not page.more or len(rows) >= most:
            return rows, not page.more


def _page(data: object, name: str) -> _Page:
    if not isinstance(data, dict):
        raise bad_reply(f"unknown shape instead of {name}")
    return envelope(_Page, {**data, "rows": data.get(name)}, name)


def _identity(row: object) -> object:
    """What stays the same of a row: its ID, where it has one."""
    return row.get("id", row) if isinstance(row, dict) else row
