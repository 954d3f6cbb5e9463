"""The dashboard's application: a first frame at once, then the configuration, then the dashboard, then the services.

Nothing that the first frame does not need is imported here.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult, SystemCommand
from textual.screen import Screen

from secondline_tui.config.errors import ConfigError
from secondline_tui.domain.actions import Action
from secondline_tui.engine.impatience import be_impatient
from secondline_tui.ui.escape import keep_alt
from secondline_tui.ui.painted import Bar
from secondline_tui.ui.spans import Role
from secondline_tui.ui.theme import chosen
from secondline_tui.ui.told import ToldApp

if TYPE_CHECKING:
    from secondline_tui.ui.dashboard.screen import DashboardScreen
    from secondline_tui.ui.dashboard.session import Session


SETTLED = 20.0
"""Seconds after which everything is loaded. What is there then stays, and full collections need not look through it."""
GARBAGE = (20_000, 50, 100)
"""When to collect. Thousands of alerts a poll would make for many full collections, and each would hold up a key."""
TURN = 0.001
"""Seconds that a thread may go on while the screen waits for its turn."""


class Opening(Screen[None]):
    """What is seen until the configuration has been read."""

    CSS = """
    Opening { background: $background; }
    Opening > Bar { background: $surface; }
    """

    def __init__(self, told: str) -> None:
        super().__init__()
        self._told = told

    def compose(self) -> ComposeResult:
        """Two bars where the dashboard's will be."""
        yield Bar(id="title")
        yield Bar(id="trust")

    def on_mount(self) -> None:
        """Say what is going on."""
        self.query_one("#title", Bar).say(((" secondline", Role.ACCENT),))
        self.query_one("#trust", Bar).say(((f" … reading {self._told}", Role.MUTED),))


class Dashboard(ToldApp[ConfigError]):
    """The interactive dashboard. Ends with the error when its configuration cannot be used."""

    TITLE = "secondline"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING = "ctrl+p"
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (110, "-broad")]  # noqa: RUF012  (declared by Textual, and not as a ClassVar)
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (18, "-low"), (30, "-high")]  # noqa: RUF012

    def __init__(self, begin: Callable[[], Session], told: str = "the configuration") -> None:
        super().__init__("auto")
        self._begin = begin
        self._told = told
        self.session: Session | None = None
        self.unfinished: tuple[Action, ...] = ()
        """What was confirmed and is not over, at the end."""

    def get_default_screen(self) -> Screen[None]:
        """The first frame."""
        return Opening(self._told)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:  # noqa: ARG002  (Textual's)
        """None of Textual's own: every command is in our table."""
        return ()

    def action_command_palette(self) -> None:
        """Every command, to search. Not above a prompt, whose keys and whose end are its own."""
        if self.screen.is_modal:
            return
        palette = importlib.import_module("secondline_tui.ui.dashboard.palette")  # not for the first frame
        self.push_screen(palette.Palette(id="--command-palette"))

    def on_mount(self) -> None:
        """Go on once there is something on the screen."""
        gc.set_threshold(*GARBAGE)
        sys.setswitchinterval(TURN)
        be_impatient()
        self.call_after_refresh(self.run_worker, self._open, name="open")

    async def _open(self) -> None:
        """Read the configuration and draw the dashboard; then poll."""
        try:
            session, screen = await asyncio.to_thread(self._prepared)
        except ConfigError as error:
            self.exit(error, return_code=0)
            return
        self.session = session
        keep_alt(session.keys.values())
        self.theme = chosen(session.config.ui.theme)
        self.tell_with(session.telling, session.config.telling.desktop)
        await self.push_screen(screen(session))  # not switch: for a moment there would be none
        self.call_after_refresh(self._start, session)
        self.set_timer(SETTLED, gc.freeze)
        for line in session.warnings:
            self.notify(line, severity="warning", markup=False, timeout=15)

    async def _start(self, session: Session) -> None:
        """Poll, and take up what was not finished the last time."""
        session.engine.start()
        if session.outbox is not None:
            await session.outbox.start(since=session.calendar.began(session.engine.clock.now()))

    def _prepared(self) -> tuple[Session, type[DashboardScreen]]:
        """What takes time, off the screen's way: imports and the configuration."""
        session = self._begin()
        module = importlib.import_module("secondline_tui.ui.dashboard.screen")
        return session, cast("type[DashboardScreen]", module.DashboardScreen)

    async def on_unmount(self) -> None:
        """Poll and send no more."""
        if self.session is None:
            return
        stopping = self.session.engine.stop()
        if self.session.outbox is None:
            await stopping
        else:
            _, self.unfinished = await asyncio.gather(stopping, self.session.outbox.stop())

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text belongs in inputs only; here it must not be taken for keys."""
        event.stop()
