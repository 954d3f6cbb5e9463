"""The base of every widget of ours: lines of spans in, styled strips out. Foreign text is never parsed as markup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

from secondline_tui.ui.spans import Line, Role, cut_line


class Cursor(Enum):
    """The cursor that a line may be under: the one that has the keys, or one left behind."""

    HERE = "here"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Look:
    """How a role looks: a colour of the theme, how much of it there is on the background, and a style of text."""

    colour: str
    share: float = 1.0
    style: str = ""


LOOKS = {
    Role.PLAIN: Look("foreground"),
    Role.STRONG: Look("foreground", style="bold"),
    Role.MUTED: Look("foreground", 0.62),
    Role.CRITICAL: Look("error", style="bold"),
    Role.WARNING: Look("warning"),
    Role.UNKNOWN: Look("secondary"),
    Role.GOOD: Look("success"),
    Role.DOUBT: Look("error", style="bold reverse"),
    Role.DATED: Look("error", style="bold"),
    Role.ACCENT: Look("accent"),
    Role.GONE: Look("foreground", 0.62, style="strike"),
    Role.KEY: Look("accent", style="bold"),
}
UNDER = {Cursor.HERE: Look("accent", 0.22, "reverse"), Cursor.AWAY: Look("foreground", 0.08, "underline")}
"""What is mixed into the background. A terminal's own colours cannot be mixed: there it is the style that tells."""

SCROLLING = """
    height: 1fr;
    overflow-x: hidden;
    overflow-y: auto;
    scrollbar-size-vertical: 1;
    scrollbar-background: $background;
    scrollbar-background-hover: $background;
    scrollbar-background-active: $background;
    scrollbar-color: $foreground 25%;
    scrollbar-color-hover: $foreground 40%;
    scrollbar-color-active: $accent;
"""


class Painted(Widget):
    """Knows the style of every role.

    Not by Textual's component classes: sixteen of those in each widget were a third of the time to the first frame.
    """

    _styles: dict[tuple[Role, Cursor | None], Style] | None = None

    def role_style(self, role: Role, cursor: Cursor | None = None) -> Style:
        """The style of a role, on a plain line or under a cursor."""
        if self._styles is None:
            self._styles = {}
        style = self._styles.get((role, cursor))
        if style is None:
            style = self._styles[role, cursor] = self._made(LOOKS[role], cursor)
        return style

    def _made(self, look: Look, cursor: Cursor | None) -> Style:
        if self.app.native_ansi_color:
            return self._made_on_ansi(look, cursor)
        background = self.background_colors[1]
        if cursor is not None:
            background = self._mixed(UNDER[cursor], background)
        colour = self._mixed(look, background)
        return Style(color=colour.rich_color, bgcolor=background.rich_color) + Style.parse(look.style)

    def _made_on_ansi(self, look: Look, cursor: Cursor | None) -> Style:
        style = Style(color=self._colour(look.colour).rich_color, bgcolor="default")
        words = (look.style, "dim" if look.share < 1 else "", UNDER[cursor].style if cursor else "")
        return style + Style.parse(" ".join(words).strip())

    def _mixed(self, look: Look, background: Color) -> Color:
        return background.blend(self._colour(look.colour), look.share, 1.0)

    def _colour(self, name: str) -> Color:
        return Color.parse(self.app.theme_variables[name])

    def notify_style_update(self) -> None:
        """Another theme."""
        self._styles = None
        super().notify_style_update()

    def strip(self, line: Iterable[tuple[str, Role]], width: int, cursor: Cursor | None = None) -> Strip:
        """One line of exactly `width` cells."""
        segments = [Segment(text, self.role_style(role, cursor)) for text, role in line if text]
        return Strip(segments).crop_extend(0, width, self.role_style(Role.PLAIN, cursor))


class Bar(Painted):
    """A few lines that redraw themselves only when what they say has changed."""

    DEFAULT_CSS = "Bar { height: 1; }"

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
