"""A walk on the screen: one page after another, on, back and out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from time import perf_counter
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.timer import Timer
from textual.widget import Widget

from secondline_tui.domain.board import Board
from secondline_tui.domain.items import Card
from secondline_tui.domain.refs import ItemRef
from secondline_tui.engine.footprints import Footprints
from secondline_tui.ui.aside import aside
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.inquiry import Inquiry
from secondline_tui.ui.item_list import ItemList
from secondline_tui.ui.lines_view import LinesView
from secondline_tui.ui.listing import Listing
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.prompts.telling import keys
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, cut, cut_line

log = logging.getLogger(__name__)

AGES = 5.0
"""Seconds after which ages are told anew."""
SPARING = 20
"""Laying out the text takes at most one part in so many of the time."""
Viewed = Callable[[int], View]
"""What rows need to know, at a width."""


class WalkScreen(Listing[None]):
    """What all walks share. Their pages are numbered from 0; behind the last one stands the end."""

    CSS_PATH = "walk.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "end"),
        Binding("space,right,l", "on", "on"),
        Binding("enter", "enter", "on"),
        Binding("left,backspace,h", "back", "back"),
    ]

    def __init__(self, session: Session, view: Viewed, name: str, passed: frozenset[str]) -> None:
        super().__init__()
        self.session = session
        self.place = 0
        self.passed = passed
        """What was passed, now or before the walk was broken off."""
        self.inquiry = Inquiry(self, session.engine, self.tell)
        """What the services tell of the items that are shown, or why not."""
        self._walk = name
        self._footprints = Footprints(session.config.state_folder)
        self._keeping = asyncio.Lock()
        self.lines = LinesView(id="walk")
        self.view = view
        self.remark = ""
        self._drawn = self._took = 0.0
        self._later: Timer | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """Title, page, keys."""
        with Vertical(id="box"):
            yield Bar(id="title")
            yield from self.fields()
            yield Bar(id="keys")

    def on_mount(self) -> None:
        """Show the first page, and follow the board."""
        self.set_focus(self.lines)
        self._unsubscribe = self.session.engine.subscribe(self.board_changed)
        self.set_interval(AGES, self.tell)
        self.call_after_refresh(self.entered)

    def on_unmount(self) -> None:
        """Follow it no more."""
        self._unsubscribe()

    def on_resize(self) -> None:
        """Another width: everything cut anew."""
        self.call_after_refresh(self.tell)

    # -- what each walk says ------------------------------------------------------------------------------------

    @property
    def pages(self) -> int:
        """How many there are, without the end."""
        raise NotImplementedError

    @property
    def card(self) -> Card | None:
        """The card of the page, None where it is of none."""
        raise NotImplementedError

    def fields(self) -> Iterable[Widget]:
        """What stands between title and keys."""
        return (self.lines,)

    @property
    def here(self) -> LinesView | ItemList:
        """What the keys move in."""
        return self.lines

    def heading(self) -> Line:
        """What walk it is, and how far it has come."""
        raise NotImplementedError

    def page_lines(self, view: View) -> Sequence[Line]:
        """What the present page says."""
        raise NotImplementedError

    def page_keys(self) -> Sequence[tuple[str, str]]:
        """The keys that count on it, the most important first."""
        raise NotImplementedError

    def entered(self) -> None:
        """Another page is shown."""
        self.tell(from_top=True)

    @property
    def shown(self) -> ItemRef | None:
        """The item that is shown whole, if one is: its service is asked for the rest of it."""
        return self.card.ref if self.card is not None else None

    # -- showing ------------------------------------------------------------------------------------------------

    def board_changed(self, _board: Board) -> None:
        """Something is otherwise. A very long text is not laid out so often that keys would wait for it."""
        wait = SPARING * self._took - (perf_counter() - self._drawn)
        if wait <= 0:
            self.tell()
        elif self._later is None:
            self._later = self.set_timer(wait, self.tell)

    def tell(self, *, from_top: bool = False) -> None:
        """Bring everything that is said up to date."""
        width = self.lines.size.width
        self._later = None
        if not self.is_mounted or not width:
            return
        began = perf_counter()
        self.inquiry.look_at(self.shown)
        self.lines.show(list(self.page_lines(self.view(width - 1))), from_top=from_top)
        self.query_one("#title", Bar).say(cut_line(self.heading(), width))
        told: Line = keys(self.page_keys(), width)
        if self.remark:
            told = ((f" {cut(self.remark, max(10, width - 1))}", Role.STRONG),)
        self.query_one("#keys", Bar).say(told)
        self._drawn = perf_counter()
        self._took = self._drawn - began

    def say(self, remark: str) -> None:
        """Say something in the keys' place, until the next page."""
        self.remark = remark
        self.tell()

    def go(self, place: int) -> None:
        """To a page, or to the end."""
        self.remark = ""
        self.place = max(0, min(self.pages, place))
        self.entered()

    # -- how far it has come ------------------------------------------------------------------------------------

    def keep(self, passed: frozenset[str]) -> None:
        """Remember what was passed, on disk too: also when the walk is left at once, and never an older state last."""
        self.passed = passed
        aside(self.app, partial(self._keep), "passed")

    async def _keep(self) -> None:
        async with self._keeping:
            try:
                await asyncio.to_thread(self._footprints.keep, self._walk, self.passed)
            except OSError as error:
                log.warning("how far the walk has come cannot be kept: %s", error.strerror)

    # -- keys ---------------------------------------------------------------------------------------------------

    def action_on(self) -> None:
        """To the next page. From the end only Escape leads out: pressed once more, this would act on what is below."""
        if self.place < self.pages:
            self.go(self.place + 1)

    def action_enter(self) -> None:
        """On, where nothing is to be opened."""
        self.action_on()

    def action_back(self) -> None:
        """To the page before."""
        self.go(self.place - 1)

    def action_leave(self) -> None:
        """Out; the walk may be gone on with later."""
        self.dismiss(None)
