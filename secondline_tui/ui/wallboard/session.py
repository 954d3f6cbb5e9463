"""What a wallboard works with, put together by the command line."""

from __future__ import annotations

from dataclasses import dataclass

from secondline_tui.config.models import Config
from secondline_tui.engine.supervisor import Engine
from secondline_tui.engine.telling import Telling
from secondline_tui.shift.agenda import Recurring
from secondline_tui.shift.calendar import Calendar
from secondline_tui.ui.wallboard.frame import possible
from secondline_tui.ui.wallboard.rotation import Rotation
from secondline_tui.ui.wallboard.scene import Scene


@dataclass(frozen=True, slots=True, repr=False)  # Textual's log quotes what it is handed
class WallSession:
    """One run of a wallboard, on a terminal or in browsers."""

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

    def rotation(self) -> Rotation:
        """The configured pages, at their beginning."""
        settings, scene = self.config.wallboard, self.scene()
        return Rotation(possible(settings.pages, scene), settings.seconds, settings.stay, scene.monotonic)

    @property
    def trouble(self) -> str:
        """What is wrong beside the sources."""
        return self.telling.trouble if self.telling is not None else ""
