"""The dashboard's application: one screen, our themes, and an engine that starts after the first frame."""

from __future__ import annotations

from collections.abc import Iterable

from textual import events
from textual.app import SystemCommand
from textual.screen import Screen

from secondline_tui.ui.dashboard.screen import DashboardScreen
from secondline_tui.ui.dashboard.session import Session
from secondline_tui.ui.steady import SteadyApp


class Dashboard(SteadyApp[None]):
    """The interactive dashboard."""

    TITLE = "secondline"
    CSS_PATH = "dashboard.tcss"
    ENABLE_COMMAND_PALETTE = True
    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (110, "-broad")]  # noqa: RUF012  (declared by Textual, and not as a ClassVar)
    VERTICAL_BREAKPOINTS = [(0, "-tiny"), (18, "-low"), (30, "-high")]  # noqa: RUF012
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(self, session: Session) -> None:
        super().__init__(session.config.ui.theme)
        self.session = session
        self.set_keymap(dict(session.keys))

    def get_default_screen(self) -> Screen[None]:
        """The dashboard is the only screen; dialogs come on top of it."""
        return DashboardScreen(self.session)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:  # noqa: ARG002  (Textual's signature)
        """None of Textual's own: every command is in our table."""
        return ()

    def on_mount(self) -> None:
        """Poll once there is something on the screen."""
        self.call_after_refresh(self.session.engine.start)
        for line in self.session.warnings:
            self.notify(line, severity="warning", markup=False, timeout=15)

    async def on_unmount(self) -> None:
        """Poll no more."""
        await self.session.engine.stop()

    def on_paste(self, event: events.Paste) -> None:
        """Pasted text belongs in inputs only; here it must not be taken for keys."""
        event.stop()
