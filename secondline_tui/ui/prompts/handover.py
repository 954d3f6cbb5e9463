"""The handover on the screen: to read, copy, save, or send as a comment on a card or as a card of its own."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from secondline_tui.domain.text import clean
from secondline_tui.ui.aside import aside
from secondline_tui.ui.lines_view import LinesView
from secondline_tui.ui.listing import Listing
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.prompts.line import LineScreen
from secondline_tui.ui.prompts.telling import keys
from secondline_tui.ui.spans import Line, Role, cut, wrap


def saved(path: Path, text: str) -> str:
    """Write a new file that only the person may read; why that was not possible, "" when it was."""
    try:
        file = os.open(path.expanduser(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "w", encoding="utf-8") as opened:
            opened.write(text)
    except FileExistsError:
        return "there is such a file already: give it another name"
    except (OSError, RuntimeError, ValueError) as error:  # no such home; a name that cannot be one
        return f"that cannot be written: {getattr(error, 'strerror', None) or type(error).__name__}"
    return ""


class HandoverScreen(Listing[None]):
    """Shows the text; the one who opened it sends it."""

    CSS = """
    HandoverScreen {
        align: center middle;
        #box { width: 96%; height: 94%; background: $surface; border: round $accent; padding: 0 1; }
        #handover { height: 1fr; background: $surface; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,W", "dismiss(None)", "close"),
        Binding("space", "page(1)", "page down"),
        Binding("y", "copy", "copy"),
        Binding("s", "save", "save"),
        Binding("c", "post", "comment"),
        Binding("n", "card", "new card"),
    ]

    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("y", "copy"), ("s", "save"))
    """What can be done with the text, beside sending it."""
    WHAT: ClassVar[str] = "the handover"

    def __init__(self, text: str, file: str, post: Callable[[], str] | None) -> None:
        super().__init__()
        self.text = text
        self._file = file
        """What a file with it would be called."""
        self._post = post
        """Begins to send it, or says why not; None where nothing may be written."""
        self.card: Callable[[], str] | None = None
        """Begins to make a card of it, or says why not; None where no board may be written to."""
        self.handed: Callable[[str], Awaitable[None]] | None = None
        """Remembers that it was copied or saved, where somebody should."""
        self._remark = ""
        self.lines = LinesView(id="handover")

    def compose(self) -> ComposeResult:
        """The text and the keys."""
        with Vertical(id="box"):
            yield self.lines
            yield Bar(id="keys")

    def on_mount(self) -> None:
        """Show it."""
        self.set_focus(self.lines)
        self.call_after_refresh(self.show)

    def on_resize(self) -> None:
        """Another width: wrapped anew."""
        self.call_after_refresh(self.show)

    def show(self) -> None:
        """Show the text as it is, cut to the width."""
        width = max(20, self.lines.size.width - 1)
        shown: list[Line] = []
        for line in self.text.splitlines():
            role = Role.ACCENT if line.startswith("#") else Role.WARNING if line.startswith("**") else Role.PLAIN
            parts: list[Line] = [((part, role),) for part in wrap(line.replace("\t", "    "), width)]
            shown += parts or [()]
        self.lines.show(shown)
        self._tell()

    def _tell(self) -> None:
        post = [("c", "comment on a card")] if self._post is not None else []
        card = [("n", "new card")] if self.card is not None else []
        line: Line = keys([*self.KEYS, *post, *card, ("Esc", "close")], self.lines.size.width)
        if self._remark:
            line = ((f" {cut(self._remark, max(10, self.lines.size.width - 1))}", Role.STRONG),)
        self.query_one("#keys", Bar).say(line)

    def say(self, remark: str) -> None:
        """Say something in the keys' place, until the next key."""
        self._remark = remark
        self._tell()

    # -- keys -------------------------------------------------------------------------------------------------

    @property
    def here(self) -> LinesView:
        """The text."""
        return self.lines

    def moving(self) -> None:
        """What was said has been read."""
        self.say("")

    def action_copy(self) -> None:
        """Copy it as Markdown."""
        self.app.copy_to_clipboard(self.text)
        self.say("copied as Markdown")
        aside(self, partial(self._remember, "copied"), "handed")

    def action_save(self) -> None:
        """Ask for a file's name, and write it there."""
        screen = LineScreen(f"save {self.WHAT} as", self._file, "save")
        self.app.push_screen(screen, lambda name: None if name is None else self._save(name))

    def _save(self, name: str) -> None:
        async def save() -> None:
            why_not = await asyncio.to_thread(saved, Path(name), self.text)
            self._file = name
            if not why_not:
                await self._remember(f"saved as {name}")
            told = clean(why_not or f"saved as {name}")
            if self in self.app.screen_stack:
                self.say(told)
            else:
                self.app.notify(told, markup=False)

        aside(self.app, save, "save")  # which outlives this screen

    async def _remember(self, how: str) -> None:
        if self.handed is not None:
            await self.handed(how)

    def action_post(self) -> None:
        """Send it as a comment on a card."""
        if self._post is not None:
            self.say(self._post())

    def action_card(self) -> None:
        """Send it as a card of its own."""
        if self.card is not None:
            self.say(self.card())
