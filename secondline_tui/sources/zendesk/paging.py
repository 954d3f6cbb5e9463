"""All pages of a list, or no list: what is missing at the end of a queue looks exactly like an empty queue. Pure."""

from __future__ import annotations

from collections.abc import Callable

from secondline_tui.sources.errors import bad_reply
from secondline_tui.sources.wire import envelope
from secondline_tui.sources.zendesk.wire import PageT

PAGES = 100
"""Pages are 100 rows; Zendesk numbers no row beyond the 10,000th either."""
ATTEMPTS = 3
"""Times that a list which moves is read."""


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


def settled(read: Callable[[str], object], address: str, model: type[PageT], what: str) -> list[PageT]:
    """Every page of a list whose rows change places, as a view's do.

    By cursor nobody counts, and a row that moves up to a page already read is missed. A list of several pages is
    therefore read again, until that finds nothing new. A view's count would not tell: Zendesk keeps it for an hour.
    """
    known = whole(read, address, model, what)
    for _ in range(ATTEMPTS - 1):
        if known[0].meta is None or len(known) == 1:
            return known
        again = whole(read, address, model, what)
        if _ids(again) <= _ids(known):
            return known
        known = again
    raise bad_reply(f"{what} kept changing while it was read {ATTEMPTS} times")


def _ids(pages: list[PageT]) -> set[str]:
    return set().union(*(page.ids() for page in pages))


def _require_count(pages: list[PageT], seen: set[str], what: str) -> None:
    """By number, a row that leaves the list while it is read pulls another over the edge between two pages, unread."""
    counts = {page.count for page in pages if page.meta is None and page.count is not None}
    if counts and len(seen) < max(counts):
        raise bad_reply(f"{what}: {len(seen)} of {max(counts)} rows came; the list changed while it was read")
