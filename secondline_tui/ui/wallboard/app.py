"""The wallboard's application: it polls, draws and turns the pages. It has no way to change anything anywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from secondline_tui.domain.board import Board
from secondline_tui.engine.impatience import be_impatient
from secondline_tui.ui.painted import Painted
from secondline_tui.ui.spans import Line
from secondline_tui.ui.told import ToldApp
from secondline_tui.ui.wallboard.drawing import Drawing
from secondline_tui.ui.wallboard.frame import Place
from secondline_tui.ui.wallboard.session import WallSession


class Picture(Painted):
    """Lines as large as the screen; only those that changed are drawn again."""

    DEFAULT_CSS = "Picture { height: 1fr; background: $background; }"

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []

    def show(self, lines: list[Line]) -> None:
        """Draw these."""
        before, self.lines = self.lines, lines
        if len(before) != len(lines):
            self.refresh()
            return
        for y, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old != new:
                self.refresh(Region(0, y, self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """One line."""
        return self.strip(self.lines[y] if y < len(self.lines) else (), self.size.width)


class WallScreen(Screen[None]):
    """The one screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,right,j,pagedown", "turn(1)", "next"),
        Binding("p,left,k,pageup", "turn(-1)", "previous"),
        Binding("space,h", "hold", "hold"),
        Binding("r", "ask", "ask every source now"),
        Binding("q,ctrl+q,ctrl+c", "leave", "quit"),
        *(Binding(str(n), f"go({n - 1})", f"page {n}") for n in range(1, 10)),
    ]

    def __init__(self, session: WallSession) -> None:
        super().__init__()
        self.session = session
        self.picture = Picture()
        self._drawing = Drawing(session.engine.clock.monotonic())
        self.rotation = session.rotation()
        self._unsubscribe: Callable[[], None] = lambda: None

    def compose(self) -> list[Widget]:
        """The picture, and nothing else."""
        return [self.picture]

    def on_mount(self) -> None:
        """Follow the board, and time."""
        self._unsubscribe = self.session.engine.subscribe(self.board_changed)
        self.set_interval(1.0, self.tick)

    def on_unmount(self) -> None:
        """Follow no more."""
        self._unsubscribe()

    def on_resize(self) -> None:
        """Another size: everything is drawn to it."""
        self.call_after_refresh(self.tick)

    def board_changed(self, board: Board) -> None:
        """See whether something turned bad, and draw."""
        self.rotation.board_changed(board, self.session.engine.clock.monotonic())
        self.draw()

    def tick(self) -> None:
        """Bring up to date what time alone changes."""
        self.rotation.tick(self.session.engine.clock.monotonic())
        self.draw()

    def draw(self) -> None:
        """Draw what is known now."""
        width, height = self.picture.size
        if width and height:
            rotation, stopped = self.rotation, bool(self.rotation.stopped_for)
            place = Place(rotation.pages, rotation.page, rotation.held, stopped, self.session.trouble)
            self.picture.show(self._drawing.lines(self.session.scene(), place, width, height))

    def action_turn(self, pages: int) -> None:
        """The next page, or the one before."""
        self.rotation.turn(pages, self.session.engine.clock.monotonic())
        self.draw()

    def action_go(self, place: int) -> None:
        """One page by its number."""
        self.rotation.go(place, self.session.engine.clock.monotonic())
        self.draw()

    def action_hold(self) -> None:
        """Keep this page, or go on."""
        self.rotation.hold(self.session.engine.clock.monotonic())
        self.draw()

    def action_ask(self) -> None:
        """Ask every source now, those too that turned our credentials down."""
        self.session.engine.refresh()

    def action_leave(self) -> None:
        """Quit."""
        self.app.exit()


class WallApp(ToldApp[None]):
    """The application."""

    TITLE = "secondline wallboard"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, session: WallSession) -> None:
        super().__init__(session.config.ui.theme)
        self.session = session
        self.animation_level = "none"

    def get_default_screen(self) -> Screen[None]:
        """The wall."""
        return WallScreen(self.session)

    def on_mount(self) -> None:
        """Poll once there is something on the screen."""
        be_impatient()
        self.tell_with(self.session.telling, self.session.config.telling.desktop)
        self.call_after_refresh(self.session.engine.start)

    async def on_unmount(self) -> None:
        """Poll no more."""
        await self.session.engine.stop()

    def on_paste(self, event: events.Paste) -> None:
        """Nothing here takes text."""
        event.stop()
