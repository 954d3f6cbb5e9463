"""A scrolling text of spans: an opened item, today's pairing, help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from secondline_tui.ui.painted import SCROLLING, Painted
from secondline_tui.ui.spans import Line, cut_line


class LinesView(ScrollView, Painted, can_focus=True, inherit_bindings=False):
    """Shows lines; moves by line, page and end. Repaints only what changed."""

    DEFAULT_CSS = f"LinesView {{ {SCROLLING} }}"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002  (Textual's name)
        super().__init__(id=id)
        self._lines: Sequence[Line] = ()

    def show(self, lines: Sequence[Line], *, from_top: bool = False) -> None:
        """Show these lines; what is read stays where it is, unless they are of something else."""
        if from_top:
            self.scroll_to(y=0, animate=False)
        if lines == self._lines:
            return
        moved = 0 if from_top else self._moved(lines)
        self._lines = lines
        self.virtual_size = Size(self.size.width, max(1, len(lines)))
        if moved:
            self.scroll_to(y=self.scroll_offset.y + moved, animate=False, immediate=True)
        self.refresh()

    def _moved(self, lines: Sequence[Line]) -> int:
        """By how many rows what is in sight stands elsewhere in these lines. At the top we stay at the top."""
        top = self.scroll_offset.y
        in_sight = self._lines[top : top + self.size.height]
        if top == 0 or lines[top : top + self.size.height] == in_sight:
            return 0
        often = Counter(in_sight)
        rows = {line: top + y for y, line in enumerate(in_sight) if often[line] == 1}
        moves = Counter(y - rows[line] for y, line in enumerate(lines) if line in rows)
        return max(moves, key=lambda rows: (moves[rows], -abs(rows)), default=0)

    @property
    def text(self) -> str:
        """What it says, without looks."""
        return "\n".join("".join(text for text, _ in line) for line in self._lines)

    def move(self, rows: int) -> None:
        """Scroll by lines."""
        self.scroll_to(y=self.scroll_offset.y + rows, animate=False)

    def move_page(self, pages: int) -> None:
        """Scroll by what fits on the screen."""
        self.move(pages * max(1, self.size.height - 1))

    def move_to_end(self, *, last: bool) -> None:
        """Scroll to the beginning or the end."""
        self.scroll_to(y=self.max_scroll_y if last else 0, animate=False)

    def render_line(self, y: int) -> Strip:
        """One line in sight."""
        y += self.scroll_offset.y
        line = self._lines[y] if y < len(self._lines) else ()
        return self.strip(cut_line(line, self.size.width), self.size.width)
