"""Draws the wall again and again, for weeks: moved a little each minute, and whatever a page may do."""

from __future__ import annotations

import logging
import traceback

from secondline_tui.ui.spans import Line, Role
from secondline_tui.ui.wallboard.frame import Place, picture
from secondline_tui.ui.wallboard.scene import Scene

log = logging.getLogger(__name__)

MOVE = 60.0
"""Seconds after which the picture moves by a cell."""


class Drawing:
    """A wall without anybody in front of it must not go dark: a page that cannot be drawn says so, the others go on."""

    def __init__(self, begun: float) -> None:
        self._begun = begun
        self._broken: set[str] = set()
        """Pages that could not be drawn when they were last to be."""

    def lines(self, scene: Scene, place: Place, width: int, height: int) -> list[Line]:
        """The picture of this moment."""
        try:
            shown = picture(scene, place, width, height, int((scene.monotonic - self._begun) // MOVE))
        except Exception as error:  # noqa: BLE001  (nobody is there to start it again)
            if place.page not in self._broken:  # once, not each second
                # The exception's own text may quote what is not to be written down.
                where = "".join(traceback.format_tb(error.__traceback__))
                log.error("page %s: %s\n%s", place.page, type(error).__name__, where)
            self._broken.add(place.page)
            return [((f" the page {place.page} cannot be drawn: the log says where ", Role.DOUBT),)]
        self._broken.discard(place.page)
        return shown
