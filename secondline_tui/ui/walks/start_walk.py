"""The walk at the start of a shift: sources, pair, what was handed over, open pages, unread issues one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget

from secondline_tui.domain.actions import Action, Verb
from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Card, Incident
from secondline_tui.domain.offers import offered
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.why_not import why_not
from secondline_tui.shift.agenda import Event, events_on
from secondline_tui.shift.pairing import pairing
from secondline_tui.shift.policy import judged
from secondline_tui.shift.takeover import taking_over
from secondline_tui.ui import receipts
from secondline_tui.ui.aside import aside
from secondline_tui.ui.commands import spelt
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.dashboard.today import today_lines
from secondline_tui.ui.detail_text import detail_lines
from secondline_tui.ui.item_list import ItemList
from secondline_tui.ui.lines_view import LinesView
from secondline_tui.ui.prompts.compose import ComposeScreen
from secondline_tui.ui.prompts.errand import Errand, target_of
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, Span
from secondline_tui.ui.walks.beginning import Beginning
from secondline_tui.ui.walks.calling import calling
from secondline_tui.ui.walks.start_pages import (
    end_page,
    handed_page,
    incident_page,
    open_pages,
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
    AS_OUTSIDE = ("acknowledge", "open")
    """Commands of the dashboard that a page is dealt with by, with their keys there."""

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
        self.list = ItemList(self._row_view, id="open-pages")
        self._opened: Incident | None = None
        """The page that is shown whole."""
        self._actions: Sequence[Action] = ()
        self._receipts: Mapping[ItemRef, Span] = {}
        self._forget: Callable[[], None] = lambda: None
        self.adopt(session.keys, *self.AS_OUTSIDE, but="enter")  # which leads on where nothing is to be opened

    def on_mount(self) -> None:
        """Follow what becomes of what is done here."""
        outbox = self.session.outbox
        if outbox is not None:
            self._told(outbox.ledger.actions)
            self._forget = outbox.ledger.subscribe(self._told)

    def on_unmount(self) -> None:
        """Follow it no more."""
        self._forget()

    def fields(self) -> Iterable[Widget]:
        """The text, and below it the open pages, to be chosen from."""
        self.list.display = False
        return (self.lines, self.list)

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

    @property
    def _listed(self) -> bool:
        """Whether the open pages are shown, to be chosen from."""
        return self._names[self.place : self.place + 1] == ["pages"] and self._opened is None and bool(self.list.items)

    @property
    def here(self) -> LinesView | ItemList:
        """The list where there is something to choose."""
        return self.list if self._listed else self.lines

    @property
    def shown(self) -> ItemRef | None:
        """The opened page, or the card."""
        return self._opened.ref if self._opened is not None else super().shown

    @property
    def _page(self) -> Incident | None:
        """The page that keys are about, as it is now; the last that was known of one that is gone."""
        chosen = self._opened or (self.list.selected if self._listed else None)
        if not isinstance(chosen, Incident):
            return None
        now = self.session.engine.board.find(chosen.ref)
        return now if isinstance(now, Incident) else chosen

    def _told(self, actions: Sequence[Action]) -> None:
        """Not in the outbox's own time, as everywhere."""
        self.call_later(self._follow, actions)

    def _follow(self, actions: Sequence[Action]) -> None:
        self._actions = actions
        self.tell()

    def _row_view(self, width: int) -> View:
        return replace(self.view(width), receipts=self._receipts)

    def entered(self) -> None:
        """Another page of the walk: the list of open ones has the keys where it is shown."""
        self._arrange()
        super().entered()

    def tell(self, *, from_top: bool = False) -> None:
        """Bring the list up to date too."""
        self._arrange()
        super().tell(from_top=from_top)
        self.list.repaint_changed()

    def _arrange(self) -> None:
        """Show the list where it belongs, with what is open now."""
        engine = self.session.engine
        self._receipts = receipts.receipts(self._actions, engine.board.sources, engine.clock.now())
        self.list.set_items(open_pages(engine.board), now=engine.clock.now())
        listed = self._listed
        if self.list.display is not listed:
            self.list.display = listed
            self.set_class(listed, "-listed")
            self.set_focus(self.here)

    # -- what is said -------------------------------------------------------------------------------------------

    def heading(self) -> Line:
        """Whether a page calls, which step, and of how many."""
        pages = calling(self.session.engine.board)
        if self.place >= self.pages:
            return ((" Start of shift", Role.ACCENT), ("  the end", Role.STRONG), *pages)
        title = SECTIONS[self.place][1] if self.place < len(SECTIONS) else self._card_title()
        at = f"  {self.place + 1} of {self.pages}"
        return (" Start of shift", Role.ACCENT), (at, Role.STRONG), *pages, (f"  {title}", Role.PLAIN)

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
                return self._open_pages(board, monotonic, view)
            case _:
                return self._card_page(view)

    def _open_pages(self, board: Board, monotonic: float, view: View) -> list[Line]:
        page = self._page if self._opened is not None else None
        if page is None:
            return incident_page(board, monotonic)
        return detail_lines(page, self.inquiry.more(page.ref), view, is_gone=board.find(page.ref) is None)

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
            self.inquiry.more(card.ref),
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
        out = "back to the pages" if self._opened is not None else "break off"
        return [*self._page_keys(), ("Space", word), ("←", "back"), *ask, ("Esc", out)]

    def _page_keys(self) -> Sequence[tuple[str, str]]:
        """What can be done to the selected page."""
        page = self._page
        if page is None:
            return []
        acknowledge, whole = (spelt(self.session.keys[name].partition(",")[0]) for name in self.AS_OUTSIDE)
        may = self._may_acknowledge(page)
        return [
            *([(acknowledge, "acknowledge")] if may else []),
            *([(whole, "open")] if self._opened is None else []),
        ]

    def _may_acknowledge(self, page: Incident) -> bool:
        outbox, state = self.session.outbox, self.session.engine.board.sources.get(page.ref.source)
        return outbox is not None and Verb.ACKNOWLEDGE in offered(page, state, outbox.ledger.forbidden)

    # -- keys ---------------------------------------------------------------------------------------------------

    def action_refresh(self) -> None:
        """Ask every source now."""
        self.session.engine.refresh()
        self.inquiry.ask_again()
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

    def action_enter(self) -> None:
        """Open what is selected; where nothing is, on."""
        if self._listed:
            self.action_open()
        else:
            self.action_on()

    def action_open(self) -> None:
        """Show the selected page whole."""
        if self._listed and (page := self._page) is not None:
            self._show(page)

    def action_back(self) -> None:
        """From an opened page to the others; else to the page of the walk before."""
        if self._opened is not None:
            self._show(None)
        else:
            super().action_back()

    def action_leave(self) -> None:
        """Close the opened page; else out."""
        if self._opened is not None:
            self._show(None)
        else:
            super().action_leave()

    def go(self, place: int) -> None:
        """To another page of the walk: nothing stays opened."""
        self._opened = None
        super().go(place)

    def _show(self, page: Incident | None) -> None:
        self._opened = page
        self.remark = ""
        self.tell(from_top=True)

    def action_acknowledge(self) -> None:
        """Acknowledge the selected page, by the prompt that the dashboard has for it."""
        page, outbox, board = self._page, self.session.outbox, self.session.engine.board
        if page is None or outbox is None:
            return
        if outbox.ledger.why_closed or not self._may_acknowledge(page):
            state = board.sources[page.ref.source]
            no = why_not(Verb.ACKNOWLEDGE, page, state, outbox.ledger.forbidden)
            self.say(outbox.ledger.why_closed or no or "it cannot be acknowledged")
            return
        key = self.session.keys["acknowledge"].partition(",")[0]
        errand = Errand(targets=(target_of(page, Verb.ACKNOWLEDGE, board),), key=key)
        self.app.push_screen(ComposeScreen(self.session, outbox, errand))

    @on(ItemList.Moved)
    def moved(self) -> None:
        """Another page is selected: other keys."""
        self.remark = ""
        self.tell()

    @on(ItemList.Opened)
    def opened(self) -> None:
        """A page was clicked twice."""
        self.action_open()

    async def _see(self, ref: ItemRef) -> None:
        if self.session.history is not None:
            await self.session.history.see(ref)
