"""A picture of lines as a widget would paint them, dated."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Sequence
from typing import Protocol, cast

from textual.color import Color

from secondline_tui.config.withheld import withheld
from secondline_tui.domain.ages import in_zone
from secondline_tui.ui.painted import Painted
from secondline_tui.ui.picture.runs import Colour, Ground, Run, runs
from secondline_tui.ui.rows import View
from secondline_tui.ui.spans import Line, Role, cut_line

MOST = 60
"""Lines of a picture; the others are counted."""


class Draws(Protocol):
    """What the module offers that knows how to draw."""

    drawn: Callable[[Sequence[Sequence[Run]], Colour], bytes]


async def pictured(widget: Painted, lines: Sequence[Line], view: View) -> bytes:
    """The PNG, in the colours of the widget. Drawn on a thread; ImportError where it cannot be drawn here."""
    dated = [_date(view), *lines[:MOST]]
    if len(lines) > MOST:
        dated.append(((f" … and {len(lines) - MOST} more lines", Role.MUTED),))
    ground = _ground(widget)
    safe = [tuple((withheld(text), role) for text, role in cut_line(line, view.width)) for line in dated]
    rows = [runs(widget.strip(line, view.width), ground) for line in safe]
    return await asyncio.to_thread(_drawn, rows, ground.paper)


def _drawn(rows: Sequence[Sequence[Run]], paper: Colour) -> bytes:
    module = importlib.import_module("secondline_tui.ui.picture.drawing")  # and Pillow with it, the first time
    return cast(Draws, module).drawn(rows, paper)


def _date(view: View) -> Line:
    now = in_zone(view.now, view.zone)
    return ((f" {now:%a} {now.day} {now:%b %Y %H:%M:%S %Z}", Role.MUTED),)


def _ground(widget: Painted) -> Ground:
    theme = widget.app.current_theme
    variables = widget.app.theme_variables
    ink, paper = ((214, 221, 230), (15, 19, 24)) if theme.dark else ((29, 33, 38), (252, 252, 250))
    if widget.app.native_ansi_color:
        return Ground(ink, paper, theme.dark)
    return Ground(_rgb(variables["foreground"]), _rgb(variables["background"]), theme.dark)


def _rgb(name: str) -> Colour:
    red, green, blue = Color.parse(name).rgb
    return red, green, blue
