"""A picture of an item as it is drawn when it is opened, dated. Blocks: for a thread."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Protocol, cast

from secondline_tui.config.pictures import Pictures
from secondline_tui.config.withheld import withheld
from secondline_tui.domain.ages import in_zone
from secondline_tui.ui.picture.runs import Colour, Run, palette, runs
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, cut_line
from secondline_tui.ui.theme import DARK, LIGHT

MOST = 60
"""Lines of a picture; the others are counted."""


class Draws(Protocol):
    """What the module offers that knows how to draw."""

    drawn: Callable[[Sequence[Sequence[Run]], Colour], bytes]


def pictured(lines: Sequence[Line], view: View, *, dark: bool = True) -> bytes:
    """The PNG, in the colours of our dark or light theme; ImportError where it cannot be drawn on this machine."""
    colours = palette(DARK if dark else LIGHT)
    dated = [_date(view), *lines[:MOST]]
    if len(lines) > MOST:
        dated.append(((f" … and {len(lines) - MOST} more lines", Role.MUTED),))
    rows = [runs(_safe(line, view.width), colours) for line in dated]
    module = importlib.import_module("secondline_tui.ui.picture.drawing")  # and Pillow with it, the first time
    return cast(Draws, module).drawn(rows, colours.paper)


def kept(lines: Sequence[Line], view: View, pictures: Pictures, *, dark: bool = True) -> tuple[str, str]:
    """The name of the picture, which is on disk then; "" and the reason where there is none."""
    try:
        return pictures.keep(pictured(lines, view, dark=dark)), ""
    except (OSError, ImportError, ValueError) as error:
        return "", f"it could not be drawn or kept ({type(error).__name__})"


def _safe(line: Line, width: int) -> Line:
    return cut_line(((withheld(text), role) for text, role in line), width)


def _date(view: View) -> Line:
    now = in_zone(view.now, view.zone)
    return ((f" {now:%a} {now.day} {now:%b %Y %H:%M:%S %Z}", Role.MUTED),)
