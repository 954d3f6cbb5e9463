"""Figures and words in large: a font of block characters, drawn to the size that is there. Pure.

A glyph is seven dots high. A dot is some cells wide and some half lines high, so that each size has even strokes.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

DOTS = 7
"""Height of a glyph."""

_FONT = {
    "0": ".###. #...# #...# #...# #...# #...# .###.",
    "1": ".#. ##. .#. .#. .#. .#. ###",
    "2": ".###. #...# ....# ..##. .#... #.... #####",
    "3": ".###. #...# ....# ..##. ....# #...# .###.",
    "4": "...#. ..##. .#.#. #..#. ##### ...#. ...#.",
    "5": "##### #.... ####. ....# ....# #...# .###.",
    "6": "..##. .#... #.... ####. #...# #...# .###.",
    "7": "##### ....# ...#. ..#.. ..#.. ..#.. ..#..",
    "8": ".###. #...# #...# .###. #...# #...# .###.",
    "9": ".###. #...# #...# .#### ....# ...#. .##..",
    "?": ".###. #...# ....# ...#. ..#.. ..... ..#..",
    "+": "... ... .#. ### .#. ... ...",
    ":": ". . # . # . .",
    ".": ". . . . . . #",
    "-": "... ... ... ### ... ... ...",
    "_": ".... .... .... .... .... .... ####",
    "/": "....# ....# ...#. ..#.. .#... #.... #....",
    "'": "# # . . . . .",
    " ": ".. .. .. .. .. .. ..",
    "A": ".###. #...# #...# ##### #...# #...# #...#",
    "B": "####. #...# #...# ####. #...# #...# ####.",
    "C": ".###. #...# #.... #.... #.... #...# .###.",
    "D": "####. #...# #...# #...# #...# #...# ####.",
    "E": "##### #.... #.... ####. #.... #.... #####",
    "F": "##### #.... #.... ####. #.... #.... #....",
    "G": ".###. #...# #.... #.### #...# #...# .###.",
    "H": "#...# #...# #...# ##### #...# #...# #...#",
    "I": "### .#. .#. .#. .#. .#. ###",
    "J": "..### ...#. ...#. ...#. ...#. #..#. .##..",
    "K": "#...# #..#. #.#.. ##... #.#.. #..#. #...#",
    "L": "#.... #.... #.... #.... #.... #.... #####",
    "M": "#...# ##.## #.#.# #.#.# #...# #...# #...#",
    "N": "#...# ##..# #.#.# #.#.# #..## #...# #...#",
    "O": ".###. #...# #...# #...# #...# #...# .###.",
    "P": "####. #...# #...# ####. #.... #.... #....",
    "Q": ".###. #...# #...# #...# #.#.# #..#. .##.#",
    "R": "####. #...# #...# ####. #.#.. #..#. #...#",
    "S": ".#### #.... #.... .###. ....# ....# ####.",
    "T": "##### ..#.. ..#.. ..#.. ..#.. ..#.. ..#..",
    "U": "#...# #...# #...# #...# #...# #...# .###.",
    "V": "#...# #...# #...# #...# #...# .#.#. ..#..",
    "W": "#...# #...# #...# #.#.# #.#.# ##.## #...#",
    "X": "#...# #...# .#.#. ..#.. .#.#. #...# #...#",
    "Y": "#...# #...# .#.#. ..#.. ..#.. ..#.. ..#..",
    "Z": "##### ....# ...#. ..#.. .#... #.... #####",
}


@dataclass(frozen=True, slots=True)
class Scale:
    """The size of a dot."""

    across: int
    """Cells."""
    down: int
    """Half lines."""

    @property
    def lines(self) -> int:
        """The lines that a text takes."""
        return -(-DOTS * self.down // 2)


SCALES = (
    *(Scale(across, down) for down in range(10, 1, -1) for across in range(down, -(-2 * down // 3) - 1, -1)),
    Scale(1, 2),
    Scale(1, 1),
)
"""Every size, the highest first; of one height, the broadest first. Dots are about as high as broad."""


def drawable(text: str) -> str | None:
    """The text as the font can draw it: capitals, without accents. None where it has no glyph for a character."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)).upper()
    return plain if plain and all(c in _FONT for c in plain) else None


@lru_cache(maxsize=256)
def broad(text: str, scale: Scale) -> int:
    """The cells that a drawable text takes across."""
    dots = sum(_FONT[c].index(" ") for c in text) + len(text) - 1
    return max(0, dots) * scale.across


def largest(text: str, width: int, lines: int, margin: int = 0) -> Scale | None:
    """The largest size in which a drawable text fits, with so many dots free after it; None where none does."""
    return next((s for s in SCALES if s.lines <= lines and broad(text, s) + margin * s.across <= width), None)


@lru_cache(maxsize=64)
def drawn(text: str, scale: Scale) -> tuple[str, ...]:
    """A drawable text in large: lines of equal width."""
    glyphs = [_FONT[c].split() for c in text]
    rows = [".".join(glyph[row] for glyph in glyphs) for row in range(DOTS)]
    halves = [row for row in rows for _ in range(scale.down)]
    if len(halves) % 2:
        halves.append("." * len(rows[0]))
    return tuple(_line(upper, lower, scale.across) for upper, lower in zip(halves[::2], halves[1::2], strict=True))


_BLOCKS = {"##": "█", "#.": "▀", ".#": "▄", "..": " "}


def _line(upper: str, lower: str, across: int) -> str:
    return "".join(_BLOCKS[a + b] * across for a, b in zip(upper, lower, strict=True))
