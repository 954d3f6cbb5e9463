"""A terminal's screen, as far as Textual draws on one, and quick: pyte takes longer over it than the program itself.

That it draws what pyte draws is tested.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rich.cells import cell_len
from wcwidth import wcwidth

Cells = list[list[str]]
"""The screen cell by cell; the second cell of a wide character is ""."""

_PART = re.compile(
    r"""
    \x1b\[(?P<place>[\d;]*)H
  | \x1b\[(?P<erased>\d*)(?P<how>[JK])
  | \x1b\[\?(?P<mode>\d+)(?P<on>[hl])
  | \x1b\[[0-?]*[ -/]*[@-~]                        # colours, questions, the keyboard: nothing is drawn
  | \x1b[\]PX^_](?:[^\x07\x1b\x9c]|\x1b(?!\\))*(?:\x07|\x9c|\x1b\\)
  | \x1b[ -/]*[^ -/\[\]PX^_]
  | (?P<unended>\x1b.*)
  | (?P<text>[^\x00-\x1f\x7f\x1b]+)
  | (?P<control>[\x00-\x1f\x7f])
    """,
    re.VERBOSE | re.DOTALL,
)
_WRAPS, _OTHER_SCREEN = "7", "1049"


@lru_cache(4_096)
def width_on_terminal(sign: str) -> int:
    """The cells a character takes: by another judgement than the program's own where that says that it takes any."""
    return max(1, wcwidth(sign)) if cell_len(sign) else 0


class Screen:
    """Columns and lines of cells."""

    def __init__(self, columns: int, lines: int) -> None:
        self.columns, self.lines = columns, lines
        self._cells = [self._blank() for _ in range(lines)]
        self._x = self._y = 0
        self._wraps = True
        self._rest = ""

    @property
    def cells(self) -> Cells:
        """What is seen."""
        return [line[:] for line in self._cells]

    @property
    def text(self) -> str:
        """What is seen, without trailing blanks."""
        return "\n".join("".join(line).rstrip() for line in self._cells)

    def resize(self, columns: int, lines: int) -> None:
        """Cut at the right and at the top, or grow."""
        gone = max(0, self.lines - lines)
        kept = [(line + [" "] * columns)[:columns] for line in self._cells[gone:]]
        self.columns, self.lines = columns, lines
        self._cells = kept + [self._blank() for _ in range(lines - len(kept))]
        self._x, self._y = min(self._x, columns), min(self._y, lines - 1)

    def feed(self, told: str) -> None:
        """Draw; a sequence that has not ended yet is kept until it does."""
        told, self._rest = self._rest + told, ""
        for part in _PART.finditer(told):
            match part.lastgroup:
                case "text":
                    self._write(part["text"])
                case "place":
                    self._move(part["place"])
                case "control":
                    self._control(part["control"])
                case "how":
                    self._erase(part["how"], part["erased"])
                case "on":
                    self._set(part["mode"], on=part["on"] == "h")
                case "unended":
                    self._rest = part["unended"]

    # -- within ------------------------------------------------------------------------------------------------

    def _blank(self) -> list[str]:
        return [" "] * self.columns

    def _move(self, place: str) -> None:
        line, _, column = place.partition(";")
        self._y = min(max(int(line or 1), 1), self.lines) - 1
        self._x = min(max(int(column or 1), 1), self.columns) - 1

    def _control(self, sign: str) -> None:
        if sign == "\r":
            self._x = 0
        elif sign in "\n\v\f":
            self._feed_line()
        elif sign == "\b":
            self._x = max(0, min(self._x, self.columns - 1) - 1)
        elif sign == "\t":
            self._x = min(self._x // 8 * 8 + 8, self.columns - 1)

    def _feed_line(self) -> None:
        if self._y < self.lines - 1:
            self._y += 1
        else:
            self._cells = [*self._cells[1:], self._blank()]

    def _erase(self, how: str, erased: str) -> None:
        if how == "J" and erased in ("2", "3"):
            self._cells = [self._blank() for _ in range(self.lines)]
        elif erased in ("", "0"):
            line = self._cells[self._y]
            line[self._x :] = [" "] * (self.columns - self._x)
            if how == "J":
                self._cells[self._y + 1 :] = [self._blank() for _ in range(self.lines - self._y - 1)]
        else:
            raise AssertionError(f"not drawn here: {erased}{how}")

    def _set(self, mode: str, *, on: bool) -> None:
        if mode == _WRAPS:
            self._wraps = on
        elif mode == _OTHER_SCREEN and on:
            self._erase("J", "2")

    def _write(self, text: str) -> None:
        if text.isascii() and self._x + len(text) <= self.columns:
            self._put(list(text))
            return
        for sign in text:
            width = width_on_terminal(sign)
            if width and self._x + width > self.columns:
                self._at_the_edge(width)
            if width:
                self._put([sign, ""][:width])

    def _at_the_edge(self, width: int) -> None:
        if self._wraps:
            self._x = 0
            self._feed_line()
        else:
            self._x = max(0, self.columns - width)

    def _put(self, signs: list[str]) -> None:
        """Put signs into cells; half of a wide character that is left over is blank."""
        line, begin, end = self._cells[self._y], self._x, self._x + len(signs)
        if line[begin] == "" and begin:
            line[begin - 1] = " "
        if end < self.columns and line[end] == "":
            line[end] = " "
        line[begin:end] = signs
        self._x = end
