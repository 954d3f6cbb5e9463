"""The noisiest alerts of a shift, a week or a month, by the local record of what was seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from secondline_tui.domain.past import Noise
from secondline_tui.domain.refs import ItemRef
from secondline_tui.engine.history import History
from secondline_tui.ui.aside import aside
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.item_list import ItemList
from secondline_tui.ui.listing import Listing
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.past_text import noise_markdown, noise_row, noise_rows
from secondline_tui.ui.prompts.telling import keys
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Role

PERIODS = ("this week", "30 days", "this shift")


class NoisiestScreen(Listing[ItemRef | None]):
    """A list, the noisiest first. Ends with the item that was chosen."""

    CSS = """
    NoisiestScreen {
        align: center middle;
        #box { width: 96%; height: 92%; background: $surface; border: round $accent; padding: 0 1; }
        #noisiest-list { height: 1fr; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,F,q", "dismiss(None)", "close"),
        Binding("tab,right", "period", "period"),
        Binding("y", "copy", "copy"),
        Binding("enter", "choose", "go to"),
    ]

    def __init__(self, session: Session, history: History) -> None:
        super().__init__()
        self._session = session
        self._history = history
        self._period = PERIODS[0]
        self._noisiest: list[Noise] = []
        self.list = ItemList(self._view, noise_row, id="noisiest-list", empty="asking the record …")

    def compose(self) -> ComposeResult:
        """Title, list, keys."""
        with Vertical(id="box"):
            yield Bar(id="title")
            yield self.list
            yield Bar(id="keys")

    def on_mount(self) -> None:
        """Ask the record."""
        self.set_focus(self.list)
        self.call_after_refresh(self._ask)

    def on_resize(self) -> None:
        """The keys are cut anew."""
        self.call_after_refresh(self._tell)

    def _view(self, width: int) -> View:
        return View(self._session.engine.clock.now(), self._session.calendar.zone, width)

    def _begin(self, now: datetime) -> datetime:
        if self._period == "this shift":
            return self._session.calendar.began(now)
        return now - timedelta(days=30 if self._period == "30 days" else 7)

    def _ask(self) -> None:
        self._tell()
        aside(self, self._asked, "noisiest", only=True)

    async def _asked(self) -> None:
        now = self._session.engine.clock.now()
        self._noisiest = await self._history.noisiest(self._begin(now), now + timedelta(seconds=1))
        self.list.say_when_empty(((f" no alert began {self._told}, as far as was recorded", Role.MUTED),))
        self.list.set_items(noise_rows(self._noisiest), now=now, asked=True)
        self._tell()

    @property
    def _told(self) -> str:
        return f"in {self._period}" if self._period == "30 days" else self._period

    def _tell(self) -> None:
        told = f"  {self._told}, by how often they began, as recorded"
        self.query_one("#title", Bar).say(((" Noisiest alerts", Role.ACCENT), (told, Role.MUTED)))
        following = PERIODS[(PERIODS.index(self._period) + 1) % len(PERIODS)]
        pairs = [("Tab", following), ("Enter", "go to the alert"), ("y", "copy as Markdown"), ("Esc", "close")]
        self.query_one("#keys", Bar).say(keys(pairs, self.list.size.width))

    # -- keys -------------------------------------------------------------------------------------------------

    @on(ItemList.Moved)
    def moved(self, event: ItemList.Moved) -> None:
        """Another one is selected, which is nobody else's business."""
        event.stop()

    @on(ItemList.Opened)
    def opened(self, event: ItemList.Opened) -> None:
        """One was clicked twice."""
        event.stop()
        self.action_choose()

    @property
    def here(self) -> ItemList:
        """The list."""
        return self.list

    def action_period(self) -> None:
        """The next stretch of time."""
        self._period = PERIODS[(PERIODS.index(self._period) + 1) % len(PERIODS)]
        self._ask()

    def action_copy(self) -> None:
        """Copy the list."""
        self.app.copy_to_clipboard(noise_markdown(self._noisiest, self._told, self._session.calendar.zone))
        self.query_one("#keys", Bar).say(((f" copied: {len(self._noisiest)} alerts as Markdown", Role.STRONG),))

    def action_choose(self) -> None:
        """Close, and go to the alert."""
        if self.list.selected is not None:
            self.dismiss(self.list.selected.ref)
