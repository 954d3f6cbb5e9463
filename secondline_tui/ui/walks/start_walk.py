"""The walk at the start of a shift: sources, pair, what was handed over, open pages, unread known issues one by one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from secondline_tui.domain.items import Card
from secondline_tui.domain.refs import ItemRef
from secondline_tui.shift.agenda import Event, events_on
from secondline_tui.shift.pairing import pairing
from secondline_tui.shift.policy import judged
from secondline_tui.shift.takeover import taking_over
from secondline_tui.ui.aside import aside
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.dashboard.today import today_lines
from secondline_tui.ui.detail_text import detail_lines
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role
from secondline_tui.ui.walks.beginning import Beginning
from secondline_tui.ui.walks.start_pages import (
    end_page,
    handed_page,
    incident_page,
    people_page,
    read_line,
    source_page,
)
from secondline_tui.ui.walks.walk_screen import Viewed, WalkScreen

SECTIONS = (
    ("sources", "Can I reach everything?"),
    ("people", "Who is on, and what happens today"),
    ("handed", "What the last shift handed over"),
    ("pages", "Open pages"),
)
"""The pages before the cards: the name under which each is remembered, and its title."""


class StartWalkScreen(WalkScreen):
    """Four pages and one for each unread card. A page is passed with the key that leads on."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("r", "refresh", "ask again")]

    def __init__(self, session: Session, view: Viewed, notice: Callable[[], str], known: Beginning) -> None:
        super().__init__(session, view, known.walk, known.passed)
        self._notice = notice
        """What is to be said of the drill."""
        self._known = known
        self._cards = list(known.unread)
        self._read: set[ItemRef] = set()
        names = [name for name, _ in SECTIONS] + [str(card.ref) for card in self._cards]
        self._names = names
        self.place = next((n for n, name in enumerate(names) if name not in self.passed), 0)

    # -- what is so now -----------------------------------------------------------------------------------------

    @property
    def pages(self) -> int:
        """The sections and the cards."""
        return len(self._names)

    @property
    def card(self) -> Card | None:
        """The card of this page as it is now; None on the other pages."""
        number = self.place - len(SECTIONS)
        if not 0 <= number < len(self._cards):
            return None
        now = self.session.engine.board.find(self._cards[number].ref)
        if isinstance(now, Card):
            self._cards[number] = now
        return self._cards[number]

    # -- what is said -------------------------------------------------------------------------------------------

    def heading(self) -> Line:
        """Which page, and of how many."""
        if self.place >= self.pages:
            return ((" Start of shift", Role.ACCENT), ("  the end", Role.STRONG))
        title = SECTIONS[self.place][1] if self.place < len(SECTIONS) else self._card_title()
        at = f"  {self.place + 1} of {self.pages}  "
        return (" Start of shift", Role.ACCENT), (at, Role.STRONG), (title, Role.PLAIN)

    def _card_title(self) -> str:
        return f"Unread ongoing issue {self.place - len(SECTIONS) + 1} of {len(self._cards)}"

    def page_lines(self, view: View) -> Sequence[Line]:
        """What this page says."""
        engine = self.session.engine
        board, monotonic = engine.board, engine.clock.monotonic()
        match self._names[self.place] if self.place < self.pages else "":
            case "sources":
                return source_page(board, monotonic, view)
            case "people":
                return self._people(view)
            case "handed":
                return handed_page(self._known.handed, self._known.jottings, self._known.doubts, view)
            case "pages":
                return incident_page(board, monotonic, view)
            case _:
                return self._card_page(view)

    def _people(self, view: View) -> list[Line]:
        session, board, now = self.session, self.session.engine.board, view.now
        calendar, monotonic = session.calendar, session.engine.clock.monotonic()
        today = judged(pairing(board, calendar, now), session.config.people, session.config.policy)
        roles = today_lines(today, board, monotonic, now, calendar.zone, view.width)
        over = taking_over(board, calendar, session.agenda, now)
        return people_page(roles, self._notice(), self._events(now), over, view)

    def _events(self, now: datetime) -> list[Event]:
        calendar = self.session.calendar
        day = now.astimezone(calendar.zone).date()
        return sorted(events_on(calendar, self.session.agenda, day), key=lambda event: event.start)

    def _card_page(self, view: View) -> list[Line]:
        card, board = self.card, self.session.engine.board
        if card is None:
            return end_page(len(self._read), self._known.missed, board, self.session.engine.clock.monotonic())
        whole = detail_lines(
            card,
            self.more.get(card.ref),
            view,
            is_gone=board.find(card.ref) is None,
        )
        return [read_line(card, self._known.looks, view), (), *whole]

    def page_keys(self) -> Sequence[tuple[str, str]]:
        """On, back, out."""
        if self.place >= self.pages:
            return [("Esc", "close"), ("←", "back")]
        ask = [("r", "ask every source again")] if self._names[self.place] == "sources" else []
        word = "read, on" if self.card is not None else "on"
        return [("Space", word), ("←", "back"), *ask, ("Esc", "break off")]

    # -- keys ---------------------------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Ask every source now."""
        self.session.engine.refresh()
        self.say("asking every source")

    def action_on(self) -> None:
        """This page is passed, and its card is read."""
        if self.place < self.pages:
            card = self.card
            if card is not None:
                self._read.add(card.ref)
                aside(self.app, partial(self._see, card.ref), "seen")
            self.keep(self.passed | {self._names[self.place]})
        super().action_on()

    async def _see(self, ref: ItemRef) -> None:
        if self.session.history is not None:
            await self.session.history.see(ref)
