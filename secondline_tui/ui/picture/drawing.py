"""Draws runs of cells into a PNG, with a font of our own: a machine that runs this need not have any. Blocks.

Pillow is imported with the first picture, not before.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont

from secondline_tui.ui.picture.runs import Colour, Run
from secondline_tui.ui.spans import cells

SIZE = 15
"""The size at which a letter is almost exactly nine pixels wide."""
WIDE, HIGH = 9, 18
"""Pixels of a cell."""
EDGE = 9
"""Pixels around it all."""
COLUMNS, ROWS = 200, 100
"""No picture is larger: 1,818 by 1,818 pixels."""


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    content = (files("secondline_tui.ui.picture") / "DejaVuSansMono.ttf").read_bytes()
    # Basic layout: letter by letter, as terminals do, whatever else is installed on the machine.
    return ImageFont.truetype(io.BytesIO(content), SIZE, layout_engine=ImageFont.Layout.BASIC)


def drawn(rows: Sequence[Sequence[Run]], paper: Colour) -> bytes:
    """The picture of these lines. The same lines give the same bytes."""
    rows = rows[:ROWS]
    columns = min(COLUMNS, max((sum(cells(run.text) for run in row) for row in rows), default=0))
    image = Image.new("RGB", (columns * WIDE + 2 * EDGE, len(rows) * HIGH + 2 * EDGE), paper)
    draw = ImageDraw.Draw(image)
    for number, row in enumerate(rows):
        _row(draw, row, EDGE + number * HIGH, EDGE + columns * WIDE)
    content = io.BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def _row(draw: ImageDraw.ImageDraw, row: Sequence[Run], top: int, end: int) -> None:
    left = EDGE
    for run in row:
        right = min(left + cells(run.text) * WIDE, end)
        if right <= left:
            return
        draw.rectangle((left, top, right - 1, top + HIGH - 1), fill=run.ground)
        for sign, at in _signs(run.text, left, right):
            _sign(draw, sign, at, top, run)
        if run.strike:
            middle = top + HIGH // 2
            draw.line((left, middle, right - 1, middle), fill=run.ink)
        left = right


def _signs(text: str, left: int, end: int) -> Iterator[tuple[str, int]]:
    """Each sign and where it goes; a mark that takes no cell goes over the sign before it."""
    wide = 0
    for sign in text:
        width = cells(sign)
        if width == 0:
            yield sign, left - wide
            continue
        if left + width * WIDE > end:
            return
        if not sign.isspace():
            yield sign, left
        left, wide = left + width * WIDE, width * WIDE


def _sign(draw: ImageDraw.ImageDraw, sign: str, left: int, top: int, run: Run) -> None:
    draw.text((left, top), sign, font=_font(), fill=run.ink)
    if run.bold:  # struck twice, as typewriters did it
        draw.text((left + 1, top), sign, font=_font(), fill=run.ink)
