"""From lines of spans to runs of cells in plain colours: the ones that the screen has. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual.color import Color
from textual.theme import Theme

from secondline_tui.ui.painted import LOOKS, Look
from secondline_tui.ui.spans import Role, Span

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one look."""

    text: str
    ink: Colour
    ground: Colour
    bold: bool = False
    strike: bool = False


@dataclass(frozen=True, slots=True)
class Palette:
    """How each role looks in one theme."""

    paper: Colour
    looks: Mapping[Role, Run]
    """A run without text for each role."""


def palette(theme: Theme) -> Palette:
    """The colours of a theme, mixed as the screen mixes them."""
    variables = theme.to_color_system().generate()
    paper = Color.parse(variables["background"])
    return Palette(paper.rgb, {role: _blank(look, paper, variables) for role, look in LOOKS.items()})


def _blank(look: Look, paper: Color, variables: Mapping[str, str]) -> Run:
    ink = paper.blend(Color.parse(variables[look.colour]), look.share, 1.0).rgb
    words = look.style.split()
    ground = paper.rgb
    if "reverse" in words:
        ink, ground = ground, ink
    return Run("", ink, ground, "bold" in words, "strike" in words)


def runs(line: Iterable[Span], colours: Palette) -> tuple[Run, ...]:
    """One line."""
    looks = colours.looks
    return tuple(
        Run(text, looks[role].ink, looks[role].ground, looks[role].bold, looks[role].strike) for text, role in line
    )
