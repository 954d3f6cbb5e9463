"""From the strips of a widget to runs of cells that look alike, in plain colours. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from rich.terminal_theme import DEFAULT_TERMINAL_THEME, MONOKAI, TerminalTheme

Colour = tuple[int, int, int]

DIM = 0.5
"""How much of a dim text is its own colour; the rest is the ground's."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one look."""

    text: str
    ink: Colour
    ground: Colour
    bold: bool = False
    underline: bool = False
    strike: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What is drawn on, where a terminal would use its own colours."""

    ink: Colour
    paper: Colour
    dark: bool

    @property
    def theme(self) -> TerminalTheme:
        """The sixteen colours that a terminal might have."""
        return MONOKAI if self.dark else DEFAULT_TERMINAL_THEME


def runs(segments: Iterable[Segment], ground: Ground) -> tuple[Run, ...]:
    """One line of a widget."""
    return tuple(_run(segment.text, segment.style or Style(), ground) for segment in segments if segment.text)


def _run(text: str, style: Style, ground: Ground) -> Run:
    ink = _plain(style.color, ground.ink, ground)
    paper = _plain(style.bgcolor, ground.paper, ground)
    if style.dim:
        ink = _between(paper, ink)
    if style.reverse:
        ink, paper = paper, ink
    return Run(text, ink, paper, bool(style.bold), bool(style.underline), bool(style.strike))


def _plain(colour: Color | None, otherwise: Colour, ground: Ground) -> Colour:
    if colour is None or colour.is_default:
        return otherwise
    red, green, blue = colour.get_truecolor(ground.theme)
    return red, green, blue


def _between(paper: Colour, ink: Colour) -> Colour:
    red, green, blue = (round(a + (b - a) * DIM) for a, b in zip(paper, ink, strict=True))
    return red, green, blue
