"""All pages of a list, or no list: what is missing at the end of a queue looks exactly like an empty queue. Pure."""

from __future__ import annotations

from collections.abc import Callable

from secondline_tui.sources.errors import bad_reply
from secondline_tui.sources.wire import envelope
from secondline_tui.sources.zendesk.wire import PageT

PAGES = 100
"""Pages are 100 rows; Zendesk numbers no row beyond the 10,000th either."""


def whole(
    read: Callable[[str], object], address: str, model: type[PageT], what: str, most: int = 100 * PAGES
) -> list[PageT]:
    """Every page from `address` on, each read with `read`; PollFailed when any is missing, comes twice, or there are
    more than `most` rows.
    """
    pages: list[PageT] = []
    asked: set[str] = set()
    seen: set[str] = set()
    following: str | None = address
    while following:
        asked.add(following)
        page = envelope(model, read(following), what)
        if max(page.count or 0, len(seen)) > most:
            raise bad_reply(f"more than {most} rows of {what}: {page.count or len(seen)}; narrow it down")
        pages.append(page)
        fresh, following = page.ids() - seen, page.following
        if following and (following in asked or (page.rows and not fresh) or len(pages) == PAGES):
            raise bad_reply(f"{what}: paging does not come to an end after {len(pages)} pages")
        seen |= fresh
    _require_count(pages, seen, what)
    return pages


def _require_count(pages: list[PageT], seen: set[str], what: str) -> None:
    """By number, a row that leaves the list while it is read pulls another over the edge between two pages, unread."""
    counts = {page.count for page in pages if page.meta is None and page.count is not None}
    if counts and len(seen) < max(counts):
        raise bad_reply(f"{what}: {len(seen)} of {max(counts)} rows came; the list changed while it was read")
