"""The wallboard's application: it polls, draws and turns the pages. It has no way to change anything anywhere."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from secondline_tui.config.models import Config
from secondline_tui.domain.board import Board
from secondline_tui.engine.impatience import be_impatient
from secondline_tui.engine.supervisor import Engine
from secondline_tui.engine.telling import Telling
from secondline_tui.shift.agenda import Recurring
from secondline_tui.shift.calendar import Calendar
from secondline_tui.ui.painted import Painted
from secondline_tui.ui.spans import Line, Role
from secondline_tui.ui.told import ToldApp
from secondline_tui.ui.wallboard.frame import Place, picture, possible
from secondline_tui.ui.wallboard.rotation import Rotation
from secondline_tui.ui.wallboard.scene import Scene

log = logging.getLogger(__name__)

MOVE = 60.0
"""Seconds after which the picture moves by a cell."""


@dataclass(frozen=True, slots=True)
class WallSession:
    """What the wallboard works with, put together by the command line."""

    engine: Engine
    config: Config
    calendar: Calendar
    agenda: tuple[Recurring, ...]
    telling: Telling | None = None
    """What tells a person who is not looking."""

    def scene(self) -> Scene:
        """What is known now."""
        clock = self.engine.clock
        environments = self.config.ui.environments
        return Scene(self.engine.board, clock.now(), clock.monotonic(), self.calendar, self.agenda, environments)


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
        settings, scene = session.config.wallboard, session.scene()
        self._begun = scene.monotonic
        self.rotation = Rotation(possible(settings.pages, scene), settings.seconds, settings.stay, scene.monotonic)
        self._broken: set[str] = set()
        """Pages that could not be drawn when they were last to be."""
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
        """Draw what is known now. A wall without anybody in front of it must not go dark: a page that cannot be drawn
        says so, and the others go on.
        """
        width, height = self.picture.size
        if not width or not height:
            return
        try:
            self.picture.show(self._drawn(width, height))
        except Exception as error:  # noqa: BLE001  (nobody is there to start it again)
            if self.rotation.page not in self._broken:  # once, not each second
                log.error("page %s: %s\n%s", self.rotation.page, type(error).__name__, _where(error))
            self._broken.add(self.rotation.page)
            told = f" the page {self.rotation.page} cannot be drawn: the log says where "
            self.picture.show([((told, Role.DOUBT),)])
        else:
            self._broken.discard(self.rotation.page)

    def _drawn(self, width: int, height: int) -> list[Line]:
        scene, rotation = self.session.scene(), self.rotation
        step = int((scene.monotonic - self._begun) // MOVE)
        trouble = self.session.telling.trouble if self.session.telling is not None else ""
        place = Place(rotation.pages, rotation.page, rotation.held, bool(rotation.stopped_for), trouble)
        return picture(scene, place, width, height, step)

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


def _where(error: Exception) -> str:
    """Where it broke: the exception's own text may quote what is not to be written down."""
    return "".join(traceback.format_tb(error.__traceback__))
