"""The sources: asked now, paused, seen each by itself."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from secondline_tui.ui.commands import spelt
from secondline_tui.ui.dashboard.desk import Desk
from secondline_tui.ui.dashboard.features.feature import Feature
from secondline_tui.ui.dashboard.palette import Entry


class Asking(Feature):
    """Who is asked, and when."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.commands = {"refresh": self.refresh, "sources": self.show_sources, "pause": self.pause}

    def refresh(self) -> None:
        """Ask every source now, and what an opened item's row does not tell; in the sources' view, the selected one."""
        desk = self.desk
        name = desk.item.ref.source if desk.showing == "sources" and desk.item is not None else None
        self.session.engine.refresh(name)
        desk.detail.ask_again()
        desk.say(f"asking {name or 'every source'}")

    def show_sources(self) -> None:
        """The sources' own view."""
        self.desk.show("sources")
        self.desk.set_focus(self.desk.sources.list)

    def pause(self) -> None:
        """Pause or resume the selected item's source."""
        if self.desk.item is None:
            return
        name = self.desk.item.ref.source
        if self.desk.board.sources[name].paused_since is None:
            self.session.engine.pause(name)
            self.desk.say(f"{name} is paused: {spelt(self.desk.key('pause'))} resumes it")
        else:
            self.session.engine.resume(name)
            self.desk.say(f"{name} is asked again")

    def entries(self) -> Iterable[Entry]:
        """What the palette offers for each source."""
        engine = self.session.engine
        for name, state in self.desk.board.sources.items():
            yield Entry(f"Refresh {name}", f"ask {name} now", partial(engine.refresh, name))
            if state.paused_since is None:
                yield Entry(f"Pause {name}", f"stop asking {name}", partial(engine.pause, name))
            else:
                yield Entry(f"Resume {name}", f"ask {name} again", partial(engine.resume, name))
