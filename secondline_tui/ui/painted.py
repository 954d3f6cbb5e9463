"""The base of every widget of ours: lines of spans in, styled strips out. Foreign text is never parsed as markup."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from secondline_tui.ui.spans import Line, Role, cut_line

CURSOR = "painted--cursor"
CURSOR_AWAY = "painted--cursor-away"


ROLE_CLASSES = {*(f"painted--{role}" for role in Role), CURSOR, CURSOR_AWAY}
"""The component classes of every painted widget. Textual does not inherit them from a second base."""


class Painted(Widget):
    """Knows the style of every role. Its subclasses set COMPONENT_CLASSES to ROLE_CLASSES."""

    def role_style(self, role: Role, over: str = "") -> Style:
        """The style of a role; `over` is the cursor's class where the line is under it."""
        style = self.get_component_rich_style(f"painted--{role}", partial=bool(over))
        return self.get_component_rich_style(over) + style if over else style

    def strip(self, line: Iterable[tuple[str, Role]], width: int, over: str = "") -> Strip:
        """One line of exactly `width` cells."""
        segments = [Segment(text, self.role_style(role, over)) for text, role in line if text]
        plain = self.role_style(Role.PLAIN, over)
        return Strip(segments).crop_extend(0, width, plain)


class Bar(Painted):
    """A few lines that redraw themselves only when what they say has changed."""

    COMPONENT_CLASSES: ClassVar[set[str]] = ROLE_CLASSES
    DEFAULT_CSS = """
    Bar { height: 1; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002  (Textual's names)
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()

    def say(self, *lines: Line) -> None:
        """Show these lines; the bar is as high as there are."""
        if lines == self._lines:
            return
        taller = len(lines) != len(self._lines)
        self._lines = lines
        if taller:
            self.styles.height = max(1, len(lines))
        self.refresh(layout=taller)

    @property
    def text(self) -> str:
        """What it says, without looks."""
        return "\n".join("".join(text for text, _ in line) for line in self._lines)

    def render_line(self, y: int) -> Strip:
        """One line of the bar."""
        line = self._lines[y] if y < len(self._lines) else ()
        return self.strip(cut_line(line, self.size.width), self.size.width)
