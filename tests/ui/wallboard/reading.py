"""Reads large figures off a wallboard, as a person across the room does: by their shapes and where they stand."""

from __future__ import annotations

from collections.abc import Sequence

from secondline_tui.ui.wallboard.glyphs import SCALES, Scale, drawn

SIGNS = "0123456789?+.KHDMS-:"
SHAPES = {(sign, scale): drawn(sign, scale) for sign in SIGNS for scale in SCALES}


def figures(text: str, titles: Sequence[str]) -> dict[str, str]:
    """What stands below each of these titles, for those that are there."""
    lines = text.splitlines()
    found: dict[str, str] = {}
    for title in titles:
        for y, line in enumerate(lines):
            x = line.find(title)
            rest = line[x + len(title) : x + len(title) + 2]
            if x >= 0 and line[x - 1] == " " and not rest.strip(" ─"):
                figure = _below(lines[y + 1 :], x)
                if figure is not None:
                    found[title] = figure[0]
    return found


def height(text: str, title: str) -> int:
    """The lines of the figure below a title."""
    lines = text.splitlines()
    for y, line in enumerate(lines):
        x = line.find(title)
        figure = _below(lines[y + 1 :], x) if x >= 0 else None
        if figure is not None:
            return figure[1]
    return 0


def _below(lines: Sequence[str], x: int) -> tuple[str, int] | None:
    for scale in SCALES:
        rows = [line[x:] for line in lines[: scale.lines]]
        if len(rows) == scale.lines:
            widest = max(map(len, rows))
            read = _read([row.ljust(widest) for row in rows], scale)
            if read:
                return read, scale.lines
    return None


def _read(rows: Sequence[str], scale: Scale) -> str | None:
    """The figure at the left end of these rows: glyphs, a dot's breadth apart, up to a broader gap."""
    text, at = "", 0
    while True:
        fitting = [sign for sign in SIGNS if _is(rows, at, sign, scale)]
        if not fitting:
            return text or None
        sign = max(fitting, key=lambda sign: len(SHAPES[sign, scale][0]))
        text += sign
        at += len(SHAPES[sign, scale][0]) + scale.across


def _is(rows: Sequence[str], at: int, sign: str, scale: Scale) -> bool:
    shape = SHAPES[sign, scale]
    wide = len(shape[0])
    here = all(row[at : at + wide].ljust(wide) == line for row, line in zip(rows, shape, strict=True))
    return here and all(not row[at + wide : at + wide + scale.across].strip() for row in rows)
