"""The report of an incident on the screen: to read, copy, save elsewhere, or write in with the person's own editor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import ClassVar

from textual.app import SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.content import Content

from secondline_tui.domain.text import clean, clean_block
from secondline_tui.ui.aside import aside
from secondline_tui.ui.prompts.external import editor_command
from secondline_tui.ui.prompts.handover import HandoverScreen


class ReportScreen(HandoverScreen):
    """Shows the file as it is; `held` keeps others from writing to it while the editor has it."""

    CSS = HandoverScreen.CSS.replace(HandoverScreen.__name__, "ReportScreen")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("e", "edit", "edit")]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("y", "copy"), ("s", "save a copy"), ("e", "$EDITOR"))
    WHAT: ClassVar[str] = "a copy of the report"

    def __init__(self, path: Path, text: str, held: Callable[[], AbstractContextManager[object]]) -> None:
        super().__init__(clean_block(text), f"~/{path.name}", None)
        self._path = path
        self._held = held

    def on_mount(self) -> None:
        """Show it, and where it is; the keys stay in sight."""
        self.query_one("#box").border_title = Content(clean(str(self._path)))

    def action_edit(self) -> None:
        """Write in it with the person's own editor."""
        command = editor_command()
        if command is None:
            self.say(f"neither $VISUAL nor $EDITOR names an editor; it is {self._path}")
        else:
            aside(self, partial(self._edit, command), "edit", only=True)

    async def _edit(self, command: list[str]) -> None:
        told = ""
        with self._held():
            try:
                with self.app.batch_update(), self.app.suspend():
                    process = await asyncio.create_subprocess_exec(*command, str(self._path))
                    code = await process.wait()
                told = f"{clean(command[0])} ended with {code}" if code else ""
            except SuspendNotSupported:
                told = "this terminal cannot be lent to another program"
            except OSError as error:
                told = f"{clean(command[0])}: {error.strerror}"
        try:
            data = await asyncio.to_thread(self._path.read_bytes)
            self.text = clean_block(data.decode(errors="replace"))
        except OSError as error:
            told = told or f"it cannot be read: {error.strerror}"
        self.show()
        self.say(told)
