"""What the dashboard does with the record of what was seen: marks what is new, leads to it, lists the noisiest."""

from __future__ import annotations

from collections.abc import Callable

from secondline_tui.domain.ages import clock
from secondline_tui.domain.items import Item
from secondline_tui.domain.refs import ItemRef
from secondline_tui.shift.news import next_new, since_shift
from secondline_tui.ui.commands import spelt
from secondline_tui.ui.dashboard.acting import Acting
from secondline_tui.ui.dashboard.noisiest import NoisiestScreen
from secondline_tui.ui.dashboard.session import Session

NO_RECORD = "nothing is recorded here"


class Remembering(Acting):
    """The dashboard with a memory."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._forget_history: Callable[[], None] = lambda: None
        self._history_said = ""

    def on_mount(self) -> None:
        """Follow the record."""
        if self.session.history is not None:
            self._forget_history = self.session.history.subscribe(self._recorded)
            self._recorded()

    def on_unmount(self) -> None:
        """Follow it no more."""
        self._forget_history()

    def _recorded(self) -> None:
        history = self.session.history
        if history is None or not self.is_mounted:
            return
        if history.note and history.note != self._history_said:
            self.notify(history.note, severity="warning", markup=False, timeout=15)
        self._history_said = history.note
        self.new = history.new
        for pane in self.panes.values():
            pane.list.repaint_changed()

    def looked_at(self, item: Item) -> None:
        """An item was opened: it is new no more."""
        if self.session.history is not None and item.ref in self.session.history.new:
            self.run_worker(self.session.history.see(item.ref), exit_on_error=False)

    def go_to(self, pane: str) -> None:
        """Give a pane the keys."""

    def action_next_new(self) -> None:
        """To the next row that is new."""
        names = list(self.panes)
        here = names.index(self.last_pane) if self.last_pane in names else 0
        lists = [[item.ref for item in pane.list.items] for pane in self.panes.values()]
        selected = self.panes[names[here]].list.selected
        found = next_new(lists, here, selected.ref if selected is not None else None, self.new)
        if found is None:
            self.say(self._nothing_new())
            return
        place, ref = found
        self.go_to(names[place])
        self.panes[names[place]].list.select(ref)

    def _nothing_new(self) -> str:
        history = self.session.history
        if history is None:
            return NO_RECORD
        if self.new:
            return f"{len(self.new)} new, none of it in sight: hidden by a filter, or because somebody has it"
        now, zone = self.session.engine.clock.now(), self.session.calendar.zone
        began = self.session.calendar.began(now)
        items = [item for state in self.board.sources.values() for item in state.items]
        told = f"{since_shift(items, began)} began since {clock(began, zone, now)}"
        looked = f"since you said seen, {clock(history.looked, zone, now)}" if history.looked else "here"
        return f"nothing new {looked}; of what is here, {told}"

    def action_seen(self) -> None:
        """Say of everything that it is seen."""
        history = self.session.history
        if history is None:
            self.say(NO_RECORD)
            return
        count = len(self.new)
        self.run_worker(history.see(), exit_on_error=False)
        self.say(f"seen: {count} {'row is' if count == 1 else 'rows are'} new no more" if count else "all is seen")

    def action_noisiest(self) -> None:
        """The alerts that come most often."""
        if self.session.history is None:
            self.say(NO_RECORD)
        else:
            self.app.push_screen(NoisiestScreen(self.session, self.session.history), self._noise_chosen)

    def _noise_chosen(self, ref: ItemRef | None) -> None:
        if ref is None:
            return
        self.go_to("alerts")
        if not self.panes["alerts"].list.select(ref):
            key = spelt(self.session.keys["filter"].partition(",")[0])
            self.say(f"it is not there now, or not in sight ({key} filters, h shows what somebody has)")
