"""A note, written at any time of the shift: for the handover, or of a declared incident."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import TextArea

from secondline_tui.domain.ages import clock
from secondline_tui.domain.jotting import Jotting
from secondline_tui.ui.aside import aside
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.modal import Modal
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.prompts.editor import Editor
from secondline_tui.ui.prompts.keeping import DraftKeeper
from secondline_tui.ui.prompts.telling import keys
from secondline_tui.ui.spans import Line, Role, cut, cut_line, width_of

DRAFT = "note for the handover"
"""The key under which what is typed is kept."""
WIDEST = 90
"""Cells that the box is wide at most."""


class JotScreen(Modal[bool]):
    """Ends with whether a note was written down. Nothing of it leaves this machine by itself.

    `keep` writes it down, and may block; `topic` is what the draft belongs to.
    """

    CSS = """
    JotScreen {
        align: center middle;
        #box { width: 90; max-width: 96%; height: 16; max-height: 94%; background: $surface; border: round $accent;
               padding: 0 1; }
        #jot { height: 1fr; min-height: 3; border: round $accent; background: $background; padding: 0 1; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "keep", "keep", priority=True),
        Binding("escape", "leave", "close", priority=True),
    ]

    def __init__(
        self,
        session: Session,
        keep: Callable[[Jotting], None],
        *,
        title: str = "A note for the handover",
        hint: str = "kept here",
        topic: str = DRAFT,
        may_be_empty: bool = False,
    ) -> None:
        super().__init__()
        self._session = session
        self._write = keep
        self._heading = (title, hint)
        self._may_be_empty = may_be_empty
        self._keeping = False
        self.editor = Editor(id="jot")
        ledger = session.outbox.ledger if session.outbox is not None else None
        self._ledger = ledger if ledger is not None and ledger.is_open else None
        self._keeper = DraftKeeper(self, self._ledger, topic, lambda: self.editor.text, self.say)
        self._remark = Bar(id="remark")

    def compose(self) -> ComposeResult:
        """Title, editor, keys."""
        with Vertical(id="box"):
            yield Bar(id="title")
            yield Bar(id="hint")
            yield self.editor
            yield self._remark
            yield Bar(id="keys")

    def on_mount(self) -> None:
        """Offer what was typed the last time."""
        self._entitle()
        drafts = (("Esc", "keep the draft and close"),) if self._ledger is not None else (("Esc", "close"),)
        self.query_one("#keys", Bar).say(keys((("^S", "write it down"), *drafts), 76))
        self.say("")
        draft = self._keeper.before
        if draft is not None:
            self.editor.exchange(draft.text)
            now = self._session.engine.clock.now()
            self.say(f"your draft of {clock(draft.at, self._session.calendar.zone, now)}")
        self.set_focus(self.editor)

    def on_resize(self) -> None:
        """Another width."""
        self.call_after_refresh(self._entitle)

    def _entitle(self) -> None:
        """Title and hint in one line, or in two where they do not fit: the hint says what to write."""
        width = min(WIDEST, self.app.size.width * 96 // 100) - 4
        title: Line = ((f" {self._heading[0]}", Role.ACCENT),)
        hint: Line = ((f" {self._heading[1]}", Role.MUTED),)
        one = width_of((*title, (" ", Role.MUTED), *hint)) <= width
        self.query_one("#title", Bar).say((*title, (" ", Role.MUTED), *hint) if one else cut_line(title, width))
        below = self.query_one("#hint", Bar)
        below.display = not one
        below.say(cut_line(hint, width))

    async def on_unmount(self) -> None:
        """Keep what was typed, also when the program ends."""
        await self._keeper.keep()

    def say(self, remark: str) -> None:
        """Say something about this note."""
        self._remark.display = bool(remark)
        self._remark.say(((f" {cut(remark, 80)}", Role.STRONG),))

    @on(TextArea.Changed)
    def changed(self) -> None:
        """Keep what was typed soon."""
        self._keeper.typed()

    @on(Editor.Tidied)
    def tidied(self, event: Editor.Tidied) -> None:
        """What was pasted is not quite what is here."""
        self.say(f"of what was pasted: {event.told}")

    async def action_leave(self) -> None:
        """Close, and keep the draft."""
        if not self._keeping and await self._keeper.may_close():
            self.dismiss(False)

    def action_keep(self) -> None:
        """Write it down."""
        if not self.editor.text.strip() and not self._may_be_empty:
            self.say("nothing is written yet")
        elif not self._keeping:
            self._keeping = True
            aside(self, self._keep, "keep")

    async def _keep(self) -> None:
        jotting = Jotting(self._session.engine.clock.now(), self._session.config.me.name, self.editor.text)
        try:
            await asyncio.to_thread(self._write, jotting)
        except OSError as error:
            self._keeping = False
            self.say(f"it cannot be kept on disk: {error.strerror or type(error).__name__}")
            return
        await self._keeper.forget()
        self.dismiss(True)
