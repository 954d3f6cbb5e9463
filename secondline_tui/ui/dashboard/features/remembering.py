"""What the dashboard does with the record of what was seen: marks what is new, leads to it, lists the noisiest."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from secondline_tui.domain.ages import clock
from secondline_tui.domain.items import Card, Item
from secondline_tui.domain.refs import ItemRef
from secondline_tui.shift.news import next_new, since_shift
from secondline_tui.ui.aside import aside
from secondline_tui.ui.commands import spelt
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.feature import Feature
from secondline_tui.ui.dashboard.features.noisiest import NoisiestScreen

NO_RECORD = "nothing is recorded here"


class Remembering(Feature):
    """The dashboard's memory."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.commands = {"next_new": self.go_to_new, "seen": self.say_seen, "noisiest": self.list_noisiest}
        self._forget_history: Callable[[], None] = lambda: None
        self._history_said = ""

    def begin(self) -> None:
        """Follow the record."""
        if self.session.history is not None:
            self._forget_history = self.session.history.subscribe(self._recorded)
            self._recorded()

    def end(self) -> None:
        """Follow it no more."""
        self._forget_history()

    def _recorded(self) -> None:
        history = self.session.history
        if history is None or not self.desk.is_mounted:
            return
        if history.note and history.note != self._history_said:
            self.desk.notify(history.note, severity="warning", markup=False, timeout=15)
        self._history_said = history.note
        self.desk.new = history.new
        for pane in self.desk.panes.values():
            pane.list.repaint_changed()

    def opened(self, item: Item) -> None:
        """It is new no more; a card is read."""
        if self.session.history is not None and (isinstance(item, Card) or item.ref in self.session.history.new):
            aside(self.desk, partial(self.session.history.see, item.ref), "seen")

    def go_to_new(self) -> None:
        """To the next row that is new."""
        names = list(self.desk.panes)
        here = names.index(self.desk.last_pane) if self.desk.last_pane in names else 0
        lists = [[item.ref for item in pane.list.items] for pane in self.desk.panes.values()]
        selected = self.desk.panes[names[here]].list.selected
        found = next_new(lists, here, selected.ref if selected is not None else None, self.desk.new)
        if found is None:
            self.desk.say(self._nothing_new())
            return
        place, ref = found
        self.desk.go_to(names[place])
        self.desk.panes[names[place]].list.select(ref)

    def _nothing_new(self) -> str:
        history = self.session.history
        if history is None:
            return NO_RECORD
        if self.desk.new:
            return f"{len(self.desk.new)} new, none of it in sight: hidden by a filter, or because somebody has it"
        now, zone = self.session.engine.clock.now(), self.session.calendar.zone
        began = self.session.calendar.began(now)
        items = [item for state in self.desk.board.sources.values() for item in state.items]
        told = f"{since_shift(items, began)} began since {clock(began, zone, now)}"
        looked = f"since you said seen, {clock(history.looked, zone, now)}" if history.looked else "here"
        return f"nothing new {looked}; of what is here, {told}"

    def say_seen(self) -> None:
        """Say of everything that it is seen."""
        history = self.session.history
        if history is None:
            self.desk.say(NO_RECORD)
            return
        count = len(self.desk.new)
        aside(self.desk, history.see, "seen")
        self.desk.say(f"seen: {count} {'row is' if count == 1 else 'rows are'} new no more" if count else "all is seen")

    def list_noisiest(self) -> None:
        """The alerts that come most often."""
        if self.session.history is None:
            self.desk.say(NO_RECORD)
        else:
            self.app.push_screen(NoisiestScreen(self.session, self.session.history), self._noise_chosen)

    def _noise_chosen(self, ref: ItemRef | None) -> None:
        if ref is None:
            return
        self.desk.go_to("alerts")
        if not self.desk.panes["alerts"].list.select(ref):
            key = spelt(self.desk.key("filter"))
            self.desk.say(f"it is not there now, or not in sight ({key} filters, h shows what somebody has)")
