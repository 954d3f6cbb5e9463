"""A walk through everything that the dashboard can show, with what was seen on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.hostile import CLICK, tag
from tests.e2e.screen import Cells
from tests.e2e.terminal import Terminal

PANES = {"1": "Pages", "2": "Alerts", "3": "Tickets", "4": "Ongoing issues", "5": "Today"}
BUTTON = re.compile(r"\[@click=app\.quit\](quit)?")
# What tells that something is open.
ASKING, PALETTE, HELP, SOURCES = "for more …", "🔎", "Enter runs", "what is wrong"
PATIENCE = 60.0


@dataclass
class Tour:
    """One visit. `seen` holds the screen at each stop, by name."""

    config: Path
    size: tuple[int, int]
    env: Mapping[str, str]
    seen: dict[str, Cells] = field(default_factory=dict)
    raw: bytes = b""
    lists: bytes = b""
    """What was sent before the first item was opened."""
    code: int | None = None

    def run(self) -> Tour:
        """Go through everything, and leave."""
        no_browser = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
        self._screen = screen = Terminal("--config", str(self.config), size=self.size, env={**self.env, **no_browser})
        try:
            screen.wait_for(lambda text: "sour" in text and "asking" not in text, PATIENCE)
            self._stop("start")
            for key, pane in PANES.items():
                self._look_at(key, pane)
            self.lists = screen.raw
            for key, pane in list(PANES.items())[:4]:
                self._open_one(key, pane)
            self._sources()
            self._dialogs()
            self._buttons()
            screen.press("q")
            self.code = screen.wait()
            return self
        finally:
            self.raw = screen.raw
            screen.close()

    # -- within ------------------------------------------------------------------------------------------------

    def _stop(self, name: str) -> Cells:
        """Wait until nothing moves, and remember what is seen."""
        self._screen.settle()
        self.seen[name] = self._screen.cells
        return self.seen[name]

    def _until(self, *, seen: str = "", gone: str = "") -> None:
        self._screen.wait_for(lambda text: seen in text and not (gone and gone in text), PATIENCE)

    def _press(self, key: str, *, seen: str = "", gone: str = "") -> None:
        """Press a key, and wait for what it does. One at a time: escape and what follows would be one key."""
        self._screen.press(key)
        self._until(seen=seen, gone=gone)

    def _look_at(self, key: str, pane: str) -> None:
        """One pane, alone on the screen: its first two pages and its last."""
        other = " Alerts " if pane == "Pages" else " Pages "
        self._screen.press(key)
        self._press("f", seen=f" {pane} ", gone=other)
        self._stop(f"{pane} alone")
        for _ in range(2):  # the first only goes to the end of the page
            self._screen.press("ctrl+f")
            self._stop(f"{pane} alone, next")
        self._screen.press("G")
        self._stop(f"{pane} alone, end")
        self._screen.press("g")
        self._press("f", seen=other)

    def _open_one(self, key: str, pane: str) -> None:
        """The selected item of a pane, from beginning to end."""
        self._screen.press(key)
        self._open(f"{pane} opened")
        self._screen.press("G")
        self._stop(f"{pane} opened, end")
        self._press("escape", seen=" Today ")

    def _open(self, name: str) -> Cells:
        self._press("enter", gone=" Today ")
        self._until(gone=ASKING)
        return self._stop(name)

    def _sources(self) -> None:
        self._press("H", seen=SOURCES)
        self._stop("sources")
        self._press("enter", gone=SOURCES)
        self._stop("a source")
        self._press("escape", seen=SOURCES)
        self._press("escape", gone=SOURCES)

    def _dialogs(self) -> None:
        """Help, and the palette: some words that find hostile titles, and some that would search them for ever."""
        self._press("?", seen=HELP)
        self._stop("help")
        self._press("escape", gone=HELP)
        for words in ("click=app", "bababababab"):
            self._press("ctrl+p", seen=PALETTE)
            self._screen.send(words)
            self._until(seen=words)
            self._stop(f"palette, {words}")
            self._press("escape", gone=PALETTE)

    def _buttons(self) -> None:
        """Press whatever looks as if it could be pressed: in a list, in a remark, in an opened item, in the sources."""
        self._screen.press("2")
        self._press("/", seen="Enter keeps")
        self._screen.send(tag(CLICK))
        self._until(seen="filtered o")
        self._stop("filter")
        self._press("enter", seen="Esc back")
        self._press("y", seen="copied:")
        self._press_all("list and remark")
        self._screen.press("2")
        self._open("an item with buttons")
        self._press_all("an item")
        self._press("escape", seen=" Today ")
        self._press("H", seen=SOURCES)
        self._press_all("sources")

    def _press_all(self, name: str) -> None:
        grid = self._stop(f"{name}, not yet pressed")
        for x, y in list(buttons_in(grid))[:8]:
            for button, end in ((35, "M"), (0, "M"), (0, "m")):
                self._screen.send(f"\x1b[<{button};{x + 1};{y + 1}{end}")
            self._screen.read(0.02)
        self._stop(f"{name}, pressed")


def text_of(grid: Cells) -> str:
    """A screen as text."""
    return "\n".join("".join(cells) for cells in grid)


def buttons_in(grid: Cells) -> Iterator[tuple[int, int]]:
    """Column and line of each text that Textual's markup would make a button of, the lowest first."""
    for y, cells in reversed(list(enumerate(grid))):
        line = "".join(cell or " " for cell in cells)  # one sign a cell: places in it are columns
        yield from ((found.end() - 2, y) for found in BUTTON.finditer(line))
