"""The action view: what was done since the shift began, with what outcome; retry, drop, take back."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from secondline_tui.domain.actions import TROUBLE, Action, State
from secondline_tui.domain.offers import FINAL
from secondline_tui.engine.outbox import Outbox
from secondline_tui.ui.aside import aside
from secondline_tui.ui.commands import spelt
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.item_list import ItemList
from secondline_tui.ui.lines_view import LinesView
from secondline_tui.ui.listing import Listing
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.prompts.action_rows import ActionRow, action_lines, action_row, action_rows
from secondline_tui.ui.prompts.confirm import ConfirmScreen
from secondline_tui.ui.prompts.telling import keys
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, cut


class ActionScreen(Listing[None]):
    """A list above, and the selected action whole below it."""

    CSS = """
    ActionScreen {
        align: center middle;
        #box { width: 96%; height: 92%; background: $surface; border: round $accent; padding: 0 1; }
        #actions-list { height: 1fr; background: $surface; }
        #action { height: 2fr; max-height: 14; background: $surface; border-top: solid $panel; }
        &.-whole #actions-list { display: none; }
        &.-whole #action { height: 1fr; max-height: 100%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,L,q", "back", "close"),
        Binding("enter", "whole", "whole text"),
        Binding("r", "retry", "retry"),
        Binding("delete,backspace", "drop", "drop"),
    ]

    def __init__(
        self,
        session: Session,
        outbox: Outbox,
        no_way_back: Callable[[Action], str],
        take_back: Callable[[Action], None],
    ) -> None:
        super().__init__()
        self._no_way_back = no_way_back
        """Why an action cannot be taken back; "" where it can."""
        self._take_back = take_back
        self.adopt(session.keys, "undo")
        self._session = session
        self._outbox = outbox
        self._remark = ""
        self.list = ItemList(self._view, action_row, id="actions-list", empty="nothing was done since the shift began")
        self.whole = LinesView(id="action")
        self._title = Bar(id="title")
        self._keys = Bar(id="keys")
        self._forget: Callable[[], None] = lambda: None

    def compose(self) -> ComposeResult:
        """Title, list, the selected one, keys."""
        with Vertical(id="box"):
            yield self._title
            yield self.list
            yield self.whole
            yield self._keys

    def on_mount(self) -> None:
        """Show them, and follow them."""
        self._forget = self._outbox.ledger.subscribe(self._changed)
        self.set_focus(self.list)
        self._fill(self._outbox.ledger.actions)  # there before any key that was pressed ahead
        self.call_after_refresh(self._tell)

    def on_unmount(self) -> None:
        """Follow them no more."""
        self._forget()

    @property
    def row(self) -> ActionRow | None:
        """The selected action."""
        selected = self.list.selected
        return selected if isinstance(selected, ActionRow) else None

    def _view(self, width: int) -> View:
        return View(self._session.engine.clock.now(), self._session.calendar.zone, width)

    def _changed(self, actions: Sequence[Action]) -> None:
        if self.is_mounted:
            self._fill(actions)
            self._tell()

    def _fill(self, actions: Sequence[Action]) -> None:
        self.list.set_items(action_rows(actions, self._outbox.ledger.is_mine), now=self._session.engine.clock.now())

    @on(ItemList.Moved)
    def moved(self, event: ItemList.Moved) -> None:
        """Another one is selected."""
        event.stop()
        self._remark = ""
        self._tell()

    @on(ItemList.Opened)
    def opened(self, event: ItemList.Opened) -> None:
        """One was clicked twice."""
        event.stop()
        self.action_whole()

    def _tell(self) -> None:
        row, width = self.row, self.list.size.width
        wanting = sum(action.wants_a_person for action in self._outbox.ledger.actions)
        told = f"{wanting} to deal with" if wanting else "nothing to deal with"
        self._title.say(((" Actions", Role.ACCENT), (f"  {told}", Role.WARNING if wanting else Role.MUTED)))
        self.whole.show(action_lines(row, self._view(width - 1)) if row is not None else [])
        pairs = [("r", "retry"), ("Del", "drop")] if row is not None and self._open_to(row) else []
        if row is not None and not self._no_way_back(row.action):
            pairs.append((spelt(self._session.keys["undo"].partition(",")[0]), "take back"))
        line: Line = keys([*pairs, ("Enter", "whole text"), ("Esc", "close")], width)
        if self._remark:
            line = ((f" {cut(self._remark, width - 1)}", Role.STRONG),)
        self._keys.say(line)

    def _open_to(self, row: ActionRow) -> bool:
        """Whether something can still be done about it."""
        action = row.action
        return row.mine and (action.state in TROUBLE or action.state is State.QUEUED)

    # -- keys -------------------------------------------------------------------------------------------------

    def action_back(self) -> None:
        """Close the text, then the view."""
        if self.has_class("-whole"):
            self.remove_class("-whole")
            self.set_focus(self.list)
        else:
            self.dismiss(None)

    def action_whole(self) -> None:
        """Give the text the whole view."""
        if self.row is not None:
            self.add_class("-whole")
            self.set_focus(self.whole)

    @property
    def here(self) -> ItemList | LinesView:
        """The list, or the text where it has the whole view."""
        return self.whole if self.has_class("-whole") else self.list

    def action_retry(self) -> None:
        """Send it again; what cannot be taken back is asked for once more."""
        row = self.row
        if row is None or not self._open_to(row) or row.action.state is State.QUEUED:
            self._say("there is nothing to retry")
            return
        intent = row.action.intent
        if intent.verb not in FINAL:
            self._do(self._outbox.retry, row, "goes out again")
            return
        role = Role.DOUBT if intent.public else Role.WARNING
        lines: list[Line] = [((f" {intent.verb}, once more", role),), ((f" · {cut(intent.item, 60)}", Role.STRONG),)]
        if intent.public:
            lines.append(((" people outside the team will read it", Role.WARNING),))
        screen = ConfirmScreen(lines, "send it again", "ctrl+o" if intent.public else "y", public=intent.public)
        self.app.push_screen(screen, lambda yes: self._do(self._outbox.retry, row, "goes out again") if yes else None)

    def action_undo(self) -> None:
        """Take the selected one back, or say why there is no way back."""
        row = self.row
        why_not = self._no_way_back(row.action) if row is not None else "there is nothing to take back"
        if row is None or why_not:
            self._say(f"no way back: {why_not}" if row is not None else why_not)
        elif self._outbox.ledger.why_closed:
            self._say(self._outbox.ledger.why_closed)
        else:
            self._take_back(row.action)

    def action_drop(self) -> None:
        """Let it be."""
        row = self.row
        if row is None or not self._open_to(row):
            self._say("there is nothing to drop")
            return
        self._do(self._outbox.drop, row, "dropped")

    def _do(self, what: Callable[[str], Awaitable[None]], row: ActionRow, told: str) -> None:
        async def done() -> None:
            try:
                await what(row.action.intent.id)
            except (OSError, sqlite3.Error) as error:
                self._say(f"that cannot be kept on disk: {type(error).__name__}")
            else:
                self._say(f"{told}: {row.name_line}")

        aside(self, done, "deal")

    def _say(self, remark: str) -> None:
        self._remark = remark
        self._tell()
