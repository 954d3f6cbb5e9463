"""The dashboard as it is drawn: bars, panes, an opened item. What can be done with it is in `features`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import time, timedelta

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.screen import Screen
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from secondline_tui.config.shift import Drill
from secondline_tui.domain.actions import Action
from secondline_tui.domain.ages import clock
from secondline_tui.domain.board import Board
from secondline_tui.domain.health import Health
from secondline_tui.domain.items import Item
from secondline_tui.domain.refs import ItemRef
from secondline_tui.domain.trust import judge
from secondline_tui.shift.agenda import next_event
from secondline_tui.shift.drill import DrillWatch
from secondline_tui.shift.pairing import Pairing, next_pairing, pairing
from secondline_tui.shift.policy import judged
from secondline_tui.shift.related import Related
from secondline_tui.ui import bars
from secondline_tui.ui.arrange import Wish
from secondline_tui.ui.dashboard.detail import DetailView
from secondline_tui.ui.dashboard.filter_line import FilterLine
from secondline_tui.ui.dashboard.panes import PANES, Pane
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.dashboard.source_list import SourceList
from secondline_tui.ui.dashboard.today import TodayPane
from secondline_tui.ui.item_list import ItemList
from secondline_tui.ui.lines_view import LinesView
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.receipts import receipts
from secondline_tui.ui.related_text import mark
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, Span, cut_line, spread, width_of

TALL_FROM = 34
"""Terminal lines from which an alert gets two of them."""
FILTERING = ((" Enter", Role.KEY), (" keeps the filter  ", Role.MUTED), ("Esc", Role.KEY), (" clears it", Role.MUTED))
TRUSTED = 26
"""Cells of the trust line that are for trust alone, or half of a slim one: nothing else drives it out."""
SLICES_APART = 0.05
REMARK_SECONDS = 4.0


class Desk(Screen[None]):
    """All there is to see.

    The focus is moved with `set_focus`, at once. A widget's own `focus()` would move it a little later, and a key that
    was typed already would go to the pane left behind.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.board = session.engine.board
        self.pairing: Pairing | None = None
        wish = Wish(handled=session.config.ui.show_handled, environments=session.config.ui.environments)
        self.panes = {kind.id: Pane(kind, self.view, wish, session.engine.clock.now) for kind in PANES}
        self.today = TodayPane(id="today")
        self.related = Related(session.verdicts) if session.verdicts is not None else Related()
        drill = session.config.shift.drill or Drill(time=time())
        self._drill = DrillWatch(drill.advice, timedelta(minutes=drill.within))
        self.detail = DetailView(session.engine, self.view, self.related, session.history)
        self.sources = SourceList(self.view, session.engine.clock)
        self.filter = FilterLine(self.rearrange, self.focus_main)
        self.last_pane = "alerts"
        """The pane that had the keys last."""
        self.came_from = "panes"
        """What the opened item was opened from."""
        self._actions: Sequence[Action] = ()
        self._receipts: Mapping[ItemRef, Span] = {}
        self.new: frozenset[ItemRef] = frozenset()
        """What came since the person last looked."""
        self._unsubscribe: Callable[[], None] = lambda: None
        self._remark = ""
        self._remark_ends: Timer | None = None

    def compose(self) -> ComposeResult:
        """Bars above and below, the panes between."""
        yield Bar(id="title")
        yield Bar(id="trust")
        yield Bar(id="strip")
        with ContentSwitcher(initial="panes", id="main"):
            with Container(id="panes"):
                yield self.panes["pages"]
                yield self.panes["alerts"]
                yield self.panes["tickets"]
                with Vertical(id="side"):
                    yield self.panes["cards"]
                    yield self.today
            yield self.detail
            yield self.sources
        yield self.filter
        yield Bar(id="footer")

    def on_mount(self) -> None:
        """Follow the board, and time."""
        self._unsubscribe = self.session.engine.subscribe(self.board_changed)
        self.set_interval(1.0, self.tick)
        self.made_current("alerts")  # first: on the smallest screens a pane that is not current cannot have the keys
        self.set_focus(self.panes["alerts"].list)
        self.board_changed(self.board)

    def on_unmount(self) -> None:
        """Follow no more."""
        self._unsubscribe()

    # -- what is drawn ----------------------------------------------------------------------------------------

    def view(self, width: int) -> View:
        """What rows need to know now."""
        now, monotonic = self.session.engine.clock.now(), self.session.engine.clock.monotonic()
        zone = self.session.calendar.zone
        dated = {
            name: clock(state.as_of, zone, now)
            for name, state in self.board.sources.items()
            if state.as_of is not None and state.health(monotonic) is not Health.FRESH
        }
        return View(
            now,
            zone,
            width,
            tall=self._tall,
            dated=dated,
            receipts=self._receipts,
            related=self._mark,
            new=self.new,
            stale=timedelta(seconds=self.session.config.shift.stale),
        )

    def _mark(self, item: Item) -> str:
        return mark(self.related.of(item))

    @property
    def _tall(self) -> bool:
        return self.size.height >= TALL_FROM and self.size.width < 150

    def board_changed(self, board: Board) -> None:
        """Draw a new board."""
        before, self.board = self.board, board
        if not self.is_mounted:
            return
        self.sources.update_board(board, self.session.engine.clock.monotonic())
        if before is not board and before.same_but_asking(board):
            return
        self._receipts = receipts(self._actions, board.sources, self.session.engine.clock.now())
        self._follow_links()
        for pane in self.panes.values():
            pane.update_board(board)
        self.detail.update_board(board)
        self.tick()

    def acted(self, actions: Sequence[Action]) -> None:
        """Draw how far actions have come."""
        self._actions = actions
        self._receipts = receipts(actions, self.board.sources, self.session.engine.clock.now())
        self.tick()

    def _follow_links(self) -> None:
        """Follow what is related; of very many new alerts a slice at a time, so that keys are answered between."""
        if self.related.update(self.board):
            self.set_timer(SLICES_APART, self._follow_links)

    def rearrange(self, pane: Pane) -> None:
        """The person wishes to see a pane otherwise."""
        pane.update_board(self.board)
        pane.tell(self.board, self.session.engine.clock.monotonic())
        self.tell_footer()

    def tick(self) -> None:
        """Bring up to date what time alone changes."""
        clock_ = self.session.engine.clock
        now, monotonic, width = clock_.now(), clock_.monotonic(), self.size.width
        calendar, zone = self.session.calendar, self.session.calendar.zone
        config = self.session.config
        self.pairing = judged(pairing(self.board, calendar, now), config.people, config.policy)
        event = next_event(calendar, self.session.agenda, now)
        today = bars.Today(
            self.pairing, calendar.current_or_next(now), event, sure=bars.sure_who_is_on(self.board, monotonic)
        )
        self.bar("title").say(bars.title(today, now, zone, width, read_only=self.session.read_only))
        trust = judge(self.board, monotonic, self.session.config.ui.environments)
        wanting = self.wanting(width - min(TRUSTED, width // 2))
        line = bars.trust_line(trust, now, zone, width - width_of(wanting))
        self.bar("trust").say(spread(line, wanting, width) if wanting else line)
        self.bar("strip").say(*bars.strip_lines(self.board, monotonic, width))
        for pane in self.panes.values():
            pane.tell(self.board, monotonic)
        following = next_pairing(self.board, calendar, now)
        self.today.notice = self._drill.look(self.board, calendar, self.session.agenda, now, monotonic)
        self.today.show(self.pairing, self.board, monotonic, now, zone, following)
        self.sources.list.repaint_changed()
        self.detail.tick()
        self.tell_footer()

    def wanting(self, room: int) -> Line:  # noqa: ARG002  (what wants a person takes what room there is)
        """What wants a person, to be told on the trust line in at most so many cells."""
        return ()

    def tell_footer(self) -> None:
        """A passing remark, what is odd about the filter, or what can be done now."""
        footer, width = self.bar("footer"), self.size.width
        if self._remark:
            footer.say(cut_line(((f" {self._remark}", Role.STRONG),), width))
        elif self.filter.is_open:
            doubts = self.filter.doubts(self.board)
            footer.say(cut_line(((f" {doubts}  ", Role.WARNING), *FILTERING) if doubts else FILTERING, width))
        else:
            footer.say(self.offering(width))

    def offering(self, width: int) -> Line:  # noqa: ARG002  (what can be done takes what room there is)
        """What can be done now."""
        return ()

    def say(self, text: str) -> None:
        """A passing remark, in the footer's place for as long as it takes to read. The last one counts."""
        self._remark = text
        if self._remark_ends is not None:
            self._remark_ends.stop()
        self._remark_ends = self.set_timer(REMARK_SECONDS, self._unsay)
        self.tell_footer()

    def _unsay(self) -> None:
        self._remark = ""
        self.tell_footer()

    def bar(self, name: str) -> Bar:
        """One of the bars: title, trust, strip or footer."""
        return self.query_one(f"#{name}", Bar)

    def on_resize(self) -> None:
        """Another size: rows of one line or two, everything cut anew."""
        for pane in self.panes.values():
            pane.list.set_tall(self._tall and pane.kind.id == "alerts")
        self.call_after_refresh(self.tick)

    @on(ItemList.Moved)
    def moved(self) -> None:
        """Another item is selected."""
        self.tell_footer()

    def on_descendant_focus(self) -> None:
        """Another pane has the keys."""
        if self.filter.is_open and self.focused is not self.filter:
            self.filter.put_away()
        pane = self.pane
        if pane is not None:
            self.made_current(pane.kind.id)
        elif self.focused is self.today.list:
            self.made_current("today")
        self.tick()

    def made_current(self, name: str) -> None:
        """Remember which pane counts, and let a screen that shows only one show this one."""
        self.last_pane = name
        for pane in (*self.panes.values(), self.today):
            pane.set_class(pane.id == name, "-current")
        for pane in self.panes.values():
            pane.let_go()
        self.query_one("#side").set_class(name in ("cards", "today"), "-current")

    # -- what is shown ----------------------------------------------------------------------------------------

    def show(self, what: str) -> None:
        """Fill the main area: panes, detail or sources."""
        self.query_one("#main", ContentSwitcher).current = what
        self.call_after_refresh(self.tick)

    def go_to(self, pane: str) -> None:
        """Give a pane the keys; an opened item is closed, a zoom goes along."""
        self.show("panes")
        self.made_current(pane)
        self.set_focus(self.list_of(pane))

    def open_item(self, item: Item) -> None:
        """Show a whole item, in the place of the one that is open."""
        if self.showing != "detail":
            self.came_from = self.showing
        self.show("detail")
        self.detail.open(item)
        self.set_focus(self.detail.lines)

    def focus_main(self) -> None:
        """Give the keys back to what is shown."""
        self.set_focus(self.sources.list if self.showing == "sources" else self.list_of(self.last_pane))

    # -- where we are -----------------------------------------------------------------------------------------

    @property
    def showing(self) -> str:
        """What the main area shows: panes, detail or sources."""
        return self.query_one("#main", ContentSwitcher).current or "panes"

    @property
    def pane(self) -> Pane | None:
        """The pane of items that has the keys."""
        focused: Widget | None = self.focused
        return next((pane for pane in self.panes.values() if pane.list is focused), None)

    @property
    def item(self) -> Item | None:
        """The item that commands are about: the opened one, else the selected one."""
        if self.showing == "detail":
            return self.detail.item
        if self.showing == "sources":
            return self.sources.list.selected
        pane = self.pane
        return pane.list.selected if pane is not None else None

    def list_of(self, pane: str) -> ItemList | LinesView:
        """What moves in a pane."""
        return self.today.list if pane == "today" else self.panes[pane].list

    def key(self, command: str) -> str:
        """A command's first key, in Textual's spelling; "" where it has none."""
        return self.session.keys[command].partition(",")[0]
