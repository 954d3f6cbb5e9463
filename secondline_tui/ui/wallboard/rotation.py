"""Which page is shown: one after the other, until one turns bad or somebody holds one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Alert, Incident, Item, Severity, Ticket
from secondline_tui.domain.refs import ItemRef

Page = str
URGENT: tuple[Page, ...] = ("pages", "alerts", "tickets")
"""Pages that may turn bad, the most urgent first."""
Troubles = Mapping[Page, frozenset[ItemRef]]


def troubles(board: Board) -> Troubles:
    """What makes a page bad, as long as nobody has it. What comes and goes by itself stops nothing."""
    bad: dict[Page, set[ItemRef]] = {page: set() for page in URGENT}
    for state in board.sources.values():
        for item in state.items:
            page = _bad(item)
            if page is not None:
                bad[page].add(item.ref)
    return {page: frozenset(refs) for page, refs in bad.items()}


def _bad(item: Item) -> Page | None:
    match item:
        case Incident() if item.triggered and not item.drill:
            return "pages"
        case Alert() if item.severity is Severity.CRITICAL and not item.handled:
            return None if item.paused or item.flapping or item.soft else "alerts"
        case Ticket() if item.priority == "urgent" and not item.handled:
            return "tickets"
        case _:
            return None


class Rotation:
    """Where the rotation is. All moments are of one monotonic clock."""

    def __init__(self, pages: Sequence[Page], seconds: float, stay: float, now: float) -> None:
        self.pages = tuple(pages)
        self.held = False
        """Whether somebody wants this page to stay."""
        self.stopped_for: frozenset[ItemRef] = frozenset()
        """What turned this page bad."""
        self._seconds, self._stay = seconds, stay
        self._place, self._since = 0, now
        self._seen: Troubles | None = None
        self._answered: frozenset[str] = frozenset()

    @property
    def page(self) -> Page:
        """The page to show."""
        return self.pages[self._place]

    def board_changed(self, board: Board, now: float) -> None:
        """Stop at a page with something new that is bad; go on where what was bad is no longer."""
        bad = troubles(board)
        seen = self._seen or {}
        for page in URGENT:
            # What a source tells in its first answer was there before us.
            new = frozenset(ref for ref in bad[page] - seen.get(page, frozenset()) if ref.source in self._answered)
            if new and self._may_stop(page):
                self._stop(page, new, now)
                break
        self._seen = bad
        self._answered = frozenset(name for name, state in board.sources.items() if state.good_at is not None)
        still = self.stopped_for & bad.get(self.page, frozenset())
        if self.stopped_for and not still:
            self._since = now
        self.stopped_for = still

    def _may_stop(self, page: Page) -> bool:
        """Not away from a page that somebody holds, nor from one that turned bad and is as urgent."""
        if page not in self.pages or self.held:
            return False
        return not self.stopped_for or URGENT.index(page) <= URGENT.index(self.page)

    def _stop(self, page: Page, new: frozenset[ItemRef], now: float) -> None:
        self.stopped_for = new | (self.stopped_for if page == self.page else frozenset())
        self._place, self._since = self.pages.index(page), now

    def tick(self, now: float) -> None:
        """Go on when it is time."""
        shown = now - self._since
        if self.held or shown < (self._stay if self.stopped_for else self._seconds):
            return
        self.turn(1, now)

    def turn(self, pages: int, now: float) -> None:
        """So many pages on, or back."""
        self.go((self._place + pages) % len(self.pages), now)

    def go(self, place: int, now: float) -> None:
        """To one page, if there is such a one."""
        if place < len(self.pages):
            self._place, self._since = place, now
            self.stopped_for = frozenset()

    def hold(self, now: float) -> None:
        """Keep this page, or let it go."""
        self.held = not self.held
        self._since = now
