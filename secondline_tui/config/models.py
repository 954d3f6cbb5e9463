"""The whole configuration, frozen."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import Field, field_validator

from secondline_tui.config.forgotten import Forgotten
from secondline_tui.config.history import Record
from secondline_tui.config.incident import Incident
from secondline_tui.config.shift import Me, Shift, Table, Ui
from secondline_tui.config.sources import AnySource
from secondline_tui.config.telling import Telling
from secondline_tui.config.wallboard import Wallboard

POLICY = {
    "junior technologist": ("secondary", "shadow"),
    "apprentice": ("shadow",),
    "frontend developer": ("in hours",),
}
"""GOV.UK's Technical 2nd Line."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class Config(Table):
    """Everything the configuration file may say."""

    shift: Shift = Shift()
    """When the shift is and what happens during it."""
    me: Me = Me()
    """Who acts."""
    people: dict[str, str] = Field(default_factory=dict)
    """What people are: name, as the rota spells it = "apprentice", or another post that `policy` knows."""
    policy: dict[str, tuple[str, ...]] = Field(default_factory=lambda: dict(POLICY))
    """Which roles people of a post may have: words, one of which the role's name has to hold; "in hours" holds every
    role of the shift itself.
    """
    ui: Ui = Ui()
    """What the screen looks like."""
    wallboard: Wallboard = Wallboard()
    """What hangs on the wall."""
    telling: Telling = Telling()
    """How a person is told who is not looking."""
    forgotten: Forgotten = Forgotten()
    """When work counts as forgotten."""
    incident: Incident = Incident()
    """How an incident is declared."""
    history: Record = Record()
    """What is remembered of what was seen."""
    sources: dict[str, AnySource] = Field(default_factory=dict)
    """The services, under the names the screen shows."""
    keys: dict[str, str] = Field(default_factory=dict)
    """Own keys: command = "key", or several separated by commas."""
    state: Path | None = None
    """Folder of what must survive the program: actions, drafts. Without it, the user's state directory."""
    path: Path | None = Field(None, exclude=True)
    """Where it was read from."""

    @property
    def state_folder(self) -> Path:
        """Where what must survive the program is kept."""
        if self.state is not None:
            return self.state.expanduser()
        from platformdirs import user_state_path  # noqa: PLC0415  (not needed for --help)

        return user_state_path("secondline-tui", appauthor=False)

    @field_validator("sources")
    @classmethod
    def _plain_names(cls, sources: dict[str, AnySource]) -> dict[str, AnySource]:
        for name in sources:
            if not _NAME.fullmatch(name):
                raise ValueError(f"{name!r}: a source's name is made of letters, digits, - _ and .")
        return sources
